"""Readings that are not sealed yet."""

import numpy as np
import pytest
from sqlalchemy import update

from storage.database import Database
from storage.errors import DatabaseCorruptError
from storage.reading.asked import Asked
from storage.reading.choice import Chooser
from storage.reading.head_rows import read_head, unpack_rows
from storage.schema import head
from storage.scrape import Cadence
from storage.series import Layout
from storage.vector import pack_vector
from tests.recorded import key, record, visit

SERIES = [key("disk_reads_total", device=f"sd{place}") for place in range(8)]
LOAD, LOAD5 = key("load1"), key("load5")


def read(database: Database, names: set[str], *host_ids: int) -> list[tuple[int, int, list[float]]]:
    """Host, time and values of each reading."""
    with database.reading() as connection:
        found = read_head(connection, Chooser(connection, names), Asked(host_ids, Cadence.FAST, 0, 100))
    return sorted(
        (int(host), int(ts), row.tolist())
        for part in found
        for host, ts, row in zip(part.host_id, part.ts, part.values, strict=True)
    )


def test_of_a_wide_vector_the_wanted_part_is_fetched(database: Database, host_id: int) -> None:
    wide = {series: float(place) for place, series in enumerate(SERIES)}
    record(database, *(visit(host_id, ts, {**wide, LOAD: ts / 2, LOAD5: 9.0}) for ts in (1, 2)))
    assert read(database, {"load1"}, host_id) == [(host_id, 1, [0.5]), (host_id, 2, [1.0])]
    assert read(database, {"load5"}, host_id) == [(host_id, 1, [9.0]), (host_id, 2, [9.0])]
    assert read(database, {"load1", "load5"}, host_id)[0] == (host_id, 1, [0.5, 9.0])
    assert read(database, {"disk_reads_total"}, host_id)[0] == (host_id, 1, list(map(float, range(8))))


def test_columns_that_lie_apart_are_taken_out_of_the_part_between_them(database: Database, host_id: int) -> None:
    others = dict.fromkeys(SERIES, -1.0)
    record(database, visit(host_id, 1, {LOAD: 1.0, key("processes_x"): 5.0, LOAD5: 2.0, **others}))
    assert read(database, {"load1", "load5"}, host_id) == [(host_id, 1, [1.0, 2.0])]


def test_layouts_that_nobody_knew_of_are_read_whole(database: Database, host_id: int) -> None:
    narrow = [{LOAD: float(place), **dict.fromkeys(SERIES[:place], 0.0)} for place in range(8)]
    record(database, *(visit(host_id, place + 1, group) for place, group in enumerate(narrow)))
    assert read(database, {"load1"}, host_id) == [(host_id, place + 1, [float(place)]) for place in range(8)]


def test_metrics_that_a_layout_lacks_leave_readings_without_values(database: Database, host_id: int) -> None:
    record(database, visit(host_id, 1, {LOAD: 1.0}))
    assert read(database, {"load5"}, host_id) == [(host_id, 1, [])]


@pytest.mark.parametrize("length", [0, 8, 12, 64, 80])
def test_a_reading_that_does_not_fit_its_layout_means_a_damaged_database(
    database: Database, host_id: int, length: int
) -> None:
    record(database, visit(host_id, 1, {LOAD: 1.0, **dict.fromkeys(SERIES, 2.0)}), visit(host_id, 2, {LOAD5: 1.0}))
    with database.writing() as connection:
        connection.execute(update(head).where(head.c.ts == 1).values(vector=b"\0" * length))
    for names in ({"load1"}, {"disk_reads_total"}):
        with pytest.raises(DatabaseCorruptError, match="does not fit"):
            read(database, names, host_id)


def test_two_wrong_lengths_do_not_make_a_right_one() -> None:
    with pytest.raises(DatabaseCorruptError):
        unpack_rows([pack_vector(np.zeros(1)), pack_vector(np.zeros(3))], Layout((LOAD, LOAD5)))
