"""Compares before with after and prints it: what the commands that do so share."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import Annotated, Any

import typer
from rich.text import Text

from fleet.around import Around, Compared, compare_around
from fleet.compared_metrics import DEFAULT_METRICS
from storage.connection import Connection
from storage.host import Host
from storage.printable import printable
from storage.quantities import duration
from watchpost.comparison_json import comparison_as_json
from watchpost.comparison_text import comparison_table, notes
from watchpost.console import output, print_json
from watchpost.duration import parse_duration
from watchpost.local_time import moment_text

SpanOption = Annotated[str, typer.Option("--span", metavar="SPAN", help="How long before and after: 30m, 1h, 7d.")]
MetricOption = Annotated[
    list[str] | None,
    typer.Option("--metric", metavar="M", help="Which metric; may be given several times. Without it, the usual ones."),
]
ByHostOption = Annotated[bool, typer.Option("--by-host", help="Each host by itself besides.")]

_SHORTEST_S, _LONGEST_S = 60, 366 * 86_400


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What is printed.

    Attributes:
        title: what the moment or span is, for people.
        around: what is compared.
        span_ms: how long either side was to be.
        hosts: which were asked.
        found: what was found.
        without: metrics that were asked for and have no reading.
    """

    title: str
    around: Around
    span_ms: int
    hosts: Sequence[Host]
    found: Sequence[Compared]
    without: Sequence[str]


def span_ms_of(text: str) -> int:
    """Milliseconds of --span. Raises InvalidInputError."""
    return round(parse_duration(text, shortest_s=_SHORTEST_S, longest_s=_LONGEST_S) * 1000)


def compare(  # noqa: PLR0913 - by name
    connection: Connection,
    *,
    title: str,
    around: Around,
    span_ms: int,
    hosts: Sequence[Host],
    metrics: Sequence[str] | None,
) -> Comparison:
    """Reads and compares. Raises InvalidInputError for a metric that there is not."""
    found = compare_around(connection, hosts, dict.fromkeys(metrics or DEFAULT_METRICS), around)
    there = {each.series.name for each in found}
    without = [name for name in metrics or () if name not in there]
    return Comparison(title=title, around=around, span_ms=span_ms, hosts=hosts, found=found, without=without)


def print_comparison_json(comparison: Comparison, *, by_host: bool, more: dict[str, Any]) -> None:
    """For scripts, with `more` in front."""
    names = [host.name for host in comparison.hosts]
    print_json({**more, **comparison_as_json(comparison.around, names, comparison.found, by_host=by_host)})


def print_comparison(comparison: Comparison, zone: tzinfo | None, *, by_host: bool) -> None:
    """For people."""
    console = output()
    console.print(Text(printable(comparison.title, 2000), "bold"))
    for line in _heading(comparison, zone):
        console.print(Text(line))
    if not comparison.found:
        console.print(Text("\nThere are no readings of that time. If it is long ago, a longer --span may find means."))
        return
    console.print()
    console.print(comparison_table(comparison.found))
    if by_host:
        for host in comparison.hosts:
            if any(host.name in each.of_host for each in comparison.found):
                console.print(Text(f"\n{printable(host.name)}", "bold"))
                console.print(comparison_table(comparison.found, host=host.name))
    for place, line in enumerate(notes(comparison.found)):
        console.print(Text(f"\n{line}" if place == 0 else line))
    for name in comparison.without:
        console.print(Text(f"{name}: no readings."))


def _heading(comparison: Comparison, zone: tzinfo | None) -> list[str]:
    around = comparison.around
    lines = [
        f"{name:<7}{moment_text(start, zone)} to {moment_text(end, zone)}"
        for name, (start, end) in (("before", around.before), ("after", around.after))
    ]
    count = len(comparison.hosts)
    lines.append(f"hosts  {comparison.hosts[0].name if count == 1 else count}")
    passed_ms = around.after[1] - around.after[0]
    if passed_ms < comparison.span_ms:
        spans = f"{duration(passed_ms / 1000)} of {duration(comparison.span_ms / 1000)}"
        lines.append(f"So far {spans} have passed since.")
    return lines
