"""The registered hosts. Removal is soft: the history stays until it is too old, and a removed host can come back."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, Row, Select, func, select, update
from sqlalchemy.exc import IntegrityError

from storage.alerting.rule_rows import rename_host_in_rules
from storage.errors import AlreadyExistsError, NotFoundError
from storage.host import Host, NewHost, Reader, Transport
from storage.host_rules import FIELDS, checked_host, checked_name, fields_of
from storage.schema import credentials, hosts
from storage.secret_keeper import CredentialKind
from storage.similar_names import did_you_mean


def add_host(connection: Connection, host: NewHost, now_ms: int) -> Host:
    """Registers a host.

    Raises:
        InvalidInputError: a field cannot be used.
        AlreadyExistsError: the name is taken.
        NotFoundError: there is no credential of that name.
    """
    return add_hosts(connection, [host], now_ms)[0]


def add_hosts(connection: Connection, new: Iterable[NewHost], now_ms: int) -> list[Host]:
    """Registers several hosts at once, or none where one cannot be. Raises as `add_host`."""
    checked = [checked_host(fields_of(host)) for host in new]
    if not checked:
        return []
    taken = set(connection.scalars(select(hosts.c.name).where(hosts.c.removed_at.is_(None))))
    for host in checked:
        if host.name in taken:
            raise _taken(host.name)
        taken.add(host.name)
    first = _next_revision(connection)
    rows = [
        {**_columns(connection, host), "created_at": now_ms, "revision": first + place}
        for place, host in enumerate(checked)
    ]
    connection.execute(hosts.insert(), rows)
    present = {host.name: host for host in list_hosts(connection)}
    return [present[host.name] for host in checked]


def list_hosts(connection: Connection) -> list[Host]:
    """All hosts that are not removed, by name."""
    return [_host(row) for row in connection.execute(_present().order_by(hosts.c.name))]


def find_host(connection: Connection, name: str) -> Host:
    """The host of that name. Raises NotFoundError, with similar names in the hint."""
    composed = checked_name(name)
    row = connection.execute(_present().where(hosts.c.name == composed)).one_or_none()
    if row is None:
        raise _unknown_host(composed, connection.scalars(select(hosts.c.name).where(hosts.c.removed_at.is_(None))))
    return _host(row)


def edit_host(connection: Connection, name: str, changes: Mapping[str, Any]) -> Host:
    """Changes some fields of a host and keeps its history, also under a new name.

    Raises:
        NotFoundError: no such host, or no such credential.
        InvalidInputError: a field does not exist or cannot be used.
        AlreadyExistsError: the new name is taken.
    """
    host = find_host(connection, name)
    new = checked_host({**fields_of(host), **changes})
    values = {**_columns(connection, new), "revision": _next_revision(connection)}
    try:
        # A savepoint: on PostgreSQL the failure would take the whole transaction with it.
        with connection.begin_nested():
            connection.execute(update(hosts).where(hosts.c.id == host.id).values(values))
    except IntegrityError as error:
        raise _taken(new.name) from error
    if new.name != host.name:
        rename_host_in_rules(connection, host.name, new.name)
    return find_host(connection, new.name)


def remove_host(connection: Connection, name: str, now_ms: int) -> Host:
    """Takes a host off the list and returns what it was. Raises NotFoundError."""
    host = find_host(connection, name)
    values = {"removed_at": now_ms, "revision": _next_revision(connection)}
    connection.execute(update(hosts).where(hosts.c.id == host.id).values(values))
    return host


def restore_host(connection: Connection, name: str) -> Host:
    """Brings the host of that name that was removed last back, with its history.

    Raises:
        AlreadyExistsError: another host has taken the name.
        NotFoundError: none of that name was removed, or its data is gone and so is it.
    """
    composed = checked_name(name)
    removed = select(hosts.c.id).where(hosts.c.name == composed, hosts.c.removed_at.is_not(None))
    host_id = connection.scalar(removed.order_by(hosts.c.removed_at.desc(), hosts.c.id.desc()).limit(1))
    if host_id is None:
        names = connection.scalars(select(hosts.c.name).where(hosts.c.removed_at.is_not(None)))
        raise _unknown_host(composed, names, what="removed host")
    values = {"removed_at": None, "revision": _next_revision(connection)}
    try:
        with connection.begin_nested():
            connection.execute(update(hosts).where(hosts.c.id == host_id).values(values))
    except IntegrityError as error:
        raise _taken(composed) from error
    return find_host(connection, composed)


def hosts_revision(connection: Connection) -> int:
    """Grows with every change to any host; 0 when there has never been one."""
    return connection.scalar(select(func.max(hosts.c.revision))) or 0


def _next_revision(connection: Connection) -> int:
    return hosts_revision(connection) + 1


def _present() -> Select[Any]:
    return (
        select(hosts, credentials.c.name.label("credential"))
        .outerjoin(credentials, hosts.c.credential_id == credentials.c.id)
        .where(hosts.c.removed_at.is_(None))
    )


def _host(row: Row[Any]) -> Host:
    said = {name: getattr(row, name) for name in FIELDS - {"group"}}
    changed = {
        "transport": Transport(row.transport),
        "reader": Reader(row.reader),
        "group": row.group_name,
        "tags": tuple(row.tags),
    }
    return Host(**{**said, **changed}, id=row.id, revision=row.revision)


def _columns(connection: Connection, host: NewHost) -> dict[str, Any]:
    """The columns that a person decides on; the credential's name becomes its id."""
    values = fields_of(host)
    credential, group = values.pop("credential"), values.pop("group")
    return {
        **values,
        "group_name": group,
        "credential_id": None if credential is None else _credential_id(connection, credential),
    }


def _credential_id(connection: Connection, name: str) -> int:
    # With what a receiver of alerts is reached, nobody logs in.
    usable = credentials.c.kind != CredentialKind.RECEIVER.value
    found: int | None = connection.scalar(select(credentials.c.id).where(credentials.c.name == name, usable))
    if found is None:
        raise NotFoundError(
            f"There is no credential “{name}”.",
            hint=did_you_mean(name, connection.scalars(select(credentials.c.name).where(usable))),
        )
    return found


def _taken(name: str) -> AlreadyExistsError:
    return AlreadyExistsError(f"There is a host “{name}” already.", hint="Give this one another name.")


def _unknown_host(name: str, names: Iterable[str], *, what: str = "host") -> NotFoundError:
    return NotFoundError(f"There is no {what} “{name}”.", hint=did_you_mean(name, names))
