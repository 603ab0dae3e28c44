"""Routes in the database."""

import pytest

from storage.alerting.route_rows import add_route, edit_route, find_route, list_routes, move_route, remove_route
from storage.database import Database
from storage.errors import AlreadyExistsError, InvalidInputError, NotFoundError


@pytest.fixture
def routes(database: Database) -> Database:
    """Three, in order of their names."""
    with database.writing() as connection:
        for name in ("a", "b", "c"):
            add_route(connection, name=name, body={"receivers": [name]})
    return database


def names(database: Database) -> list[str]:
    with database.reading() as connection:
        found = list_routes(connection)
    assert len({row.position for row in found}) == len(found)
    return [row.name for row in found]


@pytest.mark.parametrize(
    ("name", "place", "then"), [("c", 1, ["c", "a", "b"]), ("a", 2, ["b", "a", "c"]), ("a", 99, ["b", "c", "a"])]
)
def test_they_are_moved_among_each_other(routes: Database, name: str, place: int, then: list[str]) -> None:
    with routes.writing() as connection:
        move_route(connection, name, place)
    assert names(routes) == then


def test_a_new_one_comes_last_or_where_it_is_said_to(routes: Database) -> None:
    with routes.writing() as connection:
        add_route(connection, name="d", body={})
        assert add_route(connection, name="first", body={}, place=1).position == 1
    assert names(routes) == ["first", "a", "b", "c", "d"]


def test_an_edit_changes_what_it_names(routes: Database) -> None:
    with routes.writing() as connection:
        edited = edit_route(connection, "b", new_name="x", enabled=False)
        assert (edited.name, edited.enabled, edited.body, edited.position) == ("x", False, {"receivers": ["b"]}, 2)
        assert edit_route(connection, "x", body={"receivers": []}).enabled is False
        with pytest.raises(AlreadyExistsError):
            edit_route(connection, "x", new_name="a")
        with pytest.raises(InvalidInputError):
            edit_route(connection, "x", new_name="")


def test_names_are_taken_once_and_what_is_gone_is_gone(routes: Database) -> None:
    with routes.writing() as connection:
        with pytest.raises(AlreadyExistsError):
            add_route(connection, name="a", body={})
        remove_route(connection, "a")
        with pytest.raises(NotFoundError):
            find_route(connection, "a")
    assert names(routes) == ["b", "c"]
