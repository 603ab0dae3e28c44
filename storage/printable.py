"""Makes words that came from a host harmless for terminals, logs and files."""

import re

_SPACES = dict.fromkeys(map(ord, "\t\n\v\f\r\x85\u2028\u2029"), " ")

# Controls of both kinds and lone surrogates; what turns the reading direction or cannot be seen; noncharacters.
# The joiners U+200C and U+200D stay: Persian and family emoji are made with them.
_HARMFUL = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\ud800-\udfff"
    "\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ufdd0-\ufdef\ufffe\uffff]"
)


def printable(text: str, limit: int = 255) -> str:
    r"""The text with nothing in it that could move a cursor, turn the writing round or hide.

    Tabs and line breaks become spaces, other harmful characters U+FFFD. Ordinary text of any script stays as it is.

    Args:
        text: anything, also with lone surrogates.
        limit: the most characters the result has; a longer text is cut and ends in `…`.
    """
    if len(text) > limit:
        text = text[: max(limit - 1, 0)] + "…"[:limit]
    if text.isascii() and text.isprintable():
        return text
    return _HARMFUL.sub("\ufffd", text.translate(_SPACES))
