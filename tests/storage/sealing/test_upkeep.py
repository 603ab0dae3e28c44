import math
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, delete, event, func, select, update
from structlog.testing import capture_logs

from storage.database import Database
from storage.errors import DatabaseUnavailableError
from storage.latest import read_latest
from storage.reading.plain_query import PlainQuery
from storage.schema import chunks, head, hosts, process_snapshots
from storage.scrape import Cadence, Scrape
from storage.sealing.fresh import GRACE_MS, SPREAD_MS, delay_ms
from storage.sealing.upkeep import PLAN_MS, Upkeep
from storage.tier import BLOCK_MS, SEAL_MS, Tier
from tests.eventually import eventually
from tests.storage.sealing.keeping import (
    DAY,
    FOREVER,
    HOUR,
    LOAD,
    MINUTE,
    buckets,
    fresh,
    keep_up,
    moments,
    of_series,
    reading,
    record,
    register,
    sealed,
    steady,
)
from tests.storage.sealing.test_process_seal import table
from tests.storage.sealing.test_roll import check, directly, kept

WINDOW = SEAL_MS[Cadence.FAST]
LATER = DAY + 10 * HOUR


def test_what_is_over_is_sealed_and_rolled_up_and_the_rest_stays(database: Database, host_id: int) -> None:
    scrapes = steady(host_id, range(DAY, DAY + 8 * HOUR, 30_000))
    record(database, scrapes)
    keep_up(database, DAY + 8 * HOUR)
    with database.reading() as connection:
        assert moments(connection, host_id) == [scrape.ts for scrape in scrapes]
        assert min(fresh(connection, host_id)) >= DAY + 7 * HOUR
        rolled = buckets(connection, host_id, Tier.M1)
    assert max(of_series(rolled, LOAD)) == DAY + BLOCK_MS - MINUTE
    block = [scrape for scrape in scrapes if scrape.ts < DAY + BLOCK_MS]
    for tier in (Tier.M1, Tier.H1, Tier.D1):
        check(kept(database, host_id, tier), directly(block, tier))


def test_a_window_is_sealed_when_its_host_has_its_turn(database: Database, host_id: int) -> None:
    record(database, steady(host_id, range(DAY, DAY + WINDOW + MINUTE, 30_000)))
    due = DAY + WINDOW + GRACE_MS + delay_ms(host_id)
    upkeep = Upkeep(database)
    assert not upkeep.step(due - 1, FOREVER)
    with database.reading() as connection:
        assert sealed(connection, host_id) == []
    upkeep.step(due - 1 + PLAN_MS, FOREVER)
    with database.reading() as connection:
        assert len(sealed(connection, host_id)) == 1


def test_hosts_are_spread_evenly_over_time() -> None:
    delays = sorted(delay_ms(host_id) for host_id in range(1, 10_001))
    by_minute = [sum(minute * MINUTE <= delay < (minute + 1) * MINUTE for delay in delays) for minute in range(5)]
    assert delays[-1] < SPREAD_MS == 5 * MINUTE
    assert min(by_minute) > 1_950
    assert max(by_minute) < 2_050


def test_days_of_downtime_are_made_up_for_the_oldest_first(database: Database, host_id: int) -> None:
    other = register(database, "other")
    for host in (host_id, other):
        record(database, steady(host, range(DAY, DAY + 3 * 24 * HOUR, 10 * MINUTE)))
    # Nothing has sealed for three days.
    upkeep = Upkeep(database)
    now = DAY + 3 * 24 * HOUR
    assert upkeep.step(now, 0)
    with database.reading() as connection:
        first = connection.scalars(select(chunks.c.start_ts)).all()
    assert set(first) == {DAY}
    assert upkeep.lag_s > 2 * 24 * 3600
    keep_up(database, now, upkeep)
    assert upkeep.lag_s == 0
    with database.reading() as connection:
        for host in (host_id, other):
            # Readings of the first days are forgotten, but not before they were rolled up.
            assert of_series(buckets(connection, host, Tier.H1), LOAD).keys() == set(
                range(DAY, DAY + 3 * 24 * HOUR - BLOCK_MS, HOUR)
            ) | set(of_series(buckets(connection, host, Tier.H1), LOAD))
            assert min(moments(connection, host)) >= now - 24 * HOUR - WINDOW


def test_a_clock_that_leaps_and_is_set_right_again_costs_nothing(database: Database, host_id: int) -> None:
    record(database, steady(host_id, range(DAY, DAY + 8 * HOUR, 5 * MINUTE)))
    upkeep = Upkeep(database, calm_ms=10 * MINUTE)
    keep_up(database, DAY + 15 * HOUR, upkeep)
    with database.reading() as connection:
        there = moments(connection, host_id)
    leapt = DAY + 3 * 365 * 24 * HOUR
    keep_up(database, leapt, upkeep)
    with database.reading() as connection:
        assert moments(connection, host_id) == there
    # Where the time stays what it is, what is too old goes.
    for minute in range(12):
        keep_up(database, leapt + (10 + minute) * MINUTE, upkeep)
    with database.reading() as connection:
        assert moments(connection, host_id) == []


def test_a_block_is_rolled_up_however_many_windows_wait_for_the_end_of_theirs(
    database: Database, host_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.sealing.due._BLOCKS_LIMIT", 2)
    others = [register(database, f"other{number}") for number in range(5)]
    late = register(database, "late")
    record(database, steady(late, range(DAY, DAY + BLOCK_MS, 10 * MINUTE)))
    for host in (host_id, *others):
        record(database, steady(host, range(DAY + BLOCK_MS, DAY + BLOCK_MS + 4 * HOUR, 10 * MINUTE)))
    keep_up(database, DAY + BLOCK_MS + 4 * HOUR)
    assert kept(database, late, Tier.M1)


def test_a_chunk_of_buckets_that_cannot_be_read_is_told_when_it_is_replaced(database: Database, host_id: int) -> None:
    record(database, steady(host_id, range(DAY, DAY + 2 * BLOCK_MS, 10 * MINUTE)))
    upkeep = Upkeep(database)
    keep_up(database, DAY + BLOCK_MS + 3 * HOUR, upkeep)
    with database.writing() as connection:
        damaged = chunks.update().where(chunks.c.tier == int(Tier.H1)).values(frame=b"nothing")
        assert connection.execute(damaged).rowcount == 1
    with capture_logs() as logs:
        keep_up(database, DAY + 2 * BLOCK_MS + 3 * HOUR, upkeep)
    assert [(log["event"], log["chunks"]) for log in logs if log["event"] == "rollups_damaged"] == [
        ("rollups_damaged", 1)
    ]


def test_a_host_that_fell_silent_is_still_known_by_its_last_readings(database: Database, host_id: int) -> None:
    record(database, steady(host_id, range(DAY, DAY + 2 * HOUR, 30_000)))
    keep_up(database, DAY + 20 * HOUR)
    with database.reading() as connection:
        assert fresh(connection, host_id) == [DAY + 2 * HOUR - 60_000, DAY + 2 * HOUR - 30_000]
        latest = read_latest(connection, since=0)[host_id]
    assert latest.ts == DAY + 2 * HOUR - 30_000
    assert {key.name for key in latest.values} == {"load1", "network_receive_bytes_per_second"}
    check(kept(database, host_id, Tier.M1), directly(steady(host_id, range(DAY, DAY + 2 * HOUR, 30_000)), Tier.M1))


def test_of_a_host_that_is_silent_for_longer_than_readings_are_kept_buckets_stay(
    database: Database, host_id: int
) -> None:
    scrapes = steady(host_id, range(DAY, DAY + 2 * HOUR, 30_000))
    record(database, scrapes)
    keep_up(database, DAY + 40 * HOUR)
    keep_up(database, DAY + 42 * HOUR)
    with database.reading() as connection:
        assert moments(connection, host_id) == []
    check(kept(database, host_id, Tier.M1), directly(scrapes, Tier.M1))


def test_two_last_readings_that_are_alone_in_their_block_are_rolled_up_before_they_go(
    database: Database, host_id: int
) -> None:
    scrapes = steady(host_id, (DAY + BLOCK_MS - 5_000, DAY + BLOCK_MS, DAY + BLOCK_MS + 5_000))
    record(database, scrapes)
    for hours in (10, 40, 42):
        keep_up(database, DAY + hours * HOUR)
    with database.reading() as connection:
        assert moments(connection, host_id) == []
    check(kept(database, host_id, Tier.M1), directly(scrapes, Tier.M1))


class Killed(BaseException):
    """The process ends just now."""


@contextmanager
def killed_at(number: int) -> Iterator[None]:
    """Lets so many statements and commits be done, and no more."""
    done = count()

    def strike(*_: object) -> None:
        if next(done) >= number:
            raise Killed

    run = PlainQuery.run

    def run_or_strike(*given: Any) -> object:  # noqa: ANN401 - whatever it takes
        strike()
        return run(*given)

    for moment in ("before_cursor_execute", "commit"):
        event.listen(Engine, moment, strike)
    try:
        with pytest.MonkeyPatch.context() as patch:
            # SQLAlchemy does not see these.
            patch.setattr(PlainQuery, "run", run_or_strike)
            yield
    finally:
        for moment in ("before_cursor_execute", "commit"):
            event.remove(Engine, moment, strike)


def test_killed_at_any_statement_it_goes_on_and_nothing_is_lost_or_there_twice(
    database: Database, host_id: int
) -> None:
    scrapes = steady(host_id, range(DAY, DAY + 7 * HOUR, 5 * MINUTE))
    record(database, scrapes)
    wanted = [scrape.ts for scrape in scrapes]
    number = 3
    while number < 400:
        upkeep = Upkeep(database)
        try:
            with killed_at(number):
                keep_up(database, LATER, upkeep)
        except Killed:
            with database.reading() as connection:
                assert moments(connection, host_id) == wanted
                unrolled = set(connection.scalars(select(chunks.c.start_ts).where(~chunks.c.rolled)))
                has_buckets = bool(buckets(connection, host_id, Tier.M1))
            assert not (has_buckets and any(start < DAY + BLOCK_MS for start in unrolled))
            number += 7 if number % 2 else 4
        else:
            break
    keep_up(database, LATER)
    block = [scrape for scrape in scrapes if scrape.ts < DAY + BLOCK_MS]
    for tier in (Tier.M1, Tier.H1, Tier.D1):
        check(kept(database, host_id, tier), directly(block, tier))


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_in_whatever_order_readings_come_the_buckets_are_the_same(database: Database, data: st.DataObject) -> None:
    host_id = register(database, f"host-{uuid4()}")
    sessions = data.draw(st.lists(st.integers(0, 5 * HOUR), max_size=2))
    steps = data.draw(st.lists(st.sampled_from([30_000, 90_000, 7 * MINUTE, HOUR]), min_size=3, max_size=40))
    ts, counted = DAY + data.draw(st.integers(0, HOUR)), 0.0
    scrapes: list[Scrape] = []
    for step in steps:
        ts += step
        counted = data.draw(st.sampled_from([counted + step / 10, counted + step / 10, 0.0]))
        session = sum(start < ts - DAY for start in sessions)
        scrapes.append(reading(host_id, ts, float(len(scrapes)), counted, session_at=session))
    arrival = data.draw(st.permutations(scrapes))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(scrapes)), max_size=3)))
    upkeep, now = Upkeep(database), DAY
    for first, last in zip([0, *cuts], [*cuts, len(scrapes)], strict=True):
        record(database, arrival[first:last])
        now = max(now + HOUR, max((scrape.ts for scrape in arrival[:last]), default=now))
        keep_up(database, now, upkeep)
    # Something newer, so that all of it is over, and before anything is forgotten.
    end = (ts // BLOCK_MS + 1) * BLOCK_MS
    record(database, steady(host_id, (end + WINDOW, end + WINDOW + 5_000), session_at=77))
    keep_up(database, end + 2 * HOUR, upkeep)
    for tier in (Tier.M1, Tier.H1, Tier.D1):
        check(kept(database, host_id, tier), directly(scrapes, tier))
    with database.writing() as connection:
        for table in (chunks, head):
            connection.execute(delete(table).where(table.c.host_id == host_id))
        connection.execute(delete(hosts).where(hosts.c.id == host_id))


def test_while_readings_keep_coming_none_is_lost_and_none_is_there_twice(database: Database, host_id: int) -> None:
    everything = steady(host_id, range(DAY, DAY + 9 * HOUR, 20_000))
    record(database, everything[:400])
    failures: list[BaseException] = []

    def write() -> None:
        try:
            for start in range(400, len(everything), 20):
                record(database, everything[start : start + 20])
        except BaseException as error:
            failures.append(error)
            raise

    writer = threading.Thread(target=write)
    writer.start()
    upkeep = Upkeep(database)
    now = DAY + 9 * HOUR
    while writer.is_alive():
        now += PLAN_MS
        upkeep.step(now, 0.2)
    writer.join()
    keep_up(database, now + PLAN_MS, upkeep)
    assert failures == []
    with database.reading() as connection:
        assert moments(connection, host_id) == [scrape.ts for scrape in everything]
    check(kept(database, host_id, Tier.M1), directly(everything[: 6 * 180], Tier.M1))


def test_a_stop_ends_a_step_after_its_transaction(database: Database, host_id: int) -> None:
    record(database, steady(host_id, range(DAY, DAY + 9 * HOUR, MINUTE)))
    upkeep = Upkeep(database)
    ended = threading.Event()

    def work() -> None:
        while upkeep.step(LATER, FOREVER):
            pass
        ended.set()

    worker = threading.Thread(target=work)
    worker.start()
    upkeep.stop()
    eventually(ended.is_set)
    worker.join()
    assert not upkeep.step(LATER + HOUR, FOREVER)


def test_a_database_that_is_away_is_told_and_a_later_step_goes_on(database: Database, host_id: int) -> None:
    record(database, steady(host_id, range(DAY, DAY + HOUR, MINUTE)))
    upkeep = Upkeep(database)
    assert upkeep.step(LATER, 0)

    def refuse(*_: object) -> None:
        raise DatabaseUnavailableError("It is away.")

    event.listen(Engine, "begin", refuse)
    with pytest.raises(DatabaseUnavailableError):
        upkeep.step(LATER, FOREVER)
    event.remove(Engine, "begin", refuse)
    keep_up(database, LATER, upkeep)
    with database.reading() as connection:
        assert len(fresh(connection, host_id)) == 2


def test_what_fails_for_one_host_is_told_once_and_keeps_no_other_from_its_turn(
    database: Database, host_id: int
) -> None:
    other = register(database, "other")
    for host in (host_id, other):
        record(database, steady(host, range(DAY, DAY + HOUR, MINUTE)))
    with database.writing() as connection:
        # Nobody can set this; it stands for whatever nobody thought of.
        connection.execute(update(hosts).where(hosts.c.id == host_id).values(interval_s=math.inf))
    with capture_logs() as told:
        keep_up(database, LATER)
    with database.reading() as connection:
        assert len(fresh(connection, host_id)) == 60
        assert len(fresh(connection, other)) == 2
    failed = [line for line in told if line["event"] == "upkeep_failed"]
    assert [(line["step"], line["host_id"], line["error"]) for line in failed] == [("SEAL", host_id, "OverflowError")]


_REFUSED = {
    "sqlite": """
        CREATE TRIGGER refuse BEFORE INSERT ON process_chunks WHEN NEW.host_id = {}
        BEGIN SELECT RAISE(ABORT, 'refused'); END
    """,
    "postgresql": """
        CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''refused''; END';
        CREATE TRIGGER refuse BEFORE INSERT ON process_chunks
        FOR EACH ROW WHEN (NEW.host_id = {}) EXECUTE FUNCTION refuse()
    """,
}
"""What makes the database take no process tables of a host."""


def test_process_tables_that_cannot_be_written_keep_none_of_those_that_share_the_transaction_from_it(
    database: Database,
) -> None:
    ids = [register(database, f"host{number}") for number in range(5)]
    for host in ids:
        record(database, [table(host, DAY + ts) for ts in (0, 10_000, HOUR)])
    with database.writing() as connection:
        connection.exec_driver_sql(_REFUSED[database.dialect].format(ids[2]))
    with capture_logs() as told:
        keep_up(database, DAY + 3 * HOUR)
    with database.reading() as connection:
        rows = connection.execute(select(process_snapshots.c.host_id, func.count().label("left")).group_by("host_id"))
        left = {row.host_id: row.left for row in rows}
    assert left == {host: 3 if host == ids[2] else 1 for host in ids}
    failed = [line for line in told if line["event"] == "upkeep_failed"]
    assert [(line["step"], line["host_id"]) for line in failed] == [("PROCESSES", ids[2])]


def test_nothing_is_done_where_nothing_is_due(database: Database, host_id: int) -> None:
    upkeep = Upkeep(database)
    upkeep.step(LATER, FOREVER)
    assert not upkeep.step(LATER + 1, FOREVER)
    assert upkeep.lag_s == 0
