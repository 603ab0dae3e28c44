"""What somebody may have meant who has named what is not there. Pure."""

from collections.abc import Iterable
from difflib import get_close_matches

from storage.printable import printable

NAME_LIMIT = 255
"""Of what was typed: to compare ten thousand characters with every name takes seconds."""


def did_you_mean(name: str, known: Iterable[str], otherwise: str = "") -> str:
    """A hint with the names that are close, whatever their capitals; where none is, what to do otherwise."""
    by_folded = {each.casefold(): each for each in known}
    close = get_close_matches(name[:NAME_LIMIT].casefold(), by_folded, n=3)
    if not close:
        return otherwise
    return f"Did you mean {' or '.join(f'“{printable(by_folded[each])}”' for each in close)}?"
