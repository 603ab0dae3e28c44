"""How the pollers work, over whatever was open."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen

from watchpost.terminal.drawn import Drawn
from watchpost.terminal.look import Look
from watchpost.terminal.poller_panel import poller_panel


class PollerScreen(ModalScreen[None]):
    """Goes on with every look; any of its keys closes it."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,p,enter,space", "dismiss", "close")]
    CSS = """
    PollerScreen { align: center middle; background: $background 60%; }
    #poller { width: 72; max-width: 96%; height: auto; max-height: 96%; padding: 1 3; background: $surface;
              border: round $primary; border-title-color: $foreground; }
    """

    def __init__(self, look: Look | None) -> None:
        super().__init__()
        self._first = look
        self._figures = Drawn(id="figures")

    def compose(self) -> ComposeResult:
        """Lays out the screen."""
        with VerticalScroll(id="poller") as box:
            box.border_title = "How the poller works"
            yield self._figures

    def on_mount(self) -> None:
        """Draws what is known already."""
        if self._first is not None:
            self.show(self._first)

    def show(self, look: Look) -> None:
        """Shows what was read."""
        pollers = list(look.pollers)
        self._figures.show(lambda width: poller_panel(pollers, width))
