"""Layouts by their ids."""

import pytest
from sqlalchemy import update

from storage.database import Database
from storage.errors import DatabaseCorruptError
from storage.known_layouts import read_layouts
from storage.layout_rows import LayoutIds
from storage.schema import layouts
from storage.series import Layout, shared_layout
from tests.recorded import key

LOAD = Layout((key("load1"),))
DISK = Layout((key("disk_reads_total", device="sda"),))


def test_layouts_come_back_as_they_were_stored(database: Database) -> None:
    with database.writing() as connection:
        ids = [LayoutIds().id_of(connection, layout, 0) for layout in (LOAD, DISK)]
    with database.reading() as connection:
        assert read_layouts(connection, ids) == dict(zip(ids, (LOAD, DISK), strict=True))
        assert read_layouts(connection, ids)[ids[0]] is read_layouts(connection, ids)[ids[0]]


def test_a_layout_that_a_session_has_is_not_made_a_second_time(database: Database) -> None:
    of_session = shared_layout((key("load5"), key("disk_reads_total", device="sdb")))
    with database.writing() as connection:
        layout_id = LayoutIds().id_of(connection, of_session, 0)
        assert read_layouts(connection, [layout_id])[layout_id] is of_session


def test_an_id_means_what_the_database_at_hand_says(database: Database) -> None:
    with database.writing() as connection:
        layout_id = LayoutIds().id_of(connection, LOAD, 0)
        assert read_layouts(connection, [layout_id]) == {layout_id: LOAD}
        connection.execute(update(layouts).values(digest=DISK.digest, content=DISK.content.decode()))
        assert read_layouts(connection, [layout_id]) == {layout_id: DISK}


def test_a_layout_that_is_not_there_means_a_damaged_database(database: Database) -> None:
    with database.reading() as connection, pytest.raises(DatabaseCorruptError, match="layout 99"):
        read_layouts(connection, [99])


@pytest.mark.parametrize("content", ["nonsense", '[["load1", "label"]]', "[[]]", "{}"])
def test_a_layout_that_cannot_be_read_means_a_damaged_database(database: Database, content: str) -> None:
    with database.writing() as connection:
        connection.execute(layouts.insert().values(id=5, digest=content.encode().ljust(32), content=content))
        with pytest.raises(DatabaseCorruptError, match="cannot be read"):
            read_layouts(connection, [5])


def test_the_memory_for_layouts_is_bounded(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.known_layouts._KNOWN_LIMIT", 2)
    known: dict[bytes, Layout] = {}
    monkeypatch.setattr("storage.known_layouts._known", known)
    with database.writing() as connection:
        for number in range(5):
            layout = Layout((key("disk_reads_total", device=f"sd{number}"),))
            layout_id = LayoutIds().id_of(connection, layout, 0)
            assert read_layouts(connection, [layout_id]) == {layout_id: layout}
    assert len(known) <= 2
