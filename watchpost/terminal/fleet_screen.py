"""The first screen: every host at a glance."""

from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.widgets import Footer, Input

from watchpost import palette
from watchpost.drawing import fit
from watchpost.fleet_lines import arrange, heading
from watchpost.fleet_order import SortKey, filter_fleet, sort_fleet
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

    def compose(self) -> ComposeResult:
        """Lays out the screen."""
        yield Drawn(id="header")
        yield Input(placeholder="part of a name, an address or a state", id="filter")
        yield Drawn(id="heading")
        yield FleetTable(id="hosts")
        yield Drawn(id="empty")
        yield Drawn(id="message")
        yield Footer()

    def on_mount(self) -> None:
        """Gives the table the keys."""
        self.query_one(FleetTable).focus()

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
        self.query_one("#header", Drawn).show(lambda width: fleet_header(look, choice, width))
        self.query_one("#heading", Drawn).show(lambda width: [_heading(choice.sort, width)])
        self.query_one("#empty", Drawn).show(lambda width: _empty(look, choice.words, width))
        self.query_one("#message", Drawn).show(lambda width: [message_line(look, note, width)])
        self.query_one(FleetTable).show(readings, look.cpu, look.moment)
        self.set_class(not readings, "-empty")

    def action_next_order(self) -> None:
        """Sorts by the next column."""
        self._sort = self._sort.next()
        self._refresh_view()

    def action_filter(self) -> None:
        """Opens the filter."""
        field = self.query_one("#filter", Input)
        field.add_class("-open")
        field.focus()

    def action_clear_filter(self) -> None:
        """Shows every host again."""
        self.query_one("#filter", Input).value = ""
        self._close_filter()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Filters while one types."""
        self._words = event.value
        self._refresh_view()

    def on_input_submitted(self) -> None:
        """Keeps the filter and goes back to the table."""
        self._close_filter()

    def _close_filter(self) -> None:
        self.query_one("#filter", Input).remove_class("-open")
        self.query_one(FleetTable).focus()


def _heading(sort: SortKey, width: int) -> Text:
    return Text.assemble(" " * MARGIN, heading(arrange(width - 2 * MARGIN), sort.value))


def _empty(look: Look, words: str, width: int) -> list[Text]:
    if words:
        return [fit(f"No host matches “{words}”. Esc shows all of them.", width, style=palette.TEXT_2)]
    if not look.loaded:
        return [Text("Waiting for the database …", palette.TEXT_2)]
    return [fit(text, width, style=style) for text, style in _EMPTY]
