"""Moments as people write them on a command line."""

import re
from datetime import UTC, datetime, tzinfo

from storage.errors import InvalidInputError
from storage.utc import iso_utc

_UNITS_S = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 7 * 86400}
_RELATIVE = re.compile(r"-(\d{1,9})([smhdw])", re.ASCII)
_HINT = (
    "Write -90s, -30m, -1h, -7d or -4w for that long ago, now, or a time such as 2026-07-14T08:00 or 2026-07-14T08:00Z."
)


def parse_moment(text: str, *, now_ms: int, time_zone: tzinfo | None) -> int:
    """UTC milliseconds of a moment; never before 1970.

    Args:
        text: `now`, a span before now (`-90s`, `-1h`), or ISO 8601, a date alone being its first moment.
        now_ms: UTC milliseconds.
        time_zone: what a time that names no zone is in; None takes the system's.

    Raises:
        InvalidInputError: it is none of these.
    """
    text = text.strip()
    if text == "now":
        return now_ms
    if match := _RELATIVE.fullmatch(text):
        return max(0, now_ms - int(match[1]) * _UNITS_S[match[2]] * 1000)
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=time_zone) if time_zone else moment.astimezone()
        return max(0, round(moment.astimezone(UTC).timestamp() * 1000))
    except (ValueError, OverflowError) as error:
        raise InvalidInputError(f"“{text[:80]}” is not a time.", hint=_HINT) from error


def parse_range(start: str, end: str, *, now_ms: int, time_zone: tzinfo | None) -> tuple[int, int]:
    """A start and an end in UTC milliseconds, the start before the end.

    Raises:
        InvalidInputError: one is no time, or they are the wrong way round.
    """
    start_ms = parse_moment(start, now_ms=now_ms, time_zone=time_zone)
    end_ms = parse_moment(end, now_ms=now_ms, time_zone=time_zone)
    if start_ms >= end_ms:
        raise InvalidInputError(
            f"The range ends before it starts: {iso_utc(start_ms)} to {iso_utc(end_ms)}.",
            hint="Put the earlier time in --from and the later one in --to.",
        )
    return start_ms, end_ms
