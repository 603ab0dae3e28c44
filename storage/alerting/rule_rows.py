"""Rules as rows: a name, where it came from, and a JSON body that `alerts.rules.document` makes sense of."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, Select, Text, cast, select
from sqlalchemy.exc import IntegrityError

from storage.engines.statements import upsert
from storage.errors import AlreadyExistsError, NotFoundError
from storage.printable import printable
from storage.schema import alert_rules, settings
from storage.similar_names import did_you_mean

_REVISION = "alert_rules_revision"
_READ_REVISION = select(settings.c.value).where(settings.c.name == _REVISION)


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleRow:
    """A row of `alert_rules`. Times are UTC milliseconds.

    Attributes:
        id: never used twice.
        name: no two rules have the same.
        enabled: whether it is looked at.
        source: where it came from: `default`, `preset …`, `file …`; empty for a person.
        body: what it says; None where the column holds no JSON.
        revision: of the last change, see `rules_revision`.
        created_at: when it was added.
        updated_at: when it was last changed.
    """

    id: int
    name: str
    enabled: bool
    source: str
    body: object
    revision: int
    created_at: int
    updated_at: int


def rules_revision(connection: Connection) -> int:
    """Grows with every change to any rule or to where it has other levels, removals too; 0 before the first."""
    return _number(connection.scalar(_READ_REVISION))


def next_revision(connection: Connection) -> int:
    """The revision of a change that is about to be made; `connection` is for writing, where nobody is beside."""
    revision = rules_revision(connection) + 1
    connection.execute(upsert(connection, settings, keys=("name",)), {"name": _REVISION, "value": revision})
    return revision


def list_rules(connection: Connection, source: str | None = None) -> list[RuleRow]:
    """All rules by name, or those that came from one place."""
    found = _rows().order_by(alert_rules.c.name)
    if source is not None:
        found = found.where(alert_rules.c.source == source)
    return [_rule(row) for row in connection.execute(found)]


def find_rule(connection: Connection, name: str) -> RuleRow:
    """The rule of that name. Raises NotFoundError, with similar names in the hint."""
    row = connection.execute(_rows().where(alert_rules.c.name == name)).one_or_none()
    if row is None:
        raise _unknown(name, connection.scalars(select(alert_rules.c.name).order_by(alert_rules.c.name)))
    return _rule(row)


def add_rule(  # noqa: PLR0913 - one for each column
    connection: Connection,
    *,
    name: str,
    body: Mapping[str, Any],
    source: str = "",
    enabled: bool = True,
    now_ms: int,
) -> RuleRow:
    """Keeps a rule; whether it makes sense is for the caller to know.

    Raises:
        AlreadyExistsError: there is one of that name.
    """
    values = {
        "name": name,
        "body": dict(body),
        "source": source,
        "enabled": enabled,
        "revision": next_revision(connection),
        "created_at": now_ms,
        "updated_at": now_ms,
    }
    try:
        # A savepoint: on PostgreSQL the failure would take the whole transaction with it.
        with connection.begin_nested():
            connection.execute(alert_rules.insert().values(values))
    except IntegrityError as error:
        raise _taken(name) from error
    return find_rule(connection, name)


def edit_rule(  # noqa: PLR0913 - one for each column
    connection: Connection,
    rule_id: int,
    *,
    name: str | None = None,
    body: Mapping[str, Any] | None = None,
    enabled: bool | None = None,
    now_ms: int,
) -> None:
    """Changes what is given of a rule; its id stays, and so do its alerts and its other levels.

    Raises:
        AlreadyExistsError: the new name is taken.
    """
    given: dict[str, Any] = {"name": name, "body": None if body is None else dict(body), "enabled": enabled}
    values = {column: value for column, value in given.items() if value is not None}
    values |= {"revision": next_revision(connection), "updated_at": now_ms}
    try:
        with connection.begin_nested():
            connection.execute(alert_rules.update().where(alert_rules.c.id == rule_id).values(values))
    except IntegrityError as error:
        raise _taken(name or "") from error


def remove_rule(connection: Connection, rule_id: int) -> None:
    """Forgets a rule with its other levels; its alerts stay in the history."""
    next_revision(connection)
    connection.execute(alert_rules.delete().where(alert_rules.c.id == rule_id))


def rename_host_in_rules(connection: Connection, old: str, new: str) -> None:
    """Has rules that name a host go on to mean it."""
    for row in list_rules(connection):
        scope = row.body.get("scope") if isinstance(row.body, dict) else None
        names = scope.get("hosts") if isinstance(scope, dict) else None
        if isinstance(row.body, dict) and isinstance(scope, dict) and isinstance(names, list) and old in names:
            hosts = list(dict.fromkeys(new if name == old else name for name in names))
            body = {**row.body, "scope": {**scope, "hosts": hosts}}
            edit_rule(connection, row.id, body=body, now_ms=row.updated_at)


def stored_json(text: str | None) -> object:
    """What a column of JSON holds; None for what somebody else wrote there and is none."""
    try:
        return msgspec.json.decode(text or "null")
    except msgspec.DecodeError:
        return None


def _rows() -> Select[Any]:
    # As text: SQLite keeps anything in a column of JSON, and SQLAlchemy fails where it is none.
    text = cast(alert_rules.c.body, Text).label("body_text")
    return select(*(column for column in alert_rules.c if column.name != "body"), text)


def _rule(row: Row[Any]) -> RuleRow:
    return RuleRow(
        id=row.id,
        name=row.name,
        enabled=row.enabled,
        source=row.source,
        body=stored_json(row.body_text),
        revision=row.revision,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0


def _taken(name: str) -> AlreadyExistsError:
    return AlreadyExistsError(
        f"There is a rule “{printable(name)}” already.", hint="Give this one another name, or edit that one."
    )


def _unknown(name: str, names: Iterable[str]) -> NotFoundError:
    hint = did_you_mean(name, names, "“watchpost alerts rules list” tells which there are.")
    return NotFoundError(f"There is no rule “{printable(name)}”.", hint=hint)
