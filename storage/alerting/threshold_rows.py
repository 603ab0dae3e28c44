"""Where a rule has other levels than its own: on a host, for a tag, a group, or a user."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Text, cast, select

from storage.alerting.rule_rows import next_revision, stored_json
from storage.engines.statements import upsert
from storage.schema import alert_thresholds


class ThresholdScope(StrEnum):
    """What it is for. On a host the first of these counts: host, tag, group. A user's come besides."""

    HOST = "host"
    TAG = "tag"
    GROUP = "group"
    USER = "user"


@dataclass(frozen=True, slots=True, kw_only=True)
class ThresholdRow:
    """A row of `alert_thresholds`.

    Attributes:
        id: of the row.
        rule_id: whose other levels.
        scope: what kind of thing it is for; a newer version may know others, so it is plain text.
        target: the host's id, or the name of the tag, the group, the user.
        body: what is otherwise; None where the column holds no JSON.
        revision: of the last change, see `storage.alerting.rule_rows.rules_revision`.
    """

    id: int
    rule_id: int
    scope: str
    target: str
    body: object
    revision: int


def list_thresholds(connection: Connection, rule_id: int | None = None) -> list[ThresholdRow]:
    """All of them, or those of one rule, in the order in which they were made."""
    text = cast(alert_thresholds.c.body, Text).label("body_text")
    found = select(*(column for column in alert_thresholds.c if column.name != "body"), text)
    if rule_id is not None:
        found = found.where(alert_thresholds.c.rule_id == rule_id)
    return [
        ThresholdRow(
            id=row.id,
            rule_id=row.rule_id,
            scope=row.scope,
            target=row.target,
            body=stored_json(row.body_text),
            revision=row.revision,
        )
        for row in connection.execute(found.order_by(alert_thresholds.c.id))
    ]


def set_threshold(
    connection: Connection, rule_id: int, scope: ThresholdScope, target: str, body: Mapping[str, Any]
) -> None:
    """Keeps it in place of what was there for the same."""
    values = {
        "rule_id": rule_id,
        "scope": scope.value,
        "target": target,
        "body": dict(body),
        "revision": next_revision(connection),
    }
    connection.execute(upsert(connection, alert_thresholds, keys=("rule_id", "scope", "target")), values)


def remove_threshold(connection: Connection, rule_id: int, scope: ThresholdScope, target: str) -> bool:
    """Goes back to the rule's own; False where there was nothing else."""
    found = alert_thresholds.delete().where(
        alert_thresholds.c.rule_id == rule_id,
        alert_thresholds.c.scope == scope.value,
        alert_thresholds.c.target == target,
    )
    gone = connection.execute(found).rowcount > 0
    if gone:
        next_revision(connection)
    return gone
