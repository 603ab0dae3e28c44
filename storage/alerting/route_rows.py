"""Routes as rows, in the order in which they are looked at. What their bodies mean is said in `alerts`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, func, select, update

from storage.check_rules import checked_label
from storage.errors import AlreadyExistsError, NotFoundError
from storage.printable import printable
from storage.schema import alert_routes
from storage.similar_names import did_you_mean


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteRow:
    """A row of `alert_routes`.

    Attributes:
        id: never used twice.
        position: they are looked at in this order.
        name: no two routes have the same.
        body: receivers, matchers, hours, grouping, timing, escalation, as JSON.
        enabled: whether it is looked at.
    """

    id: int
    position: int
    name: str
    body: object
    enabled: bool


def add_route(connection: Connection, *, name: str, body: Mapping[str, Any], place: int | None = None) -> RouteRow:
    """Keeps a route; whether it makes sense is for the caller to know.

    Args:
        connection: for writing.
        name: what it is called.
        body: what it says.
        place: where, 1 being the first; None for the end.

    Raises:
        InvalidInputError: it cannot be called that.
        AlreadyExistsError: there is one of that name.
    """
    called = checked_label("The name of a route", name)
    _refuse_taken(connection, called)
    last = connection.scalar(select(func.max(alert_routes.c.position))) or 0
    connection.execute(alert_routes.insert().values(name=called, body=dict(body), position=last + 1))
    if place is not None:
        move_route(connection, called, place)
    return find_route(connection, called)


def edit_route(
    connection: Connection,
    name: str,
    *,
    new_name: str | None = None,
    body: Mapping[str, Any] | None = None,
    enabled: bool | None = None,
) -> RouteRow:
    """Changes what is given of a route.

    Raises:
        NotFoundError: there is no such route.
        InvalidInputError, AlreadyExistsError: it cannot be called that.
    """
    was = find_route(connection, name)
    called = was.name if new_name is None else checked_label("The name of a route", new_name)
    if called != was.name:
        _refuse_taken(connection, called)
    given = {"name": called, "body": None if body is None else dict(body), "enabled": enabled}
    values = {column: value for column, value in given.items() if value is not None}
    connection.execute(update(alert_routes).where(alert_routes.c.id == was.id).values(values))
    return find_route(connection, called)


def move_route(connection: Connection, name: str, place: int) -> RouteRow:
    """Puts a route to a place among the others, 1 being the first. Raises NotFoundError."""
    moved = find_route(connection, name)
    others = [route for route in list_routes(connection) if route.id != moved.id]
    others.insert(min(max(place, 1) - 1, len(others)), moved)
    for position, route in enumerate(others, start=1):
        if route.position != position:
            connection.execute(update(alert_routes).where(alert_routes.c.id == route.id).values(position=position))
    return find_route(connection, name)


def remove_route(connection: Connection, name: str) -> RouteRow:
    """Forgets a route and returns what it was. Raises NotFoundError."""
    was = find_route(connection, name)
    connection.execute(alert_routes.delete().where(alert_routes.c.id == was.id))
    return was


def find_route(connection: Connection, name: str) -> RouteRow:
    """The route of that name. Raises NotFoundError, with similar names in the hint."""
    row = connection.execute(select(alert_routes).where(alert_routes.c.name == name)).one_or_none()
    if row is not None:
        return _route(row)
    names = [each.name for each in list_routes(connection)]
    raise NotFoundError(
        f"There is no route “{printable(name)}”.",
        hint=did_you_mean(name, names, "“watchpost alerts routes list” tells which there are."),
    )


def list_routes(connection: Connection) -> list[RouteRow]:
    """All of them, in their order."""
    found = select(alert_routes).order_by(alert_routes.c.position, alert_routes.c.id)
    return [_route(row) for row in connection.execute(found)]


def _refuse_taken(connection: Connection, name: str) -> None:
    if connection.execute(select(alert_routes.c.id).where(alert_routes.c.name == name)).first():
        raise AlreadyExistsError(f"There is a route “{name}” already.", hint="Give this one another name.")


def _route(row: Row[Any]) -> RouteRow:
    return RouteRow(**row._asdict())
