"""Hosts are in a group and have tags."""

from pathlib import Path

import pytest
from sqlalchemy import text

from storage.database import Database, open_database, prepare_database
from storage.errors import InvalidInputError
from storage.host import NewHost
from storage.hosts import add_host, edit_host, list_hosts
from storage.migration import upgrade_schema
from storage.sqlite import migration_engine
from storage.sqlite_file import create_file


def _host(**said: object) -> NewHost:
    return NewHost(name="db-1", address="db-1.example", **said)  # type: ignore[arg-type]


def test_a_host_has_its_group_and_its_tags(database: Database) -> None:
    with database.writing() as connection:
        add_host(connection, _host(group="Postgres", tags=("Seoul", "primary")), 1)
    with database.reading() as connection:
        (host,) = list_hosts(connection)
    assert (host.group, host.tags) == ("Postgres", ("Seoul", "primary"))


def test_they_can_be_changed_and_taken_away(database: Database) -> None:
    with database.writing() as connection:
        add_host(connection, _host(group="Postgres", tags=("Seoul",)), 1)
        assert edit_host(connection, "db-1", {"tags": ["Busan", "Busan"]}).tags == ("Busan",)
        gone = edit_host(connection, "db-1", {"group": None, "tags": []})
    assert (gone.group, gone.tags) == (None, ())


@pytest.mark.parametrize(
    ("said", "complaint"),
    [
        ({"group": ""}, "The group is empty"),
        ({"group": "x" * 65}, "longer than 64"),
        ({"group": "a,b"}, "a comma"),
        ({"tags": ("\x1b[31m",)}, "cannot be printed"),
        ({"tags": tuple(f"tag-{number}" for number in range(21))}, "20 tags at the most"),
        ({"tags": (7,)}, "cannot be read"),
    ],
)
def test_what_cannot_be_a_group_or_tag_is_refused(database: Database, said: dict[str, object], complaint: str) -> None:
    with pytest.raises(InvalidInputError, match=complaint), database.writing() as connection:
        add_host(connection, _host(**said), 1)


def test_a_database_from_before_gets_them_and_keeps_its_hosts(tmp_path: Path) -> None:
    path = tmp_path / "watchpost.db"
    create_file(path)
    engine = migration_engine(path)
    upgrade_schema(engine, "0001")
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO hosts (name, address, transport, revision, created_at) VALUES ('db-1', 'db', 'ssh', 1, 1)"
            )
        )
    engine.dispose()
    done = prepare_database(str(path), now_ms=0)
    assert done.upgraded_from == "0001"
    assert done.backup is not None
    upgraded = open_database(str(path))
    with upgraded.reading() as connection:
        (host,) = list_hosts(connection)
    upgraded.close()
    assert (host.name, host.group, host.tags) == ("db-1", None, ())
