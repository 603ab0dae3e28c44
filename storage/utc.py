"""UTC milliseconds: the clock, and moments as text."""

import time
from datetime import UTC, datetime


def now_ms() -> int:
    """The time now, for the edges; what decides is told it."""
    return time.time_ns() // 1_000_000


def iso_utc(ms: int) -> str:
    """ISO 8601 with milliseconds and Z, as in `2026-03-01T12:00:00.250Z`. Raises ValueError past the year 9999."""
    seconds, rest_ms = divmod(ms, 1000)
    try:
        moment = datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, OSError) as error:
        raise ValueError(f"{ms} ms is no moment that a calendar has") from error
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{rest_ms:03d}Z"


def file_stamp(ms: int) -> str:
    """A moment as part of a file name, to the second: `20260301T120000Z`."""
    return datetime.fromtimestamp(ms // 1000, UTC).strftime("%Y%m%dT%H%M%SZ")
