"""What is kept how long, as a table and as JSON."""

from collections.abc import Iterator

from rich.table import Table

from storage.printable import printable
from storage.quantities import byte_count
from storage.retentions import Retention, Retentions
from watchpost.console import table
from watchpost.duration import duration_text

_KINDS = {
    "raw": "raw_s",
    "1m": "m1_s",
    "5m": "m5_s",
    "1h": "h1_s",
    "1d": "d1_s",
    "processes": "processes_s",
    "processes-1m": "processes_1m_s",
}
"""As the options are called, by field of a retention."""


def retention_table(retentions: Retentions) -> Table:
    """A line for all hosts, and one for each group that differs."""
    lines = table("", *_KINDS)
    for whose, retention in _lines(retentions):
        spans = (getattr(retention, field) for field in _KINDS.values())
        lines.add_row(whose, *(duration_text(span) for span in spans))
    cap = retentions.size_cap_bytes
    lines.caption = f"Size cap: {byte_count(cap) if cap else 'off'}"
    lines.caption_justify = "left"
    return lines


def retention_json(retentions: Retentions) -> dict[str, object]:
    """Spans in seconds; 0 is not kept at all."""
    return {
        "retention": _seconds(retentions.default),
        "groups": {group: _seconds(retention) for group, retention in sorted(retentions.groups.items())},
        "size_cap_bytes": retentions.size_cap_bytes,
    }


def _lines(retentions: Retentions) -> Iterator[tuple[str, Retention]]:
    yield "all hosts", retentions.default
    for group, retention in sorted(retentions.groups.items()):
        yield f"group {printable(group)}", retention


def _seconds(retention: Retention) -> dict[str, float]:
    return {kind: getattr(retention, field) for kind, field in _KINDS.items()}
