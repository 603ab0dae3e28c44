"""Spans of time as Prometheus writes them: `30s`, `1h30m`, `500ms`."""

import re

from storage.errors import InvalidInputError
from storage.printable import printable

_UNITS_MS = {
    "y": 365 * 86_400_000,
    "w": 7 * 86_400_000,
    "d": 86_400_000,
    "h": 3_600_000,
    "m": 60_000,
    "s": 1000,
    "ms": 1,
}
_WRITTEN = ("d", "h", "m", "s", "ms")
# Each unit once at most, from long to short. `m` must not eat the first letter of `ms`.
_PATTERN = re.compile("".join(rf"(?:(\d{{1,12}}){unit}(?!s))?" for unit in list(_UNITS_MS)[:-1]) + r"(?:(\d{1,12})ms)?")
_LONGEST_MS = 100 * _UNITS_MS["y"]


def parse_duration(text: str) -> float:
    """Seconds.

    Raises:
        InvalidInputError: it is no span of time, or one of more than a hundred years.
    """
    if text == "0":
        return 0.0
    match = _PATTERN.fullmatch(text) if text.isascii() else None
    if not text or match is None:
        raise InvalidInputError(f"“{printable(text, 40)}” is no duration.", hint="Write it as 30s, 5m or 1h30m.")
    total = sum(int(count or 0) * unit for count, unit in zip(match.groups(), _UNITS_MS.values(), strict=True))
    if total > _LONGEST_MS:
        raise InvalidInputError(f"“{printable(text, 40)}” is more than a hundred years.")
    return total / 1000


def format_duration(seconds: float) -> str:
    """As Prometheus reads it; to the millisecond."""
    left = round(seconds * 1000)
    parts = []
    for unit in _WRITTEN:
        count, left = divmod(left, _UNITS_MS[unit])
        if count:
            parts.append(f"{count}{unit}")
    return "".join(parts) or "0s"
