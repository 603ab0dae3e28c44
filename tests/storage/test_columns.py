"""Chosen columns of packed vectors."""

import math

import numpy as np
import pytest
from sqlalchemy import update

from storage.columns import ColumnReader, Span, aligned, unpack_rows
from storage.database import Database
from storage.errors import DatabaseCorruptError
from storage.schema import head
from storage.scrape import Cadence
from storage.series import Layout
from storage.vector import pack_vector
from tests.recorded import key, record, visit

SDA, SDB = key("disk_reads_total", device="sda"), key("disk_reads_total", device="sdb")
LOAD = key("load1")
READS = {"disk_reads_total"}


def span(host_id: int, since: int = 0, until: int = 10**12) -> Span:
    return Span(host_id, Cadence.FAST, since, until)


def test_only_what_was_asked_for_is_read(database: Database, host_id: int) -> None:
    record(database, visit(host_id, 1, {LOAD: 1.0, SDA: 2.0}, {key("boot_time_seconds"): 9.0}))
    with database.reading() as connection:
        (stretch,) = ColumnReader(connection, READS).read(span(host_id))
    assert stretch.layout.series == (SDA,)
    assert stretch.values.tolist() == [[2.0]]


def test_a_span_takes_in_its_start_and_leaves_out_its_end(database: Database, host_id: int) -> None:
    record(database, *(visit(host_id, ts, {SDA: float(ts)}) for ts in (1, 2, 3, 4)))
    with database.reading() as connection:
        (stretch,) = ColumnReader(connection, READS).read(span(host_id, 2, 4))
    assert stretch.ts.tolist() == [2, 3]


def test_each_session_is_a_stretch_of_its_own(database: Database, host_id: int) -> None:
    record(
        database,
        *(visit(host_id, ts, {SDA: float(ts)}, session_at=session) for ts, session in ((1, 1), (2, 2), (3, 2))),
    )
    with database.reading() as connection:
        stretches = ColumnReader(connection, READS).read(span(host_id))
    assert [(stretch.session_at, stretch.ts.tolist()) for stretch in stretches] == [(1, [1]), (2, [2, 3])]


def test_a_disk_that_appears_is_absent_before(database: Database, host_id: int) -> None:
    record(
        database, visit(host_id, 1, {SDA: 1.0}), visit(host_id, 2, {SDB: 20.0, SDA: 2.0}), visit(host_id, 3, {SDA: 3.0})
    )
    with database.reading() as connection:
        (stretch,) = ColumnReader(connection, READS).read(span(host_id))
    assert stretch.layout.series == (SDA, SDB)
    np.testing.assert_array_equal(stretch.values, [[1.0, math.nan], [2.0, 20.0], [3.0, math.nan]])


def test_a_range_longer_than_a_batch_is_read_whole(
    database: Database, host_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.columns._ROWS_AT_A_TIME", 3)
    record(database, *(visit(host_id, ts, {SDA: float(ts)}) for ts in range(10)))
    with database.reading() as connection:
        (stretch,) = ColumnReader(connection, READS).read(span(host_id))
    assert stretch.values[:, 0].tolist() == list(range(10))


def test_a_reading_that_does_not_fit_its_layout_means_a_damaged_database(database: Database, host_id: int) -> None:
    record(database, visit(host_id, 1, {SDA: 1.0}))
    with database.writing() as connection:
        connection.execute(update(head).values(vector=b"\0" * 12))
        with pytest.raises(DatabaseCorruptError, match="does not fit"):
            ColumnReader(connection, READS).read(span(host_id))


def test_two_wrong_lengths_do_not_make_a_right_one() -> None:
    with pytest.raises(DatabaseCorruptError):
        unpack_rows([pack_vector(np.zeros(1)), pack_vector(np.zeros(3))], Layout((SDA, SDB)))


def test_values_move_to_where_another_layout_has_them() -> None:
    moved = aligned(np.array([[1.0, 2.0]]), Layout((SDA, LOAD)), Layout((LOAD, SDB, SDA)))
    np.testing.assert_array_equal(moved, [[2.0, math.nan, 1.0]])


def test_layouts_with_nothing_in_common_share_no_values() -> None:
    assert np.isnan(aligned(np.array([[1.0]]), Layout((SDA,)), Layout((SDB,)))).all()
