"""Texts as cells of a CSV: no spreadsheet takes them for a formula, no terminal for a command, and they read back."""

import re

from storage.printable import printable

# What makes a spreadsheet take a cell for a formula; the last four are the full-width forms, which some take as well.
# A quote before one of these is doubled, so that the guard can be told from a quote of the text's own.
_FORMULA = re.compile("'*[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")


def text_cell(text: str) -> str:
    """The cell of a text."""
    harmless = printable(text, len(text))
    return f"'{harmless}" if _FORMULA.match(text) else harmless


def cell_text(cell: str) -> str:
    """The text of a cell that `text_cell` made of a harmless text."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell
