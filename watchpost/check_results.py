"""What came of checks, out of a host's newest readings. Pure, but for reading them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from storage.check import Check, CheckKind
from storage.connection import Connection
from storage.host import Host
from storage.latest import read_latest
from storage.printable import printable
from storage.quantities import ABSENT, milliseconds
from storage.rhythm import read_rhythm
from storage.scrape import Cadence
from storage.series import SeriesKey

NO_ANSWER_YET = "no answer yet"
_NUMBERS_SHOWN = 5

Values = Mapping[SeriesKey, float]


@dataclass(frozen=True, slots=True)
class CheckResult:
    """The newest answer to a check.

    Attributes:
        up: whether it succeeds; None where there is no answer, or nothing that can be known.
        seconds: how long it took; None where it failed or that is not measured.
        http_status: of the answer; None but for a URL that answered.
        numbers: the user's own, by series.
        rates: what the user's own counters grow by in a second, by series.
    """

    up: bool | None = None
    seconds: float | None = None
    http_status: int | None = None
    numbers: Mapping[str, float] = field(default_factory=dict)
    rates: Mapping[str, float] = field(default_factory=dict)


def read_check_values(connection: Connection, hosts: Sequence[Host], now_ms: int) -> dict[int, Values]:
    """The newest readings by host; those that are older than three turns of the checks are left out."""
    rhythm = read_rhythm(connection)
    age_s = max((rhythm.gap_s(Cadence.CHECKS, host.interval_s) for host in hosts), default=0.0)
    latest = read_latest(connection, since=now_ms - int(age_s * 1000), host_ids=[host.id for host in hosts])
    return {host_id: known.values for host_id, known in latest.items()}


def result_of(check: Check, values: Values) -> CheckResult:
    """What these readings of a host say about a check."""
    labels = ("unit", check.target) if check.kind is CheckKind.UNIT else ("check", check.name)
    up = values.get(SeriesKey("unit_up" if check.kind is CheckKind.UNIT else "check_up", (labels,)))
    status = values.get(SeriesKey("check_http_status", (labels,)))
    return CheckResult(
        up=None if up is None else up > 0,
        seconds=values.get(SeriesKey("check_seconds", (labels,))),
        http_status=None if status is None else int(status),
        numbers=_own(values, "custom", check.name),
        rates=_own(values, "custom_per_second", check.name),
    )


def result_text(result: CheckResult) -> str:
    """`up, 12.0 ms`, `down, HTTP 503`, or `up, 4.1 ms: mails 5, sent_total 0.2/s`."""
    if result.up is None:
        return NO_ANSWER_YET
    words = ["up" if result.up else "down"]
    if result.http_status is not None and not result.up:
        words.append(f"HTTP {result.http_status}")
    if result.seconds is not None:
        words.append(milliseconds(result.seconds))
    numbers = [f"{printable(text)} {value:g}" for text, value in result.numbers.items()]
    numbers += [f"{printable(text)} {value:g}/s" for text, value in result.rates.items()]
    if len(numbers) > _NUMBERS_SHOWN:
        numbers[_NUMBERS_SHOWN:] = [f"and {len(numbers) - _NUMBERS_SHOWN} more"]
    return ", ".join(words) + (f": {', '.join(numbers)}" if numbers else "")


def results_text(results: Mapping[str, CheckResult]) -> str:
    """One check on several hosts, by their names: `3 up, 1 down (db2), 1 without an answer`."""
    if not results:
        return ABSENT
    if len(results) == 1:
        return result_text(next(iter(results.values())))
    down = [printable(host) for host, result in results.items() if result.up is False]
    up = sum(result.up is True for result in results.values())
    unknown = len(results) - up - len(down)
    named = ", ".join(down[:_NUMBERS_SHOWN]) + (", …" if len(down) > _NUMBERS_SHOWN else "")
    words = (f"{up} up" if up else "", f"{len(down)} down ({named})" if down else "")
    return ", ".join(filter(None, (*words, f"{unknown} without an answer" if unknown else "")))


def check_as_json(check: Check) -> dict[str, Any]:
    """What is asked, for scripts."""
    return {"name": check.name, "kind": check.kind.value, "target": check.target}


def result_as_json(result: CheckResult) -> dict[str, Any]:
    """For scripts."""
    return {
        "up": result.up,
        "seconds": result.seconds,
        "http_status": result.http_status,
        "numbers": dict(result.numbers),
        "per_second": dict(result.rates),
    }


def _own(values: Values, metric: str, check: str) -> dict[str, float]:
    found = {}
    for key, value in values.items():
        labels = dict(key.labels)
        if key.name == metric and labels.get("check") == check:
            found[labels["series"]] = value
    return found
