"""The first screen: every host at a glance."""

from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.widgets import Footer, Input

from fleet.order import SortKey, filter_fleet, sort_fleet
from watchpost import palette
from watchpost.drawing import fit
from watchpost.fleet_lines import arrange, heading
from watchpost.terminal.drawn import Drawn
from watchpost.terminal.fleet_header import Choice, fleet_header
from watchpost.terminal.fleet_table import MARGIN, FleetTable
from watchpost.terminal.look import Look
from watchpost.terminal.message import message_line

_EMPTY = (
    ("No hosts yet.", f"bold {palette.TEXT}"),
    ("", ""),
    ("Add one, from another terminal; it appears here by itself:", palette.TEXT_2),
    ("", ""),
    ("  watchpost hosts add web-1 admin@10.0.0.7", palette.ACCENT),
    ("", ""),
    ("It needs nothing but sshd and python3.", palette.TEXT_3),
)

_ORDERS = (SortKey.SEVERITY, SortKey.NAME, SortKey.CPU, SortKey.MEMORY, SortKey.DISK)
"""What the key s goes through: the columns that there are."""


class FleetScreen(Screen[None]):
    """Header, table, message and keys."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("s", "next_order", "sort"),
        Binding("slash", "filter", "filter", key_display="/"),
        Binding("escape", "clear_filter", "clear filter", show=False),
    ]
    CSS = """
    FleetScreen #header { min-height: 3; }
    #filter { display: none; height: 1; border: none; padding: 0 2; background: $surface; }
    #filter.-open { display: block; }
    #empty { display: none; height: 1fr; padding: 2 4; }
    FleetScreen.-empty #empty { display: block; }
    FleetScreen.-empty FleetTable { display: none; }
    FleetScreen.-empty #heading { display: none; }
    #heading { margin: 1 0 0 0; height: 1; }
    """

    def __init__(self, *, note: str) -> None:
        super().__init__()
        self._note = note
        self._sort = SortKey.SEVERITY
        self._words = ""
        self._look: Look | None = None
        # Kept rather than queried: a look may come while the screen is being taken down, and finds nothing then.
        self._header, self._heading, self._empty, self._message = (
            Drawn(id=name) for name in ("header", "heading", "empty", "message")
        )
        self._filter = Input(placeholder="part of a name, an address or a state", id="filter")
        self._table = FleetTable(id="hosts")

    def compose(self) -> ComposeResult:
        """Lays out the screen."""
        yield self._header
        yield self._filter
        yield self._heading
        yield self._table
        yield self._empty
        yield self._message
        yield Footer()

    def on_mount(self) -> None:
        """Gives the table the keys."""
        self._table.focus()

    def show(self, look: Look) -> None:
        """Shows what was read."""
        self._look = look
        self._refresh_view()

    def _refresh_view(self) -> None:
        look = self._look
        if look is None:
            return
        readings = sort_fleet(filter_fleet(look.readings, self._words), self._sort)
        choice = Choice(self._sort, self._words, len(readings))
        note = self._note
        self._header.show(lambda width: fleet_header(look, choice, width))
        self._heading.show(lambda width: [_heading(choice.sort, width)])
        self._empty.show(lambda width: _empty(look, choice.words, width))
        self._message.show(lambda width: [message_line(look, note, width)])
        self._table.show(readings, look.cpu, look.moment)
        self.set_class(not readings, "-empty")

    def action_next_order(self) -> None:
        """Sorts by the next column."""
        self._sort = _ORDERS[(_ORDERS.index(self._sort) + 1) % len(_ORDERS)]
        self._refresh_view()

    def action_filter(self) -> None:
        """Opens the filter."""
        self._filter.add_class("-open")
        self._filter.focus()

    def action_clear_filter(self) -> None:
        """Shows every host again."""
        self._filter.value = ""
        self._close_filter()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Filters while one types."""
        self._words = event.value
        self._refresh_view()

    def on_input_submitted(self) -> None:
        """Keeps the filter and goes back to the table."""
        self._close_filter()

    def _close_filter(self) -> None:
        self._filter.remove_class("-open")
        self._table.focus()


def _heading(sort: SortKey, width: int) -> Text:
    return Text.assemble(" " * MARGIN, heading(arrange(width - 2 * MARGIN), sort.value))


def _empty(look: Look, words: str, width: int) -> list[Text]:
    if words:
        return [fit(f"No host matches “{words}”. Esc shows all of them.", width, style=palette.TEXT_2)]
    if not look.loaded:
        return [Text("Waiting for the database …", palette.TEXT_2)]
    return [fit(text, width, style=style) for text, style in _EMPTY]
