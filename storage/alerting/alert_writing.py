"""Writes what happened to alerts: each change once, however often and by whomever it is written."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, insert, or_, select, update

from storage.alerting.alert_change import AlertChange, ChangeKind
from storage.alerting.series_text import short_series
from storage.schema.alerting import alert_transitions, alerts

_WRITTEN = ("severity", "value", "worst_value", "explanation", "changed_at", "resolved_at", "resolution")


class AlertKey(NamedTuple):
    """What an alert is about; of one of these at most one fires at a time."""

    rule_id: int
    host_id: int
    series: str
    owner: str


def write_changes(connection: Connection, changes: Sequence[AlertChange], *, written_at: int | None = None) -> int:
    """Writes changes in their order; those that are written already, or that are about the past, are left out.

    Args:
        connection: for writing, so that nobody else writes alerts meanwhile.
        changes: at most a thousand or so at a time.
        written_at: now, UTC milliseconds; whoever asks for what has changed finds by it also what comes late. None for
            the moment of each change.

    Returns:
        How many were new.
    """
    if not changes:
        return 0
    books = _Books(connection, changes)
    written = sum(books.take(change, written_at) for change in changes)
    books.write(connection)
    return written


class _Books:
    """The rows that changes are about, as they are and as they will be."""

    def __init__(self, connection: Connection, changes: Sequence[AlertChange]) -> None:
        earliest = min(change.fired_at for change in changes)
        rows = connection.execute(
            select(alerts).where(
                alerts.c.host_id.in_(sorted({change.host_id for change in changes})),
                or_(alerts.c.resolved_at.is_(None), alerts.c.fired_at >= earliest),
            )
        )
        self._by_moment: dict[tuple[AlertKey, int], dict[str, Any]] = {}
        self._open: dict[AlertKey, dict[str, Any]] = {}
        by_id: dict[int, dict[str, Any]] = {}
        for row in rows:
            values = by_id[row.id] = dict(row._mapping)
            values["seen"] = set()
            self._remember(values)
        ids = sorted(by_id)
        told = alert_transitions.c
        known = select(told.alert_id, told.ts, told.kind).where(told.alert_id.in_(ids))
        for alert_id, ts, kind in connection.execute(known) if ids else ():
            by_id[alert_id]["seen"].add((ts, kind))
        self._new: list[dict[str, Any]] = []
        self._changed: dict[int, dict[str, Any]] = {}
        self._transitions: list[tuple[dict[str, Any], AlertChange]] = []

    def take(self, change: AlertChange, written_at: int | None) -> bool:
        """Whether it changes anything."""
        row = self._row_of(change)
        if row is None:
            if change.kind is ChangeKind.RESOLVED or self._is_past(change):
                return False
            row = self._begin(change)
        elif row["resolved_at"] is not None or (change.ts, change.kind.value) in row["seen"]:
            return False
        elif change.kind is ChangeKind.FIRED and row["severity"] == change.severity:
            # Whoever watches it now did not know that it fires.
            return False
        if "id" in row:
            self._changed[row["id"]] = row
        row["seen"].add((change.ts, change.kind.value))
        is_over = change.kind is ChangeKind.RESOLVED
        row.update(
            severity=change.severity,
            value=change.value,
            worst_value=change.worst_value,
            explanation=change.explanation,
            changed_at=max(row["changed_at"], change.ts, written_at or 0),
            resolved_at=change.ts if is_over else None,
            resolution=change.resolution if is_over else None,
        )
        if is_over:
            self._open.pop(_key_of_row(row), None)
        self._transitions.append((row, change))
        return True

    def write(self, connection: Connection) -> None:
        """Brings it all into the database."""
        if self._changed:
            # First: where one is over, another one about the same may be among the new.
            statement = update(alerts).where(alerts.c.id == bindparam("its_id"))
            values = {name: bindparam(f"new_{name}", type_=alerts.c[name].type) for name in _WRITTEN}
            connection.execute(
                statement.values(values),
                [
                    {"its_id": row["id"], **{f"new_{name}": row[name] for name in _WRITTEN}}
                    for row in self._changed.values()
                ],
            )
        if self._new:
            inserted = insert(alerts).returning(alerts.c.id, sort_by_parameter_order=True)
            rows = [{name: value for name, value in row.items() if name != "seen"} for row in self._new]
            for row, alert_id in zip(self._new, connection.execute(inserted, rows).scalars().all(), strict=True):
                row["id"] = alert_id
        if self._transitions:
            connection.execute(insert(alert_transitions), [_transition(*each) for each in self._transitions])

    def _row_of(self, change: AlertChange) -> dict[str, Any] | None:
        key = _key_of(change)
        exact = self._by_moment.get((key, change.fired_at))
        if exact is not None:
            return exact
        # Whoever began to watch anew does not know when it began to fire.
        going_on = self._open.get(key)
        return going_on if going_on is not None and going_on["fired_at"] <= change.ts else None

    def _is_past(self, change: AlertChange) -> bool:
        """Whether a later one about the same fires already."""
        return _key_of(change) in self._open

    def _begin(self, change: AlertChange) -> dict[str, Any]:
        row: dict[str, Any] = {
            **_key_of(change)._asdict(),
            "rule_name": change.rule_name,
            "metric": change.metric,
            "labels": change.labels,
            "fired_at": change.fired_at,
            "changed_at": change.ts,
            "resolved_at": None,
            "seen": set(),
        }
        self._new.append(row)
        self._remember(row)
        return row

    def _remember(self, row: dict[str, Any]) -> None:
        key = _key_of_row(row)
        self._by_moment[key, row["fired_at"]] = row
        if row["resolved_at"] is None:
            self._open[key] = row


def _key_of(change: AlertChange) -> AlertKey:
    return AlertKey(change.rule_id, change.host_id, short_series(change.series), change.owner)


def _key_of_row(row: dict[str, Any]) -> AlertKey:
    return AlertKey(row["rule_id"], row["host_id"], row["series"], row["owner"])


def _transition(row: dict[str, Any], change: AlertChange) -> dict[str, Any]:
    return {
        "alert_id": row["id"],
        "ts": change.ts,
        "kind": change.kind.value,
        "severity": change.severity,
        "value": change.value,
        "comment": change.resolution,
    }
