"""Lines that are drawn for whatever width there is."""

from rich.console import Console
from rich.text import Text

from watchpost.terminal.drawn import Lines


def test_lines_are_drawn_for_the_width_that_there_is_and_never_wrap() -> None:
    console = Console(width=12)
    with console.capture() as capture:
        console.print(Lines(lambda width: [Text(f"width {width}"), Text("a line that is far too long")]), end="")
    assert capture.get() == "width 12\na line that \n"
