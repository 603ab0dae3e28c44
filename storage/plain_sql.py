"""Two tables that any SQL client can read as they are: readings and findings of `status --store`."""

import math
from dataclasses import asdict, dataclass

from sqlalchemy import Connection

from storage.schema import notifications, system_metrics
from storage.utc import iso_utc


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemMetrics:
    """One reading of a host in five numbers; None, or NaN, where it has none.

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
    values = asdict(row)
    timestamp = iso_utc(values.pop("ts"))
    numbers = {name: _finite(value) for name, value in values.items() if name != "hostname"}
    connection.execute(system_metrics.insert().values(timestamp=timestamp, hostname=row.hostname, **numbers))


def store_notification(connection: Connection, row: Notification) -> None:
    """Adds a row to `notifications`. Raises ValueError for a moment that no calendar has."""
    connection.execute(notifications.insert().values({**asdict(row), "sent_at": iso_utc(row.sent_at)}))


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None
