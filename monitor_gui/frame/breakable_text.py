"""Makes words of any length fit into a column. Pure."""

import re

_LONG_WORD = re.compile(r"[^\s\u200b]{25}")
_BREAK = "\u200b"


def breakable(text: str) -> str:
    """The text with places to break in words that are too long: a path or a name may have 300 characters.

    Qt breaks lines between words only, and makes a label at least as wide as its longest one.
    """
    return _LONG_WORD.sub(lambda word: word[0] + _BREAK, text)
