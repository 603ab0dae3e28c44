"""A database that is really away, and a recorder that has a spool."""

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from threading import Event

import pytest
from sqlalchemy import func, select
from structlog.testing import capture_logs

from storage.backlog import Item
from storage.database import Database, open_database
from storage.database_url import database_path
from storage.errors import DatabaseUnavailableError
from storage.host import NewHost
from storage.host_states import HostStatus, read_host_states
from storage.hosts import add_host
from storage.reason import HostState, Reason
from storage.recorder import Commit, Recorder
from storage.schema import head, layouts, process_snapshots
from storage.scrape_rows import pack_scrape
from storage.spool.place import waiting_in
from storage.spool.spool import Spool
from tests.eventually import eventually
from tests.readings import POSTGRES, scrape
from tests.real_postgresql import RealPostgresql
from tests.small_disk import SmallDisk, small_disk

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
on_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
Starter = Callable[..., Recorder]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the spool is."""
    return tmp_path / "spool"


@pytest.fixture
def start(database: Database, folder: Path) -> Iterator[Starter]:
    """Starts recorders with a spool, one after the other, as pollers follow each other."""
    started: list[Recorder] = []

    def start_it(**chosen: object) -> Recorder:
        for earlier in started:
            earlier.stop()
        into = chosen.pop("into", database)
        spool = Spool(folder, chosen.pop("limit_bytes", None), patience_s=0.1)  # type: ignore[arg-type]
        started.append(Recorder(into, commit_interval_s=0.01, spool=spool, **chosen))  # type: ignore[arg-type]
        started[-1].start()
        return started[-1]

    yield start_it
    for each in started:
        each.stop(timeout_s=0.5)


@pytest.fixture
def other(database_url: str) -> Iterator[sqlite3.Connection]:
    """Another program with the same SQLite file."""
    with closing(sqlite3.connect(database_path(database_url), isolation_level=None)) as connection:
        yield connection


def moments(database: Database) -> list[int]:
    """In the order in which they were written."""
    with database.reading() as connection:
        return list(connection.scalars(select(head.c.ts).order_by(head.c.id)))


def record(recorder: Recorder, host_id: int, *moments: int) -> None:
    for ts in moments:
        recorder.record_scrape(scrape(host_id, ts, processes=(POSTGRES,)))


def record_away(recorder: Recorder, host_id: int, first: int, last: int) -> None:
    """Records one after the other, so that they come to the spool in several pieces, and waits until all are there."""
    for ts in range(first, last + 1):
        record(recorder, host_id, ts)
        if ts == first:
            eventually(lambda: recorder.spooled)
    eventually(lambda: recorder.pending == 0)


def caught_up(recorder: Recorder) -> bool:
    return recorder.pending == recorder.spooled == 0 and recorder.failure is None


# One outage


@on_sqlite
@pytest.mark.usefixtures("impatient")
def test_a_file_that_stays_locked_has_readings_spooled_and_replayed_in_order_and_each_change_told_once(
    start: Starter, database: Database, other: sqlite3.Connection, folder: Path, host_id: int
) -> None:
    with capture_logs() as logs:
        recorder = start()
        record(recorder, host_id, 1)
        eventually(lambda: moments(database) == [1])
        other.execute("BEGIN IMMEDIATE")
        recorder.record_state(HostStatus(host_id, HostState.UP, None, "", 2, None))
        record_away(recorder, host_id, 2, 300)
        assert isinstance(recorder.failure, DatabaseUnavailableError)
        assert waiting_in(folder).items == recorder.spooled == 300
        assert waiting_in(folder).oldest_ts == 2
        other.execute("ROLLBACK")
        eventually(lambda: caught_up(recorder))
        record(recorder, host_id, 301)
        assert recorder.stop()
    assert moments(database) == list(range(1, 302))
    assert recorder.dropped == 0
    assert waiting_in(folder).size == 0
    events = [log["event"] for log in logs]
    assert events == ["recorder_cannot_write", "recorder_spools", "recorder_writes_again", "recorder_caught_up"]
    with database.reading() as connection:
        assert read_host_states(connection)[host_id].since_at == 2
        assert connection.scalar(select(func.count()).select_from(process_snapshots)) == 301
        assert connection.scalar(select(func.count()).select_from(layouts)) == 1


@on_sqlite
@pytest.mark.usefixtures("impatient")
def test_a_short_lock_is_waited_for_in_memory(
    database: Database, other: sqlite3.Connection, folder: Path, host_id: int
) -> None:
    recorder = Recorder(database, commit_interval_s=0.01, spool=Spool(folder, patience_s=3600))
    recorder.start()
    other.execute("BEGIN IMMEDIATE")
    record(recorder, host_id, 1)
    eventually(lambda: recorder.failure)
    assert recorder.spooled == 0
    other.execute("ROLLBACK")
    eventually(lambda: moments(database) == [1])
    assert recorder.stop()
    assert recorder.spooled == 0


@on_sqlite
def test_a_transaction_that_hangs_keeps_nothing_from_the_spool(
    start: Starter, database: Database, other: sqlite3.Connection, host_id: int
) -> None:
    with capture_logs() as logs:
        recorder = start()
        record(recorder, host_id, 1)
        eventually(lambda: moments(database) == [1])
        # For the usual 5 s the recorder waits inside of one statement, as it would on a hung disk.
        other.execute("BEGIN IMMEDIATE")
        record(recorder, host_id, 2, 3)
        eventually(lambda: recorder.spooled >= 1)
        record(recorder, host_id, 4)
        eventually(lambda: recorder.spooled == 3)
        assert recorder.failure is None
        other.execute("ROLLBACK")
        eventually(lambda: caught_up(recorder))
        assert recorder.stop()
    assert moments(database) == [1, 2, 3, 4]
    assert [log["event"] for log in logs] == ["recorder_spools", "recorder_caught_up"]


@on_postgresql
@pytest.mark.parametrize("how", ["stop", "kill"])
def test_a_server_that_is_down_for_a_while_loses_nothing_and_gets_nothing_twice(
    start: Starter, database: Database, postgresql_server: RealPostgresql, host_id: int, how: str
) -> None:
    name = database.url.partition("@/")[2].partition("?")[0]
    # What the server says is committed must be so after a crash, also in this fast server.
    postgresql_server.execute(f"ALTER DATABASE {name} SET synchronous_commit = on")
    database.close()
    reopened = open_database(database.url)
    recorder = start(into=reopened)
    record(recorder, host_id, *range(1, 51))
    eventually(lambda: len(moments(reopened)) == 50)
    getattr(postgresql_server, how)()
    try:
        record_away(recorder, host_id, 51, 300)
        assert recorder.failure is not None
    finally:
        postgresql_server.start()
    record(recorder, host_id, 301)
    eventually(lambda: caught_up(recorder))
    assert recorder.stop()
    reopened.close()
    afterwards = open_database(database.url)
    assert moments(afterwards) == list(range(1, 302))
    assert recorder.dropped == 0
    afterwards.close()


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    """A disk of 2 MB."""
    with small_disk(tmp_path / "disk", 2_000) as mounted:
        yield mounted


def on_disk(disk: SmallDisk, prepared_file: Path) -> Database:
    path = disk.folder / "watchpost.db"
    shutil.copy(prepared_file, path)
    database = open_database(str(path))
    with database.writing() as connection:
        add_host(connection, NewHost(name="db1", address="db1.example"), 1_000)
    return database


@on_sqlite
def test_a_disk_that_is_really_full_loses_nothing(start: Starter, disk: SmallDisk, prepared_file: Path) -> None:
    database = on_disk(disk, prepared_file)
    recorder = start(into=database)
    record(recorder, 1, 1)
    eventually(lambda: moments(database) == [1])
    disk.fill()
    for ts in range(2, 2_000):
        record(recorder, 1, ts)
    # Where the machine is busy, readings come to the spool because the transaction is slow, before it has failed.
    eventually(lambda: recorder.spooled and recorder.failure)
    assert recorder.failure is not None
    assert "no space left" in recorder.failure.message
    disk.make_room()
    eventually(lambda: caught_up(recorder))
    assert recorder.stop()
    assert moments(database) == list(range(1, 2_000))
    database.close()


def test_what_comes_to_the_spool_while_the_writer_sleeps_is_written(
    database: Database, start: Starter, host_id: int
) -> None:
    recorder = start()
    record(recorder, host_id, 1)
    eventually(lambda: recorder.pending == 0 and moments(database) == [1])
    # As the one thread does that found the other late, which has written all it saw meanwhile, and is idle.
    recorder._backlog.add_scrape(pack_scrape(scrape(host_id, 2)))
    assert recorder._overflow is not None
    recorder._divert(recorder._overflow)
    eventually(lambda: moments(database) == [1, 2])
    eventually(lambda: caught_up(recorder))


@on_sqlite
def test_a_disk_that_has_become_read_only_loses_nothing(start: Starter, disk: SmallDisk, prepared_file: Path) -> None:
    database = on_disk(disk, prepared_file)
    # No disk becomes read-only while files on it are open for writing.
    database._backend.dispose()
    disk.forbid_writing()
    recorder = start(into=database)
    record_away(recorder, 1, 1, 100)
    assert isinstance(recorder.failure, DatabaseUnavailableError)
    disk.allow_writing()
    eventually(lambda: caught_up(recorder))
    assert recorder.stop()
    assert moments(database) == list(range(1, 101))
    database.close()


@on_sqlite
def test_a_spool_that_cannot_be_written_leaves_readings_in_memory_and_says_so_once(
    database_url: str, database: Database, host_id: int, disk: SmallDisk, tmp_path: Path
) -> None:
    recorder = Recorder(database, commit_interval_s=0.01, spool=Spool(disk.folder / "spool", patience_s=0.1))
    disk.fill()
    back = break_off(database_url, tmp_path)
    with capture_logs() as logs:
        recorder.start()
        record(recorder, host_id, *range(1, 200))
        eventually(lambda: any(log["event"] == "recorder_spool_failed" for log in logs))
        assert (recorder.pending, recorder.spooled) == (199, 0)
        disk.make_room()
        eventually(lambda: recorder.spooled == 199)
        disk.fill()
        record(recorder, host_id, *range(200, 500))
        eventually(lambda: [log["event"] for log in logs].count("recorder_spool_failed") == 2)
        assert recorder.pending > 0
        back()
        eventually(lambda: caught_up(recorder))
        assert recorder.stop()
    assert moments(database) == list(range(1, 500))
    events = [log["event"] for log in logs]
    assert events[:3] == ["recorder_cannot_write", "recorder_spool_failed", "recorder_spools"]
    assert events[-2:] == ["recorder_writes_again", "recorder_caught_up"]


def break_off(database_url: str, folder: Path) -> Callable[[], object]:
    """Takes the file away; what is returned brings it back."""
    path = database_path(database_url)
    path.rename(folder / "away")
    return lambda: (folder / "away").rename(path)


# One poller after the other


@on_sqlite
def test_who_is_stopped_while_the_database_is_away_leaves_everything_to_the_next(
    start: Starter, database: Database, database_url: str, tmp_path: Path, host_id: int
) -> None:
    back = break_off(database_url, tmp_path)
    recorder = start()
    record(recorder, host_id, *range(1, 100))
    recorder.record_state(HostStatus(host_id, HostState.UNREACHABLE, Reason.LOST, "gone", 7, None))
    assert recorder.stop()
    assert (recorder.pending, recorder.spooled) == (0, 100)
    second = start()
    record(second, host_id, 100)
    assert second.stop()
    assert second.spooled == 101
    back()
    with capture_logs() as logs:
        third = start()
        record(third, host_id, 101)
        assert third.stop()
    assert moments(database) == list(range(1, 102))
    assert [log["event"] for log in logs] == ["recorder_replays", "recorder_caught_up"]
    assert logs[0]["pending"] == 101
    with database.reading() as connection:
        assert read_host_states(connection)[host_id].detail == "gone"


@on_sqlite
@pytest.mark.usefixtures("impatient")
def test_who_is_stopped_in_a_transaction_that_hangs_leaves_its_readings_to_the_next(
    database: Database, other: sqlite3.Connection, folder: Path, host_id: int, start: Starter
) -> None:
    reached, go_on = Event(), Event()

    def hang(commit: Commit) -> None:
        reached.set()
        go_on.wait()

    recorder = Recorder(database, commit_interval_s=0.01, spool=Spool(folder, patience_s=3600), on_commit=hang)
    recorder.start()
    record(recorder, host_id, 1)
    assert reached.wait(60)
    record(recorder, host_id, 2)
    assert recorder.stop(timeout_s=0.1)
    assert recorder.spooled >= 1
    go_on.set()
    assert start().stop()
    assert moments(database) == [1, 2]


def test_rows_that_were_written_before_a_kill_are_not_written_again(
    start: Starter, database: Database, folder: Path, host_id: int
) -> None:
    recorder = start()
    record(recorder, host_id, *range(1, 51))
    assert recorder.stop()
    # As if it had been killed between the transaction and the removal of the segment.
    spool = Spool(folder)
    spool.append(packed_scrapes(host_id, 60), "")
    spool.close()
    assert start().stop()
    assert moments(database) == list(range(1, 61))


def packed_scrapes(host_id: int, last: int) -> list[Item]:
    return [pack_scrape(scrape(host_id, ts, processes=(POSTGRES,))) for ts in range(1, last + 1)]


@on_sqlite
def test_what_is_meant_for_a_database_that_another_one_replaced_is_set_aside_and_told(
    start: Starter, database: Database, prepared_file: Path, tmp_path: Path, host_id: int
) -> None:
    recorder = start()
    record(recorder, host_id, 1)
    eventually(lambda: moments(database) == [1])
    break_off(database.url, tmp_path)
    record_away(recorder, host_id, 2, 5)
    with capture_logs() as logs:
        path = database_path(database.url)
        for ending in ("-wal", "-shm"):
            Path(f"{path}{ending}").unlink()
        shutil.copy(prepared_file, path.with_suffix(".new"))
        with_host = open_database(str(path.with_suffix(".new")))
        with with_host.writing() as connection:
            add_host(connection, NewHost(name="somebody else", address="other.example"), 0)
        with_host.close()
        path.with_suffix(".new").rename(path)
        eventually(lambda: caught_up(recorder))
        record(recorder, host_id, 6)
        assert recorder.stop()
    assert moments(database) == [6]
    assert "recorder_spool_set_aside" in [log["event"] for log in logs]


# Its bounds, and what cannot be written


@on_sqlite
def test_a_full_spool_gives_up_the_oldest_readings_but_no_state_and_says_so_once(
    start: Starter, database: Database, database_url: str, tmp_path: Path, host_id: int
) -> None:
    back = break_off(database_url, tmp_path)
    with capture_logs() as logs:
        recorder = start(limit_bytes=64 * 1024)
        recorder.record_state(HostStatus(host_id, HostState.UNREACHABLE, Reason.LOST, "gone", 7, None))
        record_away(recorder, host_id, 1, 1_000)
        assert recorder.dropped > 0
        back()
        eventually(lambda: caught_up(recorder))
        assert recorder.stop()
    left = moments(database)
    assert left == list(range(1_001 - len(left), 1_001))
    assert len(left) + recorder.dropped in {1_000, 1_001}
    assert [log["event"] for log in logs].count("recorder_spool_full") == 1
    with database.reading() as connection:
        assert read_host_states(connection)[host_id].detail == "gone"


@on_sqlite
def test_what_the_database_would_refuse_costs_itself_alone(
    start: Starter, database: Database, database_url: str, tmp_path: Path, host_id: int
) -> None:
    back = break_off(database_url, tmp_path)
    with capture_logs() as logs:
        recorder = start()
        record_away(recorder, host_id, 1, 3)
        record(recorder, host_id, 2**70, 4)
        recorder.record_state(HostStatus(host_id, HostState.UP, None, "\ud800", 1, None))
        eventually(lambda: recorder.spooled == 4)
        back()
        eventually(lambda: caught_up(recorder))
    assert moments(database) == [1, 2, 3, 4]
    assert recorder.dropped == 2
    assert [log["event"] for log in logs].count("recorder_rejected") == 1


def test_readings_of_a_host_that_was_removed_meanwhile_are_left_out(
    start: Starter, database: Database, folder: Path, host_id: int
) -> None:
    spool = Spool(folder)
    spool.append([*packed_scrapes(host_id, 3), *packed_scrapes(host_id + 9, 3)], "")
    spool.close()
    recorder = start()
    eventually(lambda: caught_up(recorder))
    assert moments(database) == [1, 2, 3]
