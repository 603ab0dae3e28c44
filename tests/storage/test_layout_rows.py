from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, select

from storage.database import Database
from storage.layout_rows import RENEW_MS, LayoutIds
from storage.schema import layouts
from storage.series import Layout, SeriesKey

NOON = 1_772_366_400_000


@pytest.fixture
def connection(database: Database) -> Iterator[Connection]:
    with database.writing() as opened:
        yield opened


def layout(name: str) -> Layout:
    return Layout((SeriesKey(name), SeriesKey("filesystem_size_bytes", (("mount", '/büro "x"'),))))


def used_at(connection: Connection) -> list[int]:
    return list(connection.scalars(select(layouts.c.used_at).order_by(layouts.c.id)))


def test_a_layout_is_stored_once_by_content_whoever_asks(connection: Connection) -> None:
    first = LayoutIds().id_of(connection, layout("a"), NOON)
    assert LayoutIds().id_of(connection, layout("a"), NOON) == first
    assert LayoutIds().id_of(connection, layout("b"), NOON) != first
    contents = connection.scalars(select(layouts.c.content).order_by(layouts.c.id)).all()
    assert [Layout.parse(content) for content in contents] == [layout("a"), layout("b")]


def test_use_is_noted_once_an_hour_and_never_backwards(connection: Connection) -> None:
    ids = LayoutIds()
    ids.id_of(connection, layout("a"), NOON)
    ids.id_of(connection, layout("a"), NOON + RENEW_MS)
    assert used_at(connection) == [NOON]
    ids.id_of(connection, layout("a"), NOON + RENEW_MS + 1)
    assert used_at(connection) == [NOON + RENEW_MS + 1]
    LayoutIds().id_of(connection, layout("a"), NOON)
    assert used_at(connection) == [NOON + RENEW_MS + 1]


def test_what_was_rolled_back_is_stored_again(database: Database) -> None:
    ids = LayoutIds()

    def store_and_fail() -> None:
        with database.writing() as connection:
            ids.id_of(connection, layout("a"), NOON)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        store_and_fail()
    ids.forget()
    with database.writing() as connection:
        ids.id_of(connection, layout("a"), NOON)
        assert used_at(connection) == [NOON]


def test_a_layout_that_was_collected_meanwhile_is_stored_again(connection: Connection) -> None:
    ids = LayoutIds()
    first = ids.id_of(connection, layout("a"), NOON)
    ids.id_of(connection, layout("b"), NOON + 10 * RENEW_MS)
    connection.execute(layouts.delete().where(layouts.c.id == first))
    again = ids.id_of(connection, layout("a"), NOON + 10 * RENEW_MS)
    assert again != first
    assert connection.scalar(select(layouts.c.content).where(layouts.c.id == again)) == layout("a").content.decode()


def test_what_is_remembered_is_bounded(connection: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.layout_rows._KNOWN_LIMIT", 2)
    ids = LayoutIds()
    stored = [ids.id_of(connection, layout(name), NOON) for name in "abcde"]
    assert [ids.id_of(connection, layout(name), NOON) for name in "abcde"] == stored
