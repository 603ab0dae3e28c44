"""Spans of time as people write them: `90s`, `24h`, `7d`, `2y`."""

import math
import re

from storage.errors import InvalidInputError

_UNITS_S = {"s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800, "y": 31_536_000}
_SPAN = re.compile(r"(\d{1,9})([smhdwy])", re.ASCII)


def parse_duration(text: str, *, shortest_s: float = 0, longest_s: float = math.inf) -> float:
    """Seconds of a span; `0` alone needs no unit. A year has 365 days.

    Raises:
        InvalidInputError: it is none, or not within the limits.
    """
    stripped = text.strip()
    match = _SPAN.fullmatch(stripped)
    if match is None and stripped != "0":
        or_none = "" if shortest_s else "; 0 for not at all"
        raise InvalidInputError(f"“{stripped[:40]}” is no span of time.", hint=f"Write 90s, 24h, 7d or 2y{or_none}.")
    seconds = float(int(match[1]) * _UNITS_S[match[2]]) if match else 0.0
    if not shortest_s <= seconds <= longest_s:
        hint = f"From {duration_text(shortest_s)} to {duration_text(longest_s)}."
        raise InvalidInputError(f"{stripped} cannot be used here.", hint=hint)
    return seconds


def duration_text(seconds: float) -> str:
    """The shortest way to write it, in the largest unit that says it exactly up to days, then in years."""
    whole = round(seconds)
    for unit in ("y", "d", "h", "m"):
        if whole and whole % _UNITS_S[unit] == 0 and whole // _UNITS_S[unit] > (1 if unit == "d" else 0):
            return f"{whole // _UNITS_S[unit]}{unit}"
    return f"{whole}s" if whole else "0"
