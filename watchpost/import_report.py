"""What an import did, for people and scripts. Pure."""

from typing import Any

from rich.table import Table
from rich.text import Text

from storage.transfer.measurement_import import ImportReport
from storage.transfer.refusals import RefusalReason, Refused
from storage.utc import iso_utc
from watchpost.console import table

_WORDS = {
    RefusalReason.LONG_LINE: "too long",
    RefusalReason.NOT_UTF8: "not UTF-8",
    RefusalReason.CONTROL_CHARACTERS: "characters that cannot be shown",
    RefusalReason.BAD_LINE: "no line of such a file",
    RefusalReason.UNKNOWN_METRIC: "no metric of Watchpost's",
    RefusalReason.DERIVED_METRIC: "computed from others, which have to be imported instead (export with --stored)",
    RefusalReason.ROLLED_UP: "means of buckets; export readings with --interval raw",
    RefusalReason.BAD_LABELS: "not the labels that the metric has",
    RefusalReason.BAD_NUMBER: "no number",
    RefusalReason.NOT_A_NUMBER: "NaN, which is no value",
    RefusalReason.BAD_TIME: "no time with its zone",
    RefusalReason.NO_TIME: "no time",
    RefusalReason.BEFORE_1970: "before 1970",
    RefusalReason.IN_THE_FUTURE: "in the future; OpenMetrics has seconds, not milliseconds",
    RefusalReason.TOO_MANY_SERIES: "too many different series",
}


def report_table(report: ImportReport) -> Table:
    """What was added and what was there already, by host."""
    rows = table("HOST", "VALUES", "READINGS", "THERE ALREADY", "FROM", "TO")
    for host in report.hosts:
        moments = [Text("-" if ts is None else iso_utc(ts)) for ts in (host.first_ts, host.last_ts)]
        counts = [Text(str(count)) for count in (host.samples, host.readings, host.readings_there)]
        rows.add_row(Text(host.name, "bold"), *counts, *moments)
    return rows


def report_texts(report: ImportReport, *, dry_run: bool) -> list[Text]:
    """A line for each thing to know, the sum first."""
    added = sum(host.samples for host in report.hosts)
    there = sum(host.readings_there for host in report.hosts)
    texts = [f"{_many(added, 'value')} {'would be' if dry_run else _was(added)} added."]
    if there:
        texts.append(f"{_many(there, 'reading')} of the same moment {_was(there)} there already and stay as they are.")
    if report.repeated:
        texts.append(f"{_many(report.repeated, 'value')} stood there twice; the first one counts.")
    if report.of_others:
        texts.append(f"{_many(report.of_others, 'value')} of other hosts {_was(report.of_others)} left out.")
    if any(host.too_old for host in report.hosts):
        texts.append(
            "Some are older than readings are kept: soon only their means stay, unless readings are kept for longer."
        )
    texts += [_refused(reason, refused) for reason, refused in report.refusals.found.items()]
    return [Text(text) for text in texts]


def report_as_json(report: ImportReport) -> dict[str, Any]:
    """The same for scripts."""
    return {
        "hosts": [
            {
                "name": host.name,
                "values": host.samples,
                "readings": host.readings,
                "values_there": host.samples_there,
                "readings_there": host.readings_there,
                "from": None if host.first_ts is None else iso_utc(host.first_ts),
                "to": None if host.last_ts is None else iso_utc(host.last_ts),
                "too_old": host.too_old,
            }
            for host in report.hosts
        ],
        "repeated": report.repeated,
        "of_other_hosts": report.of_others,
        "refused": [
            {"reason": reason.value, "lines": refused.lines, "first": refused.first, "example": refused.example}
            for reason, refused in report.refusals.found.items()
        ],
    }


def _refused(reason: RefusalReason, refused: Refused) -> str:
    numbers = ", ".join(map(str, refused.first)) + (", …" if refused.lines > len(refused.first) else "")
    where = f"line {numbers}" if refused.lines == 1 else f"lines {numbers}"
    return f"Refused: {_many(refused.lines, 'line')} ({where}), {_WORDS[reason]}: {refused.example}"


def _many(count: int, word: str) -> str:
    return f"{count} {word}{'' if count == 1 else 's'}"


def _was(count: int) -> str:
    return "was" if count == 1 else "were"
