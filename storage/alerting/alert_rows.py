"""Alerts in the database: what fires, what fired, who is on it."""

from collections.abc import Collection, Mapping
from dataclasses import asdict, fields
from typing import Any

from sqlalchemy import Connection, Row, Select, insert, or_, select, update

from storage.alerting.alert_change import AlertChange, ChangeKind, Resolution
from storage.alerting.alert_query import AlertQuery, Transition
from storage.alerting.alert_row import AlertRow
from storage.alerting.alert_writing import write_changes
from storage.errors import InvalidInputError, NotFoundError
from storage.printable import printable
from storage.schema.alerting import alert_transitions, alerts

__all__ = [
    "AlertChange",
    "AlertQuery",
    "AlertRow",
    "ChangeKind",
    "Resolution",
    "Transition",
    "acknowledge",
    "alerts_changed_since",
    "find_alert",
    "find_alerts",
    "open_alerts",
    "take_back",
    "transitions_of",
    "write_changes",
]

NAME_LIMIT = 255
WHY_LIMIT = 2_000
_LARGEST_ID = 2**63 - 1
_FIELDS = tuple(field.name for field in fields(AlertRow))


def open_alerts(connection: Connection, host_ids: Collection[int] | None = None) -> list[AlertRow]:
    """Those that fire, on these hosts or on all, in the order in which they were written."""
    rows = connection.execute(select(alerts).where(alerts.c.resolved_at.is_(None)).order_by(alerts.c.id))
    # Few fire, and the hosts may be ten thousand: more than a statement takes.
    wanted = None if host_ids is None else frozenset(host_ids)
    return [_alert(row) for row in rows if wanted is None or row.host_id in wanted]


def alerts_changed_since(connection: Connection, ts: int) -> list[AlertRow]:
    """All that fire, and those that changed at a moment (`AlertRow.changed_at`, UTC milliseconds) or later."""
    changed = or_(alerts.c.resolved_at.is_(None), alerts.c.changed_at >= ts)
    return [_alert(row) for row in connection.execute(select(alerts).where(changed).order_by(alerts.c.id))]


def find_alerts(connection: Connection, query: AlertQuery) -> list[AlertRow]:
    """Those for which all of it holds, the one that fired last first."""
    if query.host_ids is not None and not query.host_ids:
        return []
    chosen = _chosen(query).order_by(alerts.c.fired_at.desc(), alerts.c.id.desc()).limit(query.limit)
    return [_alert(row) for row in connection.execute(chosen)]


def find_alert(connection: Connection, alert_id: int) -> AlertRow:
    """The alert of that id. Raises NotFoundError."""
    row = None
    if 0 < alert_id <= _LARGEST_ID:
        row = connection.execute(select(alerts).where(alerts.c.id == alert_id)).one_or_none()
    if row is None:
        raise NotFoundError(f"There is no alert {alert_id}.", hint="“watchpost alerts list” tells which there are.")
    return _alert(row)


def acknowledge(connection: Connection, alert_id: int, *, author: str, why: str = "", ts: int) -> AlertRow:
    """Takes note that somebody is on it, until it is over; a second one takes the place of the first.

    Raises:
        NotFoundError: there is no such alert.
        InvalidInputError: it is over, or nobody is named.
    """
    named = printable(author, NAME_LIMIT).strip()
    if not named:
        raise InvalidInputError("Nobody is named who acknowledges.", hint="Say who is on it.")
    said = printable(why, WHY_LIMIT).strip()
    alert = _going_on(connection, alert_id)
    on_it = {"acknowledged_at": ts, "acknowledged_by": named, "acknowledged_why": said}
    _act(connection, alert, on_it, Transition(ts, "acknowledged", alert.severity, None, named, said))
    return find_alert(connection, alert_id)


def take_back(connection: Connection, alert_id: int, *, author: str, ts: int) -> AlertRow:
    """Nobody is on it any more.

    Raises:
        NotFoundError: there is no such alert.
        InvalidInputError: it is over, or nobody was on it.
    """
    alert = _going_on(connection, alert_id)
    if alert.acknowledged_at is None:
        raise InvalidInputError(f"Nobody has acknowledged alert {alert_id}.")
    named = printable(author, NAME_LIMIT).strip()
    nobody = {"acknowledged_at": None, "acknowledged_by": "", "acknowledged_why": ""}
    _act(connection, alert, nobody, Transition(ts, "taken_back", alert.severity, None, named))
    return find_alert(connection, alert_id)


def transitions_of(connection: Connection, alert_id: int) -> list[Transition]:
    """All that happened to an alert, in order; empty for one that there is not."""
    columns = (alert_transitions.c[field.name] for field in fields(Transition))
    mine = select(*columns).where(alert_transitions.c.alert_id == alert_id)
    rows = connection.execute(mine.order_by(alert_transitions.c.ts, alert_transitions.c.id))
    return [Transition(*row) for row in rows]


def _going_on(connection: Connection, alert_id: int) -> AlertRow:
    alert = find_alert(connection, alert_id)
    if alert.resolved_at is not None:
        raise InvalidInputError(f"Alert {alert_id} is over.", hint="“watchpost alerts list” tells which ones fire.")
    return alert


def _act(connection: Connection, alert: AlertRow, values: Mapping[str, Any], told: Transition) -> None:
    changed_at = max(told.ts, alert.changed_at)
    connection.execute(update(alerts).where(alerts.c.id == alert.id).values(**values, changed_at=changed_at))
    connection.execute(insert(alert_transitions).values(alert_id=alert.id, **asdict(told)))


def _chosen(query: AlertQuery) -> Select[Any]:
    chosen = select(alerts)
    if query.firing is not None:
        over = alerts.c.resolved_at.is_not(None)
        chosen = chosen.where(~over if query.firing else over)
    if query.severity is not None:
        chosen = chosen.where(alerts.c.severity == query.severity)
    if query.host_ids is not None:
        chosen = chosen.where(alerts.c.host_id.in_(sorted(query.host_ids)))
    if query.rule is not None:
        chosen = chosen.where(alerts.c.rule_name == query.rule)
    if query.until is not None:
        chosen = chosen.where(alerts.c.fired_at < query.until)
    if query.since is not None:
        chosen = chosen.where(or_(alerts.c.resolved_at.is_(None), alerts.c.resolved_at >= query.since))
    return chosen


def _alert(row: Row[Any]) -> AlertRow:
    values = {name: getattr(row, name) for name in _FIELDS}
    return AlertRow(**(values | {"resolution": row.resolution or ""}))
