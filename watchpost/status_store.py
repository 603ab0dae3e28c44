"""Writes what `status --store` has read: the scrapes as the poller would, and plain rows for SQL clients."""

from collections.abc import Sequence

from fleet.finding_text import finding_meaning, finding_title
from storage.database import Database
from storage.errors import DatabaseUnavailableError
from storage.plain_sql import Notification, SystemMetrics, store_notification, store_system_metrics
from storage.printable import printable
from storage.recorder import Recorder
from watchpost.status_reading import Report

_CHANNEL = "console"


def store_reports(database: Database, reports: Sequence[Report], now_ms: int) -> None:
    """Stores every reading that is current, and every finding.

    The scrapes of a host that is not registered have no place of their own; its plain row is written all the same.

    Raises:
        DatabaseUnavailableError: not all of it could be written.
    """
    _record_scrapes(database, reports)
    with database.writing() as connection:
        for report in reports:
            if report.reading.current:
                store_system_metrics(connection, _plain_row(report))
            for notification in _notifications(report, now_ms):
                store_notification(connection, notification)


def _record_scrapes(database: Database, reports: Sequence[Report]) -> None:
    recorder = Recorder(database, commit_interval_s=0.01)
    recorder.start()
    for report in reports:
        if report.reading.host_id is not None:
            for scrape in report.scrapes:
                recorder.record_scrape(scrape)
    if not recorder.stop() or recorder.dropped:
        raise recorder.failure or DatabaseUnavailableError("The readings could not be stored.")


def _plain_row(report: Report) -> SystemMetrics:
    reading = report.reading
    values = reading.headline
    return SystemMetrics(
        ts=reading.ts or 0,
        hostname=printable(reading.name),
        cpu_percent=values.cpu_percent,
        memory_percent=values.memory_percent,
        disk_percent=values.disk_percent,
        load1=values.load1,
        swap_percent=values.swap_percent,
    )


def _notifications(report: Report, now_ms: int) -> list[Notification]:
    name = printable(report.reading.name)
    return [
        Notification(
            title=f"{name}: {finding_title(finding)}",
            level=finding.severity.value,
            message=finding_meaning(finding),
            channel=_CHANNEL,
            sent_at=now_ms,
        )
        for finding in report.reading.findings
    ]
