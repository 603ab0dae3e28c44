"""What a database holds, as tables and as JSON."""

from collections.abc import Iterator
from datetime import tzinfo
from typing import Any

from rich.table import Table
from rich.text import Text

from storage.care.holding import PART_OF_TIER, Part
from storage.care.summary import Total
from storage.care.survey import Survey
from storage.printable import printable
from storage.quantities import ABSENT, byte_count, duration, plain, whole
from storage.utc import iso_utc
from watchpost.console import table
from watchpost.local_time import moment_text

LISTED_HOSTS = 10
_ENGINES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
_TIERS = {part: tier for tier, part in PART_OF_TIER.items()}


def facts_table(found: Survey) -> Table:
    """The database at a glance."""
    facts = found.facts
    free = f", {byte_count(facts.size.free)} of it free" if facts.size.free else ""
    lines = table("", "")
    lines.show_header = False
    for label, value in (
        ("database", facts.url),
        ("kind", f"{_ENGINES[facts.dialect]} {facts.engine_version}, schema {facts.revision}"),
        ("size", f"{byte_count(facts.size.total)}{free}"),
        ("hosts", whole(facts.hosts)),
        ("forecast", forecast_text(found)),
    ):
        lines.add_row(Text(label), Text(printable(value)))
    return lines


def forecast_text(found: Survey) -> str:
    """How large it will become, in a sentence."""
    if found.everything is None:
        return "nothing has been recorded yet"
    expected = found.forecast
    cap = "none" if expected.cap is None else byte_count(expected.cap)
    reached = ", which will be reached: raw readings will be kept for less time" if expected.capped else ""
    when = f" (in {expected.full_in_days} days)" if expected.full_in_days else ""
    sizes = f"{byte_count(expected.in_30_days)} in 30 days, {byte_count(expected.full)} when every tier is full{when}"
    return f"about {sizes}; size cap {cap}{reached}"


def parts_table(found: Survey, zone: tzinfo | None) -> Table:
    """A row for each kind of data."""
    lines = table("data", "size", "rows", "samples", "bytes a sample", "oldest", "newest", "kept")
    for part, held in found.parts.items():
        lines.add_row(Text(part.value), *_cells(held, zone), Text(_kept(found, part)))
    for kept in found.plain:
        span = (moment_text(kept.first_ts, zone), moment_text(kept.last_ts, zone))
        lines.add_row(*map(Text, (kept.name, ABSENT, whole(kept.rows), ABSENT, ABSENT, *span, ABSENT)))
    return lines


def hosts_table(found: Survey, zone: tzinfo | None, *, every: bool) -> Table:
    """A row for each host, the largest first."""
    lines = table("host", "size", "rows", "samples", "bytes a sample", "oldest", "newest")
    shown = list(found.hosts.items())[: None if every else LISTED_HOSTS]
    for host_id, held in shown:
        lines.add_row(Text(host_label(found, host_id)), *_cells(held, zone))
    return lines


def host_label(found: Survey, host_id: int) -> str:
    """The name of a host, or that it has been removed."""
    name = found.names.get(host_id)
    return f"(removed, {host_id})" if name is None else printable(name)


def survey_json(found: Survey, *, every_host: bool) -> dict[str, Any]:
    """The document that `--json` writes."""
    facts, everything = found.facts, found.everything
    expected = found.forecast
    shown = list(found.hosts.items())[: None if every_host else LISTED_HOSTS]
    return {
        "url": facts.url,
        "dialect": facts.dialect,
        "engine_version": facts.engine_version,
        "revision": facts.revision,
        "size_bytes": facts.size.total,
        "free_bytes": facts.size.free,
        "hosts": facts.hosts,
        "readings": sum(found.parts[part].rows for part in (Part.HEAD, Part.RAW) if part in found.parts),
        "oldest": None if everything is None else iso_utc(everything.first_ts),
        "newest": None if everything is None else iso_utc(everything.last_ts),
        "data": {part.value: _total_json(held) for part, held in found.parts.items()},
        "plain_sql": {kept.name: {"rows": kept.rows} for kept in found.plain},
        "largest_hosts": [{"host": found.names.get(key), "host_id": key, **_total_json(held)} for key, held in shown],
        "forecast": {
            "in_30_days_bytes": expected.in_30_days,
            "full_bytes": expected.full,
            "full_in_days": expected.full_in_days,
            "size_cap_bytes": expected.cap,
            "capped": expected.capped,
        },
    }


def _cells(held: Total, zone: tzinfo | None) -> Iterator[Text]:
    texts = (
        byte_count(held.stored_bytes),
        whole(held.rows),
        whole(held.samples) if held.samples else ABSENT,
        plain(held.bytes_per_sample),
        moment_text(held.first_ts, zone),
        moment_text(held.last_ts, zone),
    )
    return map(Text, texts)


def _kept(found: Survey, part: Part) -> str:
    """For how long, where no group has its own."""
    retention = found.kept.default
    match part:
        case Part.HEAD | Part.SNAPSHOTS:
            return "until sealed"
        case Part.PROCESSES:
            seconds = retention.processes_s
        case Part.PROCESSES_1M:
            seconds = retention.processes_1m_s
        case _:
            seconds = retention.seconds(_TIERS[part])
    groups = ", groups differ" if found.kept.groups else ""
    return (duration(seconds) if seconds else "not kept") + groups


def _total_json(held: Total) -> dict[str, Any]:
    return {
        "bytes": held.stored_bytes,
        "rows": held.rows,
        "samples": held.samples,
        "bytes_per_sample": held.bytes_per_sample,
        "oldest": iso_utc(held.first_ts),
        "newest": iso_utc(held.last_ts),
    }
