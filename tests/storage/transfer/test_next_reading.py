"""Where the next readings are."""

from sqlalchemy import update

from storage.database import Database
from storage.rollup import Interval
from storage.schema import chunks
from storage.scrape import Cadence
from storage.tier import Tier
from storage.transfer.next_reading import next_reading
from tests.recorded import key, record, visit
from tests.storage.transfer.files import sealed

FAST = Cadence.FAST


def found(database: Database, host_id: int, at: int, interval: Interval = Interval.RAW) -> int | None:
    with database.reading() as connection:
        return next_reading(connection, host_id, FAST, at, interval)


def test_it_is_the_earliest_that_waits_or_is_sealed(database: Database, host_id: int) -> None:
    assert found(database, host_id, 0) is None
    record(database, *(visit(host_id, ts, {key("load1"): 1.0}) for ts in (5_000, 9_000)))
    sealed(database)
    record(database, *(visit(host_id, ts, {key("load1"): 1.0}) for ts in (7_000, 20_000)))
    assert [found(database, host_id, at) for at in (0, 5_000, 6_000, 9_000, 9_001, 20_001)] == [
        5_000,
        5_000,
        # Somewhere in what is sealed; only reading it tells where.
        6_000,
        9_000,
        20_000,
        None,
    ]
    assert found(database, host_id + 1, 0) is None


def test_coarser_buckets_do_not_count(database: Database, host_id: int) -> None:
    record(database, visit(host_id, 5_000, {key("load1"): 1.0}))
    sealed(database)
    with database.writing() as connection:
        connection.execute(update(chunks).values(tier=int(Tier.H1)))
    assert found(database, host_id, 0, Interval.M1) is None
    assert found(database, host_id, 0, Interval.H1) == 5_000
    assert found(database, host_id, 0, Interval.D1) == 5_000
