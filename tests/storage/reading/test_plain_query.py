"""Statements that are run as text."""

from sqlalchemy import bindparam, select

from storage.database import Database
from storage.host import NewHost
from storage.hosts import add_host
from storage.reading.plain_query import PlainQuery
from storage.schema import head
from tests.recorded import key, record, visit

QUERY = PlainQuery(
    select(head.c.host_id, head.c.ts)
    .where(
        head.c.host_id.in_(bindparam("host_ids", expanding=True)), head.c.ts >= bindparam("since"), head.c.cadence == 0
    )
    .order_by(head.c.host_id, head.c.ts)
)


def test_lists_of_any_length_and_numbers_are_filled_in(database: Database, host_id: int) -> None:
    with database.writing() as connection:
        other = add_host(connection, NewHost(name="other", address="other"), 0).id
    record(database, *(visit(each, ts, {key("load1"): 1.0}) for each in (host_id, other) for ts in (10, 20)))
    with database.reading() as connection:
        for hosts in ([host_id], [host_id, other], []):
            for since, times in ((0, [10, 20]), (15, [20])):
                rows = QUERY.run(connection, hosts, {"since": since}).fetchall()
                assert [tuple(row) for row in rows] == [(host, ts) for host in hosts for ts in times]


def test_the_texts_that_are_kept_are_bounded(database: Database) -> None:
    with database.reading() as connection:
        for length in range(200):
            assert QUERY.run(connection, list(range(length)), {"since": 0}).fetchall() == []
    assert len(QUERY._texts) <= 64
