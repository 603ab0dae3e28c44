"""What hosts are asked besides: for one host, for a group, or for every host; the most specific word counts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, func, or_, select

from storage.check import Check, CheckKind
from storage.check_rules import checked_check, checked_label
from storage.errors import AlreadyExistsError, InvalidInputError, NotFoundError
from storage.host import Host
from storage.hosts import find_host
from storage.schema import checks, hosts
from storage.similar_names import did_you_mean

CHECKS_LIMIT = 256
"""Of one host, and of one scope. The probe asks no more."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Whom a check is for.

    Attributes:
        host: name of the one host; None where it is for several.
        group: the group whose hosts are asked. Neither of the two: every host.
    """

    host: str | None = None
    group: str | None = None


EVERY_HOST = Scope()


@dataclass(frozen=True, slots=True)
class PlacedCheck:
    """A check that is kept.

    Attributes:
        check: what is asked.
        scope: whom.
        host_id: of the one host; None where it is for several.
    """

    check: Check
    scope: Scope
    host_id: int | None = None


def add_check(connection: Connection, check: Check, scope: Scope, now_ms: int) -> PlacedCheck:
    """Keeps a check; the poller asks from then on.

    Raises:
        InvalidInputError: a field cannot be used, or there are too many.
        AlreadyExistsError: there is one of that name for the same hosts.
        NotFoundError: there is no such host.
    """
    new = checked_check(check)
    place = _place(connection, scope)
    names = set(connection.scalars(select(checks.c.name).where(_is_at(place))))
    if new.name in names:
        raise AlreadyExistsError(
            f"There is a check “{new.name}” for {scope_text(place.scope)} already.",
            hint="Give this one another name, or remove the other one first.",
        )
    if len(names) >= CHECKS_LIMIT:
        raise InvalidInputError(f"There are {CHECKS_LIMIT} checks for {scope_text(place.scope)} already.")
    newest = connection.scalar(select(func.max(checks.c.revision))) or 0
    connection.execute(
        checks.insert().values(
            name=new.name,
            kind=new.kind.value,
            target=new.target,
            host_id=place.host_id,
            group_name=place.scope.group,
            # Also later than one that was removed meanwhile.
            revision=max(now_ms, newest + 1),
            created_at=now_ms,
        )
    )
    return PlacedCheck(new, place.scope, place.host_id)


def list_checks(connection: Connection) -> list[PlacedCheck]:
    """All checks by name; those of removed hosts are left out."""
    found = (
        select(checks, hosts.c.name.label("host_name"))
        .outerjoin(hosts, and_(checks.c.host_id == hosts.c.id, hosts.c.removed_at.is_(None)))
        .where(or_(checks.c.host_id.is_(None), hosts.c.id.is_not(None)))
        .order_by(checks.c.name, checks.c.id)
    )
    return [_placed(row) for row in connection.execute(found)]


def remove_check(connection: Connection, name: str, scope: Scope) -> PlacedCheck:
    """Forgets a check and returns what it was; what it measured stays.

    Raises:
        NotFoundError: there is none of that name for these hosts, or no such host.
    """
    place = _place(connection, scope)
    composed = checked_label("The name of a check", name)
    known = {placed.check.name: placed for placed in list_checks(connection) if placed.scope == place.scope}
    if composed not in known:
        raise NotFoundError(
            f"There is no check “{composed}” for {scope_text(place.scope)}.",
            hint=did_you_mean(composed, known, "“watchpost checks list” tells which there are, and for whom."),
        )
    connection.execute(checks.delete().where(checks.c.name == composed, _is_at(place)))
    return known[composed]


def checks_mark(connection: Connection) -> object:
    """A value that differs whenever a check was added or removed."""
    row = connection.execute(select(func.count(), func.max(checks.c.revision), func.sum(checks.c.revision))).one()
    return tuple(row)


def checks_of(host: Host, placed: Iterable[PlacedCheck]) -> tuple[Check, ...]:
    """What a host is asked, by name: its own checks, those of its group, those for every host.

    Of one name the most specific counts, and where there are too many the least specific are left out.
    """
    return checks_by_host([host], placed)[host.id]


def checks_by_host(hosts_: Iterable[Host], placed: Iterable[PlacedCheck]) -> dict[int, tuple[Check, ...]]:
    """As `checks_of`, for many hosts in one go, by the host's id."""
    found = placed_by_host(hosts_, placed)
    return {host_id: tuple(each.check for each in counting) for host_id, counting in found.items()}


def placed_by_host(hosts_: Iterable[Host], placed: Iterable[PlacedCheck]) -> dict[int, tuple[PlacedCheck, ...]]:
    """Which checks count for each host, as `checks_of` has them, by the host's id."""
    own: dict[int, list[PlacedCheck]] = {}
    of_group: dict[str | None, list[PlacedCheck]] = {}
    for each in placed:
        found = of_group.setdefault(each.scope.group, []) if each.host_id is None else own.setdefault(each.host_id, [])
        found.append(each)
    everyones = of_group.get(None, [])
    return {
        host.id: _most_specific(own.get(host.id, []), of_group.get(host.group, []) if host.group else [], everyones)
        for host in hosts_
    }


def scope_text(scope: Scope) -> str:
    """Whom a check is for, in words."""
    if scope.host is not None:
        return f"the host “{scope.host}”"
    return "every host" if scope.group is None else f"the group “{scope.group}”"


def _most_specific(*from_special_to_common: list[PlacedCheck]) -> tuple[PlacedCheck, ...]:
    chosen: dict[str, PlacedCheck] = {}
    for level in from_special_to_common:
        for placed in level:
            if len(chosen) < CHECKS_LIMIT:
                chosen.setdefault(placed.check.name, placed)
    return tuple(sorted(chosen.values(), key=lambda placed: placed.check.name))


@dataclass(frozen=True, slots=True)
class _Place:
    """A scope whose host was looked up, its texts in the form in which they are stored."""

    scope: Scope
    host_id: int | None = None


def _place(connection: Connection, scope: Scope) -> _Place:
    if scope.host is not None and scope.group is not None:
        raise InvalidInputError("A check is for a host or for a group, not for both.", hint="Give one of them.")
    if scope.host is not None:
        host = find_host(connection, scope.host)
        return _Place(Scope(host=host.name), host.id)
    return _Place(Scope(group=None if scope.group is None else checked_label("The group", scope.group)))


def _is_at(place: _Place) -> ColumnElement[bool]:
    wanted: Mapping[Any, Any] = {checks.c.host_id: place.host_id, checks.c.group_name: place.scope.group}
    return and_(*(column.is_(None) if value is None else column == value for column, value in wanted.items()))


def _placed(row: Row[Any]) -> PlacedCheck:
    check = Check(row.name, CheckKind(row.kind), row.target)
    return PlacedCheck(check, Scope(row.host_name, row.group_name), row.host_id)
