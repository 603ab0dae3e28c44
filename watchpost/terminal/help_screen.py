"""Which key does what."""

from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen

from fleet.reading import Health
from watchpost import palette
from watchpost.drawing import fit
from watchpost.health_text import health_text
from watchpost.terminal.drawn import Drawn

_KEYS = (
    ("↑ ↓  j k", "select a host, or scroll"),
    ("PgUp PgDn Home End", "by screens, to the ends"),
    ("Enter", "open the selected host"),
    ("Esc", "back; clears the filter"),
    ("s", "sort by state, name, cpu, memory, disk"),
    ("/", "filter by name, address or state"),
    ("c  m", "processes by CPU, by memory"),
    ("p", "the poller's own figures"),
    ("?", "this help"),
    ("q", "quit"),
)
_MEANINGS = {
    Health.OK: "every value is under its limits",
    Health.WARNING: "a value is over its warning limit",
    Health.CRITICAL: "a value is over its critical limit",
    Health.UNREACHABLE: "no session; it is tried again and again",
    Health.BLOCKED: "nothing is tried until you act",
    Health.UNKNOWN: "no current reading",
}


class HelpScreen(ModalScreen[None]):
    """Lies over what it explains; any of its keys closes it."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,question_mark,enter,space", "dismiss", "close")]
    CSS = """
    HelpScreen { align: center middle; background: $background 60%; }
    #help { width: 68; max-width: 96%; height: auto; max-height: 96%; padding: 1 3; background: $surface;
            border: round $primary; border-title-color: $foreground; }
    """

    def compose(self) -> ComposeResult:
        """Lays out the screen."""
        with VerticalScroll(id="help") as box:
            box.border_title = "Keys and shapes"
            yield Drawn(id="keys")

    def on_mount(self) -> None:
        """Draws the text."""
        self.query_one("#keys", Drawn).show(help_lines)


def help_lines(width: int) -> list[Text]:
    """Keys, then shapes."""
    keys = [Text.assemble(fit(key, 20, style=f"bold {palette.ACCENT}"), (what, palette.TEXT)) for key, what in _KEYS]
    shapes = [
        Text.assemble(fit(health_text(health), 15), (meaning, palette.TEXT_2)) for health, meaning in _MEANINGS.items()
    ]
    return [fit(line, width) for line in (*keys, Text(), *shapes)]
