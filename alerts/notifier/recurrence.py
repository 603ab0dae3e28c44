"""When a maintenance window recurs: a rule of RFC 5545 in local time, evaluated by dateutil, in a bounded time.

Rules that dateutil could look for in vain until the year 9999 are refused: what is left occurs at least once in a few
of its periods, so finding the next occurrence, or that there is none, never takes long.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import islice, takewhile
from zoneinfo import ZoneInfo

from dateutil.rrule import DAILY, rrule, rrulestr

from storage.errors import InvalidInputError
from storage.printable import printable

LENGTH_LIMIT = 500
COUNT_LIMIT = 1000
FIRST_YEAR, LAST_YEAR = 2000, 2200
_START = re.compile(r"DTSTART:(\d{8}T\d{6})", re.ASCII)
_DAYS = r"(?:MO|TU|WE|TH|FR|SA|SU)"
_NUMBER = r"[1-9]\d{0,3}"
_PARTS: Mapping[str, re.Pattern[str]] = {
    "FREQ": re.compile(r"DAILY|WEEKLY|MONTHLY|YEARLY"),
    "INTERVAL": re.compile(_NUMBER, re.ASCII),
    "COUNT": re.compile(_NUMBER, re.ASCII),
    "UNTIL": re.compile(r"\d{8}(?:T\d{6})?", re.ASCII),
    "WKST": re.compile(_DAYS),
    "BYDAY": re.compile(rf"(?:[1-4]|-[1-4])?{_DAYS}(?:,(?:[1-4]|-[1-4])?{_DAYS}){{0,20}}", re.ASCII),
    "BYMONTHDAY": re.compile(r"(?:[1-9]|1\d|2[0-8]|-1)(?:,(?:[1-9]|1\d|2[0-8]|-1)){0,30}", re.ASCII),
    "BYMONTH": re.compile(r"(?:[1-9]|1[0-2])(?:,(?:[1-9]|1[0-2])){0,11}", re.ASCII),
}
_LONGEST_INTERVAL = {"DAILY": 366, "WEEKLY": 53, "MONTHLY": 12, "YEARLY": 10}
_ALLOWED_BY = {
    "DAILY": frozenset[str](),
    "WEEKLY": frozenset({"BYDAY"}),
    "MONTHLY": frozenset({"BYDAY", "BYMONTHDAY"}),
    "YEARLY": frozenset({"BYDAY", "BYMONTHDAY", "BYMONTH"}),
}
_PERIOD = {"DAILY": timedelta(days=1), "WEEKLY": timedelta(weeks=1)}


@dataclass(frozen=True, slots=True)
class Recurrence:
    """A rule that may be kept.

    Attributes:
        text: `DTSTART:20260301T020000`, a line break, `RRULE:FREQ=WEEKLY;BYDAY=SU`; without RRULE, once.
        time_zone: as `Asia/Seoul`; the times of the text are of the clock on the wall there.
    """

    text: str
    time_zone: str


def recurrence_of(start: datetime, rule: str, time_zone: str) -> Recurrence:
    """A recurrence from what a person says.

    Args:
        start: the first time, of the clock on the wall.
        rule: `FREQ=WEEKLY;BYDAY=SU`, with or without `RRULE:` before it; empty for once.
        time_zone: as `Asia/Seoul`.

    Raises:
        InvalidInputError: it cannot be used.
    """
    stripped = rule.strip().removeprefix("RRULE:")
    lines = [f"DTSTART:{start:%Y%m%dT%H%M%S}", *([f"RRULE:{stripped.upper()}"] if stripped else [])]
    return checked_recurrence(Recurrence("\n".join(lines), time_zone))


def checked_recurrence(recurrence: Recurrence) -> Recurrence:
    """The recurrence as it is. Raises InvalidInputError for one that cannot be used, or might take long to work out."""
    _zone(recurrence.time_zone)
    start, parts = _parsed(recurrence.text)
    if parts:
        _check_parts(parts)
    if not FIRST_YEAR <= start.year <= LAST_YEAR:
        raise InvalidInputError(f"A window begins in the years {FIRST_YEAR} to {LAST_YEAR}.")
    _rule(recurrence.text)
    return recurrence


def starts_between(recurrence: Recurrence, after: int, until: int) -> tuple[int, ...]:
    """When it begins, UTC milliseconds: later than `after`, and not later than `until`. At most a year is looked at."""
    zone = _zone(recurrence.time_zone)
    last = min(until, after + 366 * 86_400_000)
    # A day to either side: what is an hour of the wall's clock may be none, or two, of the world's.
    begin = _local(after, zone) - timedelta(days=1)
    end = _local(last, zone) + timedelta(days=1)
    found = takewhile(lambda moment: moment <= end, _from(recurrence.text, begin))
    moments = (_utc_ms(moment, zone) for moment in found)
    return tuple(moment for moment in moments if after < moment <= last)


def next_starts(recurrence: Recurrence, after: int, count: int) -> tuple[int, ...]:
    """The next times that it begins after a moment, UTC milliseconds; fewer where it ends before."""
    zone = _zone(recurrence.time_zone)
    moments = (_utc_ms(moment, zone) for moment in _from(recurrence.text, _local(after, zone) - timedelta(days=1)))
    return tuple(islice((moment for moment in moments if moment > after), count))


def _parsed(text: str) -> tuple[datetime, dict[str, str]]:
    if len(text) > LENGTH_LIMIT:
        raise InvalidInputError(f"A recurrence has {LENGTH_LIMIT} characters at the most.")
    first, _, rest = text.partition("\n")
    match = _START.fullmatch(first)
    if match is None:
        raise InvalidInputError("A recurrence begins with its first time.", hint="As DTSTART:20260301T020000")
    try:
        start = datetime.strptime(match[1], "%Y%m%dT%H%M%S")  # noqa: DTZ007 - of the clock on the wall
    except ValueError:
        raise InvalidInputError(f"{match[1]} is no time.") from None
    if not rest:
        return start, {}
    parts: dict[str, str] = {}
    for part in rest.removeprefix("RRULE:").split(";"):
        name, _, value = part.partition("=")
        if name not in _PARTS or name in parts or _PARTS[name].fullmatch(value) is None:
            raise _refused(part)
        parts[name] = value
    return start, parts


def _check_parts(parts: Mapping[str, str]) -> None:
    if "FREQ" not in parts:
        raise InvalidInputError("A recurrence says how often.", hint="As FREQ=WEEKLY;BYDAY=SU")
    often = parts["FREQ"]
    for name in parts.keys() & {"BYDAY", "BYMONTHDAY", "BYMONTH"}:
        if name not in _ALLOWED_BY[often]:
            raise _refused(f"{name} with FREQ={often}")
    if "BYDAY" in parts and "BYMONTHDAY" in parts:
        raise _refused("BYDAY with BYMONTHDAY")
    if often == "WEEKLY" and re.search(r"\d", parts.get("BYDAY", "")):
        raise _refused("a numbered day with FREQ=WEEKLY")
    if "COUNT" in parts and "UNTIL" in parts:
        raise InvalidInputError("A recurrence ends after a number of times or at a time.", hint="Leave one out.")
    if int(parts.get("INTERVAL", "1")) > _LONGEST_INTERVAL[often]:
        raise InvalidInputError(f"With FREQ={often}, INTERVAL is {_LONGEST_INTERVAL[often]} at the most.")
    if int(parts.get("COUNT", "1")) > COUNT_LIMIT:
        raise InvalidInputError(f"COUNT is {COUNT_LIMIT} at the most.")


@lru_cache(maxsize=256)
def _rule(text: str) -> rrule:
    start, parts = _parsed(text)
    if not parts:
        return rrule(DAILY, dtstart=start, count=1)
    _check_parts(parts)
    return _set_right(text, start, parts)


def _set_right(text: str, start: datetime, parts: Mapping[str, str]) -> rrule:
    """As dateutil reads it. The 29th to 31st of a month, which not every month has, are the last day there."""
    if parts["FREQ"] in ("MONTHLY", "YEARLY") and not parts.keys() & {"BYDAY", "BYMONTHDAY"} and start.day > 28:
        text += ";BYMONTHDAY=-1"
    if parts["FREQ"] == "YEARLY" and "BYMONTH" not in parts:
        text += f";BYMONTH={start.month}"
    try:
        found = rrulestr(text, cache=True)
    except (ValueError, TypeError) as error:
        raise InvalidInputError(f"That is no recurrence: {printable(str(error), 100)}.") from None
    if not isinstance(found, rrule):
        raise InvalidInputError("That is no recurrence.")
    return found


def _from(text: str, begin: datetime) -> Iterator[datetime]:
    """Its local times from a moment on; where it may go on for years before it, most of them are skipped."""
    rule = _rule(text)
    start, parts = _parsed(text)
    period = _PERIOD.get(parts.get("FREQ", ""))
    if period is not None and "COUNT" not in parts and begin > start:
        stride = period * int(parts.get("INTERVAL", "1"))
        rule = rule.replace(dtstart=start + (begin - start) // stride * stride)
    return rule.xafter(begin, inc=True)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    # A name of a folder in the zone database raises OSError, one that leaves it ValueError, an unknown one KeyError.
    except (KeyError, ValueError, OSError):
        raise InvalidInputError(
            f"There is no time zone {printable(name, 60)!r}.", hint="Write it as Europe/Berlin, Asia/Seoul or UTC."
        ) from None


def _local(ts: int, zone: ZoneInfo) -> datetime:
    return datetime.fromtimestamp(max(ts, 0) / 1000, zone).replace(tzinfo=None)


def _utc_ms(local: datetime, zone: ZoneInfo) -> int:
    # A time that the clock on the wall skips is the one an hour later; of one that it shows twice, the first.
    return round(local.replace(tzinfo=zone).astimezone(UTC).timestamp() * 1000)


def _refused(part: str) -> InvalidInputError:
    return InvalidInputError(
        f"“{printable(part, 80)}” is not understood in a recurrence.",
        hint="FREQ=DAILY, WEEKLY, MONTHLY or YEARLY; INTERVAL, COUNT or UNTIL; BYDAY=MO,TU (of a month 1SU or -1FR), "
        "BYMONTHDAY=1 to 28 or -1, and for a year BYMONTH.",
    )
