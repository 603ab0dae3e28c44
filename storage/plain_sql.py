"""Two tables that any SQL client can read as they are: a row a minute and a host, and what was told to people."""

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import Connection, func, select

from storage.engines.statements import insert_many
from storage.schema import notifications, system_metrics
from storage.utc import iso_utc

_NAMES = ("timestamp", "hostname", "cpu_percent", "memory_percent", "disk_percent", "load1", "swap_percent")


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemMetrics:
    """A host in five numbers; None, or NaN, where it has none.

    Attributes:
        ts: UTC milliseconds.
        hostname: the host's name.
    """

    ts: int
    hostname: str
    cpu_percent: float | None = None
    memory_percent: float | None = None
    disk_percent: float | None = None
    load1: float | None = None
    swap_percent: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Notification:
    """Something that was found.

    Attributes:
        title: one line.
        level: `warning` or `critical`.
        message: the whole text.
        channel: where it was told, as `console`.
        sent_at: UTC milliseconds.
    """

    title: str
    level: str
    message: str
    channel: str
    sent_at: int


def store_system_metrics(connection: Connection, row: SystemMetrics) -> None:
    """Adds a row to `system_metrics`. Raises ValueError for a moment that no calendar has."""
    connection.execute(system_metrics.insert().values(_columns(row)))


def store_missing_metrics(connection: Connection, rows: Sequence[SystemMetrics]) -> int:
    """Adds those rows to `system_metrics` whose host has none of that moment yet.

    Safe against another writer, as only one at a time has a connection for writing.

    Returns:
        How many were added.

    Raises:
        ValueError: a moment that no calendar has.
    """
    if not rows:
        return 0
    moments = [row.ts for row in rows]
    stored = stored_moments(connection, min(moments), max(moments))
    missing = [row for row in map(_columns, rows) if (row["hostname"], row["timestamp"]) not in stored]
    return insert_many(connection, system_metrics, _NAMES, [tuple(row[name] for name in _NAMES) for row in missing])


def stored_moments(connection: Connection, first_ms: int, last_ms: int) -> set[tuple[str, str]]:
    """Hostname and timestamp, as `iso_utc` writes it, of the rows of `system_metrics` between two moments, both in."""
    column = system_metrics.c.timestamp
    query = select(system_metrics.c.hostname, column).where(column.between(iso_utc(first_ms), iso_utc(last_ms)))
    found = connection.execute(query)
    return {(row.hostname, row.timestamp) for row in found}


def delete_metrics_before(connection: Connection, before_ms: int, *, limit: int) -> int:
    """Deletes up to `limit` of the oldest rows of `system_metrics` from before a moment; returns how many."""
    old = (
        select(system_metrics.c.id)
        .where(system_metrics.c.timestamp < iso_utc(before_ms))
        .order_by(system_metrics.c.timestamp)
        .limit(limit)
    )
    return connection.execute(system_metrics.delete().where(system_metrics.c.id.in_(old))).rowcount


def describe_metrics(connection: Connection) -> tuple[int, str | None, str | None]:
    """How many rows `system_metrics` has, and its oldest and newest timestamp. Reads an index from end to end."""
    column = system_metrics.c.timestamp
    rows, oldest, newest = connection.execute(select(func.count(column), func.min(column), func.max(column))).one()
    return rows, oldest, newest


def store_notification(connection: Connection, row: Notification) -> None:
    """Adds a row to `notifications`. Raises ValueError for a moment that no calendar has."""
    connection.execute(notifications.insert().values({**asdict(row), "sent_at": iso_utc(row.sent_at)}))


def _columns(row: SystemMetrics) -> dict[str, str | float | None]:
    values = asdict(row)
    timestamp = iso_utc(values.pop("ts"))
    numbers = {name: _finite(value) for name, value in values.items() if name != "hostname"}
    return {"timestamp": timestamp, "hostname": row.hostname, **numbers}


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None
