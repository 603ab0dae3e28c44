import numpy as np
import pytest
from msgspec.structs import replace
from sqlalchemy import select

from storage.database import Database
from storage.host import NewHost
from storage.host_states import HostStatus, read_host_states
from storage.hosts import add_host, remove_host, restore_host
from storage.process_rows import unpack_processes
from storage.reason import HostState
from storage.schema import head, layouts, process_snapshots
from storage.scrape import Cadence, Process, Vector
from storage.scrape_rows import RowWriter, pack_scrape
from storage.series import Layout, SeriesKey
from storage.vector import unpack_vector
from tests.readings import LOAD, POSTGRES, scrape


def write(database: Database, writer: RowWriter, *scrapes: object) -> tuple[int, list[int]]:
    with database.writing() as connection:
        rows, written = writer.write(connection, [pack_scrape(each) for each in scrapes], [])  # type: ignore[arg-type]
    return rows, [each.ts for each in written]


def test_a_scrape_becomes_a_row_a_group_and_one_for_its_processes(database: Database, host_id: int) -> None:
    counted = Layout((SeriesKey("processes"),))
    whole = replace(
        scrape(host_id, 5_000, (0.5, float("nan"))),
        session_at=1_000,
        vectors=(
            Vector(Cadence.FAST, LOAD, np.array([0.5, np.nan])),
            Vector(Cadence.PROCESSES, counted, np.array([214.0])),
        ),
        processes=(POSTGRES,),
    )
    assert write(database, RowWriter(), whole) == (3, [5_000])
    with database.reading() as connection:
        rows = connection.execute(select(head, layouts.c.content).join(layouts, head.c.layout_id == layouts.c.id)).all()
        snapshot = connection.execute(select(process_snapshots)).one()
    assert [(row.host_id, row.cadence, row.ts, row.session_at) for row in rows] == [
        (host_id, 0, 5_000, 1_000),
        (host_id, 1, 5_000, 1_000),
    ]
    assert [Layout.parse(row.content) for row in rows] == [LOAD, counted]
    np.testing.assert_array_equal(unpack_vector(rows[0].vector), [0.5, np.nan])
    assert (snapshot.host_id, snapshot.ts) == (host_id, 5_000)
    assert unpack_processes(snapshot.rows) == (POSTGRES,)


def test_what_is_there_already_is_not_written_twice(database: Database, host_id: int) -> None:
    writer = RowWriter()
    assert write(database, writer, scrape(host_id, 5_000, processes=(POSTGRES,)))[0] == 2
    assert write(database, writer, scrape(host_id, 5_000, (9.0, 9.0), processes=()), scrape(host_id, 6_000))[0] == 1
    with database.reading() as connection:
        first = connection.scalar(select(head.c.vector).where(head.c.ts == 5_000))
    assert first is not None
    assert unpack_vector(first).tolist() == [1.0, 2.0]


def test_rows_of_hosts_that_are_removed_or_never_were_are_left_out(database: Database, host_id: int) -> None:
    writer = RowWriter()
    assert write(database, writer, scrape(host_id, 5_000), scrape(host_id + 7, 5_000)) == (1, [5_000])
    with database.writing() as connection:
        remove_host(connection, "db1", 6_000)
    assert write(database, writer, scrape(host_id, 7_000)) == (0, [])
    with database.writing() as connection:
        restore_host(connection, "db1")
        new = add_host(connection, NewHost(name="web", address="web"), 8_000)
    assert write(database, writer, scrape(host_id, 9_000), scrape(new.id, 9_000)) == (2, [9_000, 9_000])


def test_states_of_hosts_that_are_gone_are_left_out(database: Database, host_id: int) -> None:
    states = [HostStatus(each, HostState.UP, None, "", 1_000, None) for each in (host_id, host_id + 7)]
    with database.writing() as connection:
        assert RowWriter().write(connection, [], states) == (1, [])
        assert list(read_host_states(connection)) == [host_id]


def test_values_that_do_not_fit_their_layout_are_refused(host_id: int) -> None:
    with pytest.raises(ValueError, match="2 series"):
        pack_scrape(scrape(host_id, 5_000, (1.0, 2.0, 3.0)))


def test_texts_that_are_no_unicode_are_refused_where_they_arrive(host_id: int) -> None:
    with pytest.raises(ValueError, match="surrogate"):
        pack_scrape(scrape(host_id, 5_000, (1.0,), layout=Layout((SeriesKey("x", (("mount", "\ud800"),)),))))
    with pytest.raises(ValueError, match="surrogate"):
        pack_scrape(scrape(host_id, 5_000, processes=(Process(1, "\ud800", "", "", 0.0, 0, 0, 0.0),)))
