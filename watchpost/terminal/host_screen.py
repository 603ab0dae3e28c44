"""The second screen: everything about one host."""

from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import Screen
from textual.widgets import Footer

from watchpost import palette
from watchpost.terminal.drawn import Drawn
from watchpost.terminal.host_page import host_header, host_panels
from watchpost.terminal.look import Look
from watchpost.terminal.message import message_line
from watchpost.terminal.process_panel import ProcessOrder


class HostScreen(Screen[None]):
    """Header, panels that scroll, message and keys."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,backspace,h", "app.pop_screen", "back", key_display="esc"),
        Binding("c", "order('cpu')", "processes by cpu"),
        Binding("m", "order('memory')", "by memory"),
        Binding("j", "scroll_by(1)", "Down", show=False),
        Binding("k", "scroll_by(-1)", "Up", show=False),
    ]
    CSS = """
    HostScreen #header { min-height: 2; }
    #page { height: 1fr; scrollbar-size-vertical: 1; padding: 0 1; }
    #page.-old { tint: $background 40%; }
    """

    def __init__(self, host_id: int, *, note: str) -> None:
        super().__init__()
        self.host_id = host_id
        self._note = note
        self._order = ProcessOrder.CPU
        self._look: Look | None = None
        # Kept rather than queried: a look may come while the screen is being taken down, and finds nothing then.
        self._header, self._panels, self._message = (Drawn(id=name) for name in ("header", "panels", "message"))
        self._page = VerticalScroll(self._panels, id="page")

    def compose(self) -> ComposeResult:
        """Lays out the screen."""
        yield self._header
        yield self._page
        yield self._message
        yield Footer()

    def show(self, look: Look) -> None:
        """Shows what was read."""
        self._look = look
        note = self._note
        self._message.show(lambda width: [message_line(look, note, width)])
        view, order = look.host, self._order
        if view is None or view.reading.host_id != self.host_id:
            # A look from before this screen was opened says nothing of its host but whether there is one.
            if look.loaded and all(reading.host_id != self.host_id for reading in look.readings):
                self._say_gone()
            return
        self._header.show(lambda width: host_header(view, width))
        self._panels.show(lambda width: host_panels(view, order, width))
        self._page.set_class(not view.reading.current, "-old")

    def _say_gone(self) -> None:
        self._header.show(lambda _: [Text(" This host is no longer registered. Esc goes back.", palette.TEXT_2)])
        self._panels.show(lambda _: [])

    def action_order(self, order: str) -> None:
        """Sorts the processes."""
        self._order = ProcessOrder(order)
        if self._look is not None:
            self.show(self._look)

    def action_scroll_by(self, lines: int) -> None:
        """Scrolls the panels."""
        self._page.scroll_relative(y=lines, animate=False)
