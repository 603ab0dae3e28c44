"""What was known at a moment of the past."""

from alerts.history.needs import Need
from alerts.replay.stored_past import StoredPast
from storage.database import Database
from storage.rollup import Interval
from tests.alerts.replay.written_load import HOUR, START, drop_readings, write

MINUTE = 60_000


def test_nothing_of_the_future_is_known(database: Database) -> None:
    host = write(database, "web-1", {(0, 720): 5.0})
    now = START + 3 * HOUR + 30_000
    with database.reading() as connection:
        past = StoredPast(connection, host.id, START + HOUR, START + 6 * HOUR, max_gap_s=60.0)
        (readings,) = past.at(Need("load1", Interval.RAW, 600.0), now)
        (minutes,) = past.at(Need("load1", Interval.M1, 3600.0), now)
        (hours,) = past.at(Need("load1", Interval.H1, 3 * 3600.0), now)
    assert (readings.ts[0], readings.ts[-1]) == (now - 10 * MINUTE, now)
    # Of buckets those that are over.
    assert (minutes.ts[0], minutes.ts[-1]) == (START + 2 * HOUR + MINUTE, START + 3 * HOUR - MINUTE)
    assert hours.ts.tolist() == [START + HOUR, START + 2 * HOUR]


def test_where_readings_are_gone_minutes_stand_in(database: Database) -> None:
    host = write(database, "web-1", {(0, 720): 5.0})
    drop_readings(database)
    with database.reading() as connection:
        past = StoredPast(connection, host.id, START + HOUR, START + 6 * HOUR, max_gap_s=60.0)
        (found,) = past.at(Need("load1", Interval.RAW, 600.0), START + 3 * HOUR)
    assert len(found.ts) == 10
