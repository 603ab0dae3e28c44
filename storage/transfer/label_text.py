r"""Labels as text, `a="x",b="y"`, read back; `storage.series.format_labels` writes them."""

import re

from storage.printable import printable
from storage.transfer.refusals import RefusalReason, RefusedError

LABEL_LIMIT = 255
"""Characters of a value; no host may send a longer one either."""
_PAIR = re.compile(r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)"(?:,|$)', re.DOTALL)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_MEANT = {"n": "\n", "\\": "\\", '"': '"'}


def parse_labels(text: str) -> dict[str, str]:
    r"""Names and values; in a value `\\`, `\"` and `\n` are unescaped, any other backslash stays.

    Raises:
        RefusedError: it is no such text, a name stands there twice, or a value is too long or not harmless.
    """
    labels: dict[str, str] = {}
    at = 0
    while at < len(text):
        pair = _PAIR.match(text, at)
        if pair is None or pair[1] in labels:
            raise RefusedError(RefusalReason.BAD_LABELS, text)
        labels[pair[1]] = _checked(_ESCAPE.sub(_unescaped, pair[2]))
        at = pair.end()
    return labels


def _unescaped(escape: re.Match[str]) -> str:
    return _MEANT.get(escape[1], escape[0])


def _checked(value: str) -> str:
    shown = value.replace("\n", " ")
    if len(value) > LABEL_LIMIT:
        raise RefusedError(RefusalReason.BAD_LABELS, value)
    if printable(shown, LABEL_LIMIT) != shown:
        raise RefusedError(RefusalReason.CONTROL_CHARACTERS, value)
    return value
