"""The line above the keys: what is wrong with the database, else a note. Pure."""

from rich.text import Text

from storage.printable import printable
from watchpost import palette
from watchpost.drawing import fit
from watchpost.terminal.look import Look


def message_line(look: Look, note: str, width: int) -> Text:
    """One line; empty when there is nothing to say."""
    if look.failure is not None:
        words = printable(f"{look.failure.message} {look.failure.hint}".strip(), 1000)
        return fit(f" ✖ {words}", width, style=f"bold {palette.CRITICAL}")
    return fit(f" {note}", width, style=palette.TEXT_3)
