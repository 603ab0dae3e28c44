"""The table of hosts. Only the lines in view are drawn, so a thousand hosts cost what forty do."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from rich.style import Style
from rich.text import Text
from textual.binding import Binding, BindingType
from textual.events import Click
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from fleet.points import Points
from fleet.reading import HostReading, Moment
from fleet.resample import Stretch, resample
from watchpost import palette
from watchpost.fleet_lines import LineView, arrange, host_line, sparkline_width

MARGIN = 2
_SPAN_MS = 600_000
"""As the heading of the sparkline says."""
_SELECTED = Style(bgcolor="#1C2440")


class FleetTable(ScrollView, can_focus=True):
    """Hosts in the order they are given; the selection stays with its host, whatever the order does."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "Up", show=False),
        Binding("down,j", "move(1)", "Down", show=False),
        Binding("pageup,ctrl+b", "page(-1)", "Page up", show=False),
        Binding("pagedown,ctrl+f,space", "page(1)", "Page down", show=False),
        Binding("home,g", "move_to(0)", "First", show=False),
        Binding("end,G", "move_to(-1)", "Last", show=False),
        Binding("enter,l", "open", "open"),
    ]
    DEFAULT_CSS = "FleetTable { overflow-x: hidden; scrollbar-size-vertical: 1; }"

    class Opened(Message):
        """A host was chosen."""

        def __init__(self, host_id: int) -> None:
            super().__init__()
            self.host_id = host_id

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self._readings: Sequence[HostReading] = ()
        self._cpu: Mapping[int, Points] = {}
        self._moment: Moment | None = None
        self._selected: int | None = None

    @property
    def selected(self) -> HostReading | None:
        """The host that Enter opens."""
        return self._readings[self._row] if self._readings else None

    def show(self, readings: Sequence[HostReading], cpu: Mapping[int, Points], moment: Moment) -> None:
        """Shows these hosts, in this order, from now on."""
        kept = self._row
        self._readings, self._cpu, self._moment = readings, cpu, moment
        if all(reading.host_id != self._selected for reading in readings):
            self._select(kept)
        self.virtual_size = Size(self.size.width, len(readings))
        self._bring_into_view()
        self.refresh()

    @property
    def _row(self) -> int:
        """Where the selected host is now."""
        rows = (row for row, reading in enumerate(self._readings) if reading.host_id == self._selected)
        return next(rows, 0)

    def _select(self, row: int) -> None:
        last = len(self._readings) - 1
        self._selected = self._readings[max(0, min(row, last))].host_id if self._readings else None
        self._bring_into_view()
        self.refresh()

    def _bring_into_view(self) -> None:
        row, top, height = self._row, self.scroll_offset.y, max(1, self.size.height)
        if row < top:
            self.scroll_to(y=row, animate=False)
        elif row >= top + height:
            self.scroll_to(y=row - height + 1, animate=False)

    def action_move(self, rows: int) -> None:
        """Selects the host some rows further down."""
        self._select(self._row + rows)

    def action_page(self, pages: int) -> None:
        """Selects the host some screens further down."""
        self._select(self._row + pages * max(1, self.size.height - 1))

    def action_move_to(self, row: int) -> None:
        """Selects the host in that row; -1 is the last."""
        self._select(row if row >= 0 else len(self._readings) - 1)

    def action_open(self) -> None:
        """Opens the selected host."""
        if self.selected is not None and self.selected.host_id is not None:
            self.post_message(self.Opened(self.selected.host_id))

    def on_click(self, event: Click) -> None:
        """Selects what was clicked; a second click opens it."""
        row = event.y + self.scroll_offset.y
        if row < len(self._readings):
            self._select(row)
            if event.chain > 1:
                self.action_open()

    def on_resize(self) -> None:
        """Keeps the selected host in view."""
        self.virtual_size = Size(self.size.width, len(self._readings))
        self._bring_into_view()

    def render_line(self, y: int) -> Strip:
        """One line of the screen."""
        width, base = self.size.width, self.rich_style
        row = y + self.scroll_offset.y
        if self._moment is None or row >= len(self._readings):
            return Strip.blank(width, base)
        reading = self._readings[row]
        is_selected = reading.host_id == self._selected
        line = Text.assemble(("▌ " if is_selected else "  ", palette.ACCENT), self._line(reading, self._moment, width))
        strip = Strip(line.render(self.app.console, end="")).adjust_cell_length(width)
        return strip.apply_style(base + _SELECTED if is_selected else base)

    def _line(self, reading: HostReading, moment: Moment, width: int) -> Text:
        places = arrange(width - 2 * MARGIN)
        points = self._cpu.get(reading.host_id) if reading.host_id is not None else None
        cpu: list[float | None] = []
        if points is not None and reading.current:
            hold_ms = round(3000 * (reading.host.interval_s or moment.interval_s))
            stretch = Stretch(moment.now_ms - _SPAN_MS, moment.now_ms + 1, sparkline_width(places), hold_ms)
            cpu = resample(points.ts, points.values, stretch)
        return host_line(reading, cpu, LineView(places, moment.thresholds, moment.now_ms))
