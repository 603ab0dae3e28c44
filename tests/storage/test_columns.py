"""Chosen columns of packed vectors."""

import math

import numpy as np
import pytest
from sqlalchemy import update

from storage.columns import ColumnReader, Span
from storage.database import Database
from storage.errors import DatabaseCorruptError
from storage.schema import head
from storage.scrape import Cadence
from storage.tier import SEAL_MS
from tests.recorded import key, record, visit
from tests.sealed import seal

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
    monkeypatch.setattr("storage.reading.head_rows._ROWS_AT_A_TIME", 3)
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


def test_readings_are_the_same_wherever_they_lie(database: Database, host_id: int) -> None:
    window = SEAL_MS[Cadence.FAST]
    moments = range(0, 3 * window, window // 4)
    record(database, *(visit(host_id, ts, {SDA: float(ts), LOAD: 1.0}) for ts in moments))
    seal(database, host_id, 0)
    seal(database, host_id, window, spared=2)
    record(database, visit(host_id, 5, {SDA: 5.0}))
    with database.reading() as connection:
        (stretch,) = ColumnReader(connection, READS).read(span(host_id))
    assert stretch.ts.tolist() == sorted([5, *moments])
    assert stretch.values[:, 0].tolist() == [float(ts) for ts in stretch.ts]


def test_of_a_chunk_only_the_readings_of_the_span_are_taken(database: Database, host_id: int) -> None:
    record(database, *(visit(host_id, ts, {SDA: float(ts)}) for ts in range(10)))
    seal(database, host_id, 0)
    with database.reading() as connection:
        (stretch,) = ColumnReader(connection, READS).read(span(host_id, 3, 6))
        assert ColumnReader(connection, READS).read(span(host_id, 10, 60)) == []
    assert stretch.ts.tolist() == [3, 4, 5]


def test_a_chunk_of_another_host_or_cadence_is_left_alone(database: Database, host_id: int) -> None:
    record(database, visit(host_id, 1, {SDA: 1.0}))
    seal(database, host_id, 1)
    with database.reading() as connection:
        reader = ColumnReader(connection, READS)
        assert reader.read(Span(host_id + 1, Cadence.FAST, 0, 10)) == []
        assert reader.read(Span(host_id, Cadence.SLOW, 0, 10)) == []
