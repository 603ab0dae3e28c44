"""A widget whose lines are computed for whatever width it gets."""

from collections.abc import Callable, Sequence

from rich.console import Console, ConsoleOptions, RenderResult
from rich.text import Text
from textual.widgets import Static

Draw = Callable[[int], Sequence[Text]]
"""Lines for a width in cells."""


class Lines:
    """A Rich renderable of lines that are drawn when the width is known; none of them wraps."""

    def __init__(self, draw: Draw) -> None:
        self._draw = draw

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Draws for the width that there is."""
        for line in self._draw(options.max_width):
            text = line.copy()
            text.no_wrap = True
            text.overflow = "crop"
            text.end = "\n"
            yield text


class Drawn(Static):
    """Shows drawn lines; `show` replaces what draws them."""

    def show(self, draw: Draw) -> None:
        """Draws by this from now on."""
        self.update(Lines(draw))
