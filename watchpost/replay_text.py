"""What would have fired, in words and as JSON."""

from collections.abc import Mapping, Sequence
from datetime import tzinfo
from typing import Any

from rich.text import Text

from alerts.explanations import explanation_text
from alerts.replay.replay import Fired, Replayed, counts
from alerts.rules.humanized import plain
from storage.printable import printable
from storage.quantities import duration
from storage.rollup import Interval
from storage.utc import iso_utc
from watchpost.console import output, table
from watchpost.local_time import moment_text

_SHOWN = 200
_TEXT_LIMIT = 300


def print_replayed(done: Replayed, names: Mapping[int, str], rules: Sequence[str], zone: tzinfo | None) -> None:
    """For people: each alert that there would have been, then how many of each rule, then what it goes by."""
    console = output()
    if done.fired:
        rows = table("fired", "lasted", "severity", "host", "rule", "worst", "")
        for fired in done.fired[:_SHOWN]:
            rows.add_row(*_cells(fired, names, zone))
        console.print(rows)
        if len(done.fired) > _SHOWN:
            console.print(Text(f"and {len(done.fired) - _SHOWN} more; --json lists all of them"))
        console.print()
        console.print(counted_table(done, rules))
    else:
        console.print(Text(f"Nothing would have fired, by {_many(len(rules), 'rule')}."))
    for line in notes(done, names):
        console.print(Text(line))


def counted_table(done: Replayed, rules: Sequence[str]) -> Any:  # noqa: ANN401 - a table of rich
    """How often each rule would have fired; those that would not, too."""
    rows = table("rule", "alerts", "hosts")
    often = counts(done.fired)
    for name in (*often, *(name for name in rules if name not in often)):
        hosts = {fired.first.host_id for fired in done.fired if fired.first.rule_name == name}
        rows.add_row(printable(name, _TEXT_LIMIT), str(often.get(name, 0)), str(len(hosts)))
    return rows


def notes(done: Replayed, names: Mapping[int, str]) -> list[str]:
    """What it goes by, where that is less than every reading."""
    found = []
    by_interval: dict[Interval, list[str]] = {}
    for host_id, spans in done.from_buckets.items():
        for interval in spans:
            by_interval.setdefault(interval, []).append(names.get(host_id, str(host_id)))
    for interval, hosts in sorted(by_interval.items(), key=lambda pair: list(Interval).index(pair[0])):
        longest = max(spans.get(interval, 0) for spans in done.from_buckets.values())
        found.append(
            f"No readings are kept of up to {duration(longest / 1000)} of that time on {_listed(hosts)}: means of "
            f"{interval.value} stand in for them, and nothing can be said of hosts that were not read."
        )
    if done.nothing:
        found.append(f"Nothing is stored of {_listed([names.get(each, str(each)) for each in done.nothing])}.")
    return found


def replayed_as_json(
    done: Replayed, names: Mapping[int, str], rules: Sequence[str], span: tuple[int, int]
) -> dict[str, Any]:
    """For scripts."""
    often = counts(done.fired)
    return {
        "from": iso_utc(span[0]),
        "to": iso_utc(span[1]),
        "rules": {name: often.get(name, 0) for name in rules},
        "alerts": [
            {
                "host": names.get(fired.first.host_id, ""),
                "rule": fired.first.rule_name,
                "owner": fired.first.owner,
                "metric": fired.first.metric,
                "series": fired.first.series,
                "severity": fired.severity,
                "fired_at": iso_utc(fired.first.ts),
                "resolved_at": None if fired.resolved_at is None else iso_utc(fired.resolved_at),
                "value": fired.first.value,
                "worst_value": fired.worst_value,
                "explanation": fired.first.explanation,
            }
            for fired in done.fired
        ],
        "without_readings": [
            {"host": names.get(host_id, ""), "interval": interval.value, "seconds": length_ms / 1000}
            for host_id, spans in done.from_buckets.items()
            for interval, length_ms in spans.items()
        ],
        "without_anything": [names.get(host_id, "") for host_id in done.nothing],
    }


def _cells(fired: Fired, names: Mapping[int, str], zone: tzinfo | None) -> tuple[str, ...]:
    first = fired.first
    lasted = "goes on" if fired.resolved_at is None else duration((fired.resolved_at - first.ts) / 1000)
    what = f"{first.rule_name} {first.series}".rstrip() + (f" (of {first.owner})" if first.owner else "")
    return (
        moment_text(first.ts, zone),
        lasted,
        fired.severity,
        printable(names.get(first.host_id, ""), _TEXT_LIMIT),
        printable(what, _TEXT_LIMIT),
        "" if fired.worst_value is None else plain(fired.worst_value),
        printable(explanation_text(first.explanation), _TEXT_LIMIT),
    )


def _many(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(printable(name, _TEXT_LIMIT) for name in names[:5])
    return shown if len(names) <= 5 else f"{shown} and {len(names) - 5} more"
