"""Ends alerts of hosts that nobody reads any more, and forgets those that were over long ago."""

from sqlalchemy import Connection, delete, or_, select

from storage.alerting.alert_change import AlertChange, ChangeKind, Resolution
from storage.alerting.alert_rows import write_changes
from storage.database import Database
from storage.schema import hosts
from storage.schema.alerting import alert_transitions, alerts
from storage.settings import read_setting

FORGET_MS = 3_600_000
"""How often it is looked whether something is too old."""
LEAP_MS = 600_000
"""It is looked every few seconds; when the clock has gone on by more, it was set, or nobody was there."""
FORGET_LIMIT = 500
"""Alerts in one transaction: others want to write as well."""


class AlertsKept:
    """For one thread; for the one poller that does what one alone may."""

    def __init__(self, database: Database, *, calm_ms: int = 0) -> None:
        """Takes for how long, after a start or a leap of the clock, nothing is forgotten by its age."""
        self._database = database
        self._calm_ms = calm_ms
        self._looked_at: int | None = None
        self._calm_since = 0
        self._forgot_at = 0

    def step(self, now_ms: int) -> None:
        """Does what is due. Raises DatabaseUnavailableError."""
        with self._database.reading() as connection:
            is_any_gone = bool(_gone(connection, now_ms))
        if is_any_gone:
            with self._database.writing() as connection:
                write_changes(connection, _gone(connection, now_ms), written_at=now_ms)
        if self._looked_at is None or not 0 <= now_ms - self._looked_at < LEAP_MS:
            self._calm_since = now_ms
        self._looked_at = now_ms
        if now_ms - self._calm_since >= self._calm_ms and not 0 <= now_ms - self._forgot_at < FORGET_MS:
            self._forget(now_ms)

    def _forget(self, now_ms: int) -> None:
        with self._database.reading() as connection:
            kept_s = read_setting(connection, "retention_alerts_s")
        while True:
            with self._database.writing() as connection:
                if forget_alerts(connection, before=now_ms - int(kept_s * 1000)) < FORGET_LIMIT:
                    break
        self._forgot_at = now_ms


def forget_alerts(connection: Connection, *, before: int) -> int:
    """Deletes some alerts that were over before that moment, UTC milliseconds; what fires is kept, however long it has.

    Returns:
        How many; `FORGET_LIMIT` where there may be more.
    """
    old = select(alerts.c.id).where(alerts.c.resolved_at < before).order_by(alerts.c.id).limit(FORGET_LIMIT)
    ids = list(connection.execute(old).scalars())
    if ids:
        connection.execute(delete(alert_transitions).where(alert_transitions.c.alert_id.in_(ids)))
        connection.execute(delete(alerts).where(alerts.c.id.in_(ids)))
    return len(ids)


def _gone(connection: Connection, now_ms: int) -> list[AlertChange]:
    """The ends of alerts on hosts that were removed or disabled while no poller had them."""
    of_host = alerts.outerjoin(hosts, alerts.c.host_id == hosts.c.id)
    is_gone = or_(hosts.c.id.is_(None), hosts.c.removed_at.is_not(None), hosts.c.enabled.is_(False))
    rows = connection.execute(
        select(alerts, (hosts.c.id.is_not(None) & hosts.c.removed_at.is_(None)).label("is_there"))
        .select_from(of_host)
        .where(alerts.c.resolved_at.is_(None), is_gone)
    )
    return [
        AlertChange(
            rule_id=row.rule_id,
            rule_name=row.rule_name,
            host_id=row.host_id,
            series=row.series,
            owner=row.owner,
            metric=row.metric,
            labels=row.labels,
            kind=ChangeKind.RESOLVED,
            severity=row.severity,
            value=row.value,
            worst_value=row.worst_value,
            explanation=row.explanation,
            ts=max(now_ms, row.fired_at),
            fired_at=row.fired_at,
            resolution=Resolution.HOST_DISABLED if row.is_there else Resolution.HOST_REMOVED,
        )
        for row in rows
    ]
