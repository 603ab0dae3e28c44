import shutil
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import structlog
from sqlalchemy import event, select
from structlog.testing import capture_logs

from storage.database import Database, open_database
from storage.errors import DatabaseCorruptError, DatabaseUnavailableError
from storage.host import NewHost
from storage.host_states import HostStatus, read_host_states
from storage.hosts import add_host, remove_host
from storage.reason import HostState
from storage.recorder import Commit, Recorder
from storage.schema import head, layouts, process_snapshots
from storage.vector import unpack_vector
from tests.damage import overwrite_pages_of
from tests.eventually import eventually
from tests.readings import POSTGRES, scrape
from tests.small_disk import small_disk

UP = HostState.UP
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def recorder(database: Database) -> Iterator[Recorder]:
    running = Recorder(database, commit_interval_s=0.01)
    running.start()
    yield running
    running.stop()


@pytest.fixture
def other(database_url: str) -> Iterator[sqlite3.Connection]:
    """Another program with the database."""
    path = database_url.removeprefix("sqlite:///")
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        yield connection


def moments(database: Database) -> list[int]:
    """In the order in which they were written."""
    with database.reading() as connection:
        return list(connection.scalars(select(head.c.ts).order_by(head.c.id)))


def test_what_is_recorded_is_there_when_it_has_stopped(database: Database, host_id: int) -> None:
    recorder = Recorder(database)
    recorder.start()
    for ts in range(1, 101):
        recorder.record_scrape(scrape(host_id, ts, processes=(POSTGRES,)))
    recorder.record_state(HostStatus(host_id, UP, None, "", 1, {"hostname": "db1"}))
    assert recorder.stop()
    assert (recorder.pending, recorder.dropped, recorder.failure) == (0, 0, None)
    assert moments(database) == list(range(1, 101))
    with database.reading() as connection:
        assert len(connection.execute(select(process_snapshots.c.id)).all()) == 100
        assert read_host_states(connection)[host_id].inventory == {"hostname": "db1"}
        assert len(connection.execute(select(layouts.c.id)).all()) == 1


def test_a_reading_is_visible_without_waiting_for_more(database: Database, recorder: Recorder, host_id: int) -> None:
    recorder.record_scrape(scrape(host_id, 1))
    eventually(lambda: moments(database) == [1])


def test_what_was_recorded_before_the_start_is_written_too(database: Database, host_id: int) -> None:
    recorder = Recorder(database)
    recorder.record_scrape(scrape(host_id, 1))
    assert recorder.pending == 1
    recorder.start()
    assert recorder.stop()
    assert moments(database) == [1]


def test_one_that_was_never_started_can_be_stopped(database: Database, host_id: int) -> None:
    assert Recorder(database).stop()
    unstarted = Recorder(database)
    unstarted.record_scrape(scrape(host_id, 1))
    assert not unstarted.stop()


def test_many_threads_may_record(database: Database, recorder: Recorder, host_id: int) -> None:
    def record(start: int) -> None:
        for ts in range(start, start + 100):
            recorder.record_scrape(scrape(host_id, ts))

    threads = [threading.Thread(target=record, args=(start,)) for start in range(0, 4_000, 1_000)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert recorder.stop()
    assert sorted(moments(database)) == [n * 1_000 + k for n in range(4) for k in range(100)]


def test_commits_are_told_with_the_moments_of_their_scrapes(database: Database, host_id: int) -> None:
    commits: list[Commit] = []
    recorder = Recorder(database, on_commit=commits.append)
    for ts in (1, 2, 3):
        recorder.record_scrape(scrape(host_id, ts))
    recorder.record_scrape(scrape(host_id, 3))
    recorder.record_scrape(scrape(host_id + 7, 4))
    recorder.start()
    assert recorder.stop()
    (commit,) = commits
    assert commit.rows == 3
    assert commit.scrape_ts == (1, 2, 3, 3)
    assert commit.at > 1_700_000_000_000


def test_a_listener_that_fails_stops_nothing(database: Database, host_id: int) -> None:
    def fail(commit: Commit) -> None:
        raise ZeroDivisionError

    recorder = Recorder(database, commit_interval_s=0.01, on_commit=fail)
    with capture_logs() as logs:
        recorder.start()
        recorder.record_scrape(scrape(host_id, 1))
        eventually(lambda: moments(database) == [1])
        recorder.record_scrape(scrape(host_id, 2))
        assert recorder.stop()
    assert moments(database) == [1, 2]
    assert {log["event"] for log in logs} == {"recorder_listener_failed"}


def test_readings_of_a_host_that_was_removed_are_left_out(database: Database, recorder: Recorder, host_id: int) -> None:
    recorder.record_scrape(scrape(host_id, 1))
    eventually(lambda: moments(database) == [1])
    with database.writing() as connection:
        remove_host(connection, "db1", 2)
    recorder.record_scrape(scrape(host_id, 3))
    recorder.record_state(HostStatus(host_id, UP, None, "", 3, None))
    assert recorder.stop()
    assert moments(database) == [1]
    assert recorder.dropped == 0


# When the database is away


def well(recorder: Recorder) -> bool:
    return recorder.failure is None and recorder.dropped == 0


def test_what_was_recorded_before_a_flush_is_in_the_database_after_it(
    recorder: Recorder, database: Database, host_id: int
) -> None:
    for ts in range(1, 6):
        recorder.record_scrape(scrape(host_id, ts))
        assert recorder.flush(30.0)
        assert moments(database)[-1] == ts


@on_sqlite
def test_a_flush_does_not_wait_for_ever_for_a_database_that_is_away(
    recorder: Recorder, other: sqlite3.Connection, host_id: int
) -> None:
    other.execute("BEGIN IMMEDIATE")
    recorder.record_scrape(scrape(host_id, 1))
    assert not recorder.flush(0.05)
    other.execute("ROLLBACK")
    assert recorder.flush(30.0)


@on_sqlite
@pytest.mark.usefixtures("impatient")
def test_a_lock_held_for_a_while_loses_nothing_keeps_the_order_and_is_told_once(
    database_url: str, other: sqlite3.Connection
) -> None:
    database = open_database(database_url)
    other.execute("INSERT INTO hosts (name, address, transport, revision, created_at) VALUES ('db1', 'x', 'ssh', 1, 1)")
    recorder = Recorder(database, commit_interval_s=0.01)
    with capture_logs() as logs:
        recorder.start()
        recorder.record_scrape(scrape(1, 1))
        eventually(lambda: moments(database) == [1])
        other.execute("BEGIN IMMEDIATE")
        recorder.record_scrape(scrape(1, 2))
        recorder.record_state(HostStatus(1, UP, None, "", 2, None))
        eventually(lambda: recorder.failure)
        assert isinstance(recorder.failure, DatabaseUnavailableError)
        for ts in range(3, 50):
            recorder.record_scrape(scrape(1, ts))
        assert recorder.pending == 49
        other.execute("ROLLBACK")
        eventually(lambda: recorder.pending == 0)
        assert recorder.stop()
    assert moments(database) == list(range(1, 50))
    assert well(recorder)
    assert [log["event"] for log in logs] == ["recorder_cannot_write", "recorder_writes_again"]
    assert "locked" in logs[0]["detail"]
    with database.reading() as connection:
        assert read_host_states(connection)[1].since_at == 2
    database.close()


@on_sqlite
@pytest.mark.usefixtures("impatient")
def test_past_the_limit_the_oldest_are_given_up_and_that_is_told_once(
    database_url: str, other: sqlite3.Connection
) -> None:
    database = open_database(database_url)
    other.execute("INSERT INTO hosts (name, address, transport, revision, created_at) VALUES ('db1', 'x', 'ssh', 1, 1)")
    recorder = Recorder(database, commit_interval_s=0.01, backlog_limit=10)
    with capture_logs() as logs:
        other.execute("BEGIN IMMEDIATE")
        recorder.start()
        for ts in range(1, 26):
            recorder.record_scrape(scrape(1, ts))
        eventually(lambda: any(log["event"] == "recorder_backlog_full" for log in logs))
        recorder.record_scrape(scrape(1, 26))
        other.execute("ROLLBACK")
        eventually(lambda: recorder.pending == 0)
        assert recorder.stop()
    assert moments(database)[-1] == 26
    assert len(moments(database)) + recorder.dropped == 26
    assert recorder.dropped >= 15
    assert [log["event"] for log in logs] == ["recorder_cannot_write", "recorder_backlog_full", "recorder_writes_again"]
    assert logs[2]["lost"] == recorder.dropped
    database.close()


def test_a_full_disk_loses_nothing(prepared_file: Path, tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 2_000) as disk:
        path = disk.folder / "watchpost.db"
        shutil.copy(prepared_file, path)
        database = open_database(str(path))
        with database.writing() as connection:
            add_host(connection, NewHost(name="db1", address="db1.example"), 1_000)
        recorder = Recorder(database, commit_interval_s=0.01)
        recorder.start()
        disk.fill()
        for ts in range(1, 2_001):
            recorder.record_scrape(scrape(1, ts))
        eventually(lambda: recorder.failure)
        assert recorder.failure is not None
        assert "no space left" in recorder.failure.message
        disk.make_room()
        eventually(lambda: recorder.pending == 0)
        assert recorder.stop()
        assert moments(database) == list(range(1, 2_001))
        assert well(recorder)
        database.close()


@on_sqlite
def test_damage_that_shows_at_run_time_is_told_once_and_the_rows_are_kept(
    database_url: str, prepared_file: Path, host_id: int, database: Database
) -> None:
    database.close()
    path = Path(database_url.removeprefix("sqlite:///"))
    sound = path.with_suffix(".sound")
    shutil.copy(path, sound)
    overwrite_pages_of(path, "head", "uq_head_host_id_cadence_ts")
    reopened = open_database(database_url)
    recorder = Recorder(reopened, commit_interval_s=0.01)
    attempts: list[object] = []
    event.listen(reopened._backend.recorders, "begin", attempts.append)
    with capture_logs() as logs:
        recorder.start()
        recorder.record_scrape(scrape(host_id, 1))
        recorder.record_scrape(scrape(host_id, 2))
        eventually(lambda: len(attempts) > 3)
        assert isinstance(recorder.failure, DatabaseCorruptError)
        assert (recorder.pending, recorder.dropped) == (2, 0)
        sound.rename(path)
        eventually(lambda: recorder.pending == 0)
        assert recorder.stop()
    assert moments(reopened) == [1, 2]
    assert [log["event"] for log in logs] == ["recorder_cannot_write", "recorder_writes_again"]
    reopened.close()


@on_sqlite
def test_a_file_that_took_the_place_of_the_old_one_gets_layouts_of_its_own(
    database: Database, database_url: str, recorder: Recorder, host_id: int
) -> None:
    path = Path(database_url.removeprefix("sqlite:///"))
    with database.reading() as connection:
        assert connection.execute(select(layouts)).all() == []
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(f"{path}.other")) as target:
        source.backup(target)
    recorder.record_scrape(scrape(host_id, 1))
    eventually(lambda: moments(database) == [1])
    Path(f"{path}.other").rename(path)
    for ending in ("-wal", "-shm"):
        Path(f"{path}{ending}").unlink()
    recorder.record_scrape(scrape(host_id, 2))
    eventually(lambda: moments(database) == [2])
    with database.reading() as connection:
        rows = connection.execute(select(head.c.vector).join(layouts, head.c.layout_id == layouts.c.id)).all()
    assert [unpack_vector(row.vector).tolist() for row in rows] == [[1.0, 2.0]]


@on_sqlite
@pytest.mark.usefixtures("impatient")
def test_stopping_while_the_database_is_away_ends_in_time_and_says_that_rows_are_left(
    database_url: str, other: sqlite3.Connection
) -> None:
    database = open_database(database_url)
    other.execute("BEGIN IMMEDIATE")
    recorder = Recorder(database)
    recorder.start()
    recorder.record_scrape(scrape(1, 1))
    assert not recorder.stop(timeout_s=0.3)
    assert recorder.pending == 1
    database.close()


@on_sqlite
@pytest.mark.usefixtures("impatient")
def test_stopping_waits_for_a_lock_that_goes_away(database_url: str, other: sqlite3.Connection) -> None:
    database = open_database(database_url)
    other.execute("INSERT INTO hosts (name, address, transport, revision, created_at) VALUES ('db1', 'x', 'ssh', 1, 1)")
    other.execute("BEGIN IMMEDIATE")
    recorder = Recorder(database, commit_interval_s=0.01)
    recorder.start()
    recorder.record_scrape(scrape(1, 1))
    stopped: list[bool] = []
    stopper = threading.Thread(target=lambda: stopped.append(recorder.stop(timeout_s=30)))
    stopper.start()
    eventually(lambda: recorder.failure)
    other.execute("ROLLBACK")
    stopper.join()
    assert stopped == [True]
    assert moments(database) == [1]
    database.close()


@on_sqlite
def test_a_log_that_cannot_be_written_costs_no_readings(
    database: Database, database_url: str, host_id: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (tmp_path / "log").open("w") as log:
        monkeypatch.setattr("storage.recorder_words._log", structlog.wrap_logger(structlog.PrintLogger(log)))
    recorder = Recorder(database, commit_interval_s=0.01)
    recorder.record_scrape(scrape(host_id, 1, (1.0, 2.0, 3.0)))
    path = Path(database_url.removeprefix("sqlite:///"))
    path.rename(f"{path}.away")
    recorder.start()
    for ts in (2, 2**70, 3):
        recorder.record_scrape(scrape(host_id, ts))
    eventually(lambda: recorder.failure)
    Path(f"{path}.away").rename(path)
    assert recorder.stop()
    assert moments(database) == [2, 3]
    assert recorder.dropped == 2


def test_tables_that_are_missing_for_a_while_cost_nothing(database: Database, host_id: int) -> None:
    def rename(old: str, new: str) -> None:
        with database.writing() as connection:
            connection.exec_driver_sql(f"ALTER TABLE {old} RENAME TO {new}")

    rename("head", "elsewhere")
    recorder = Recorder(database, commit_interval_s=0.01)
    recorder.start()
    for ts in range(1, 21):
        recorder.record_scrape(scrape(host_id, ts))
    eventually(lambda: recorder.failure)
    assert isinstance(recorder.failure, DatabaseUnavailableError)
    rename("elsewhere", "head")
    assert recorder.stop()
    assert well(recorder)
    assert moments(database) == list(range(1, 21))


# When one item cannot be written


def test_an_item_that_the_database_refuses_costs_itself_alone(database: Database, host_id: int) -> None:
    recorder = Recorder(database)
    for ts in range(1, 21):
        recorder.record_scrape(scrape(host_id, ts if ts != 13 else 2**70))
    recorder.record_state(HostStatus(host_id, UP, None, "\ud800", 1, None))
    with capture_logs() as logs:
        recorder.start()
        assert recorder.stop()
    assert moments(database) == [ts for ts in range(1, 21) if ts != 13]
    assert (recorder.dropped, recorder.failure) == (2, None)
    with database.reading() as connection:
        astray = select(head.c.id).where(head.c.layout_id.not_in(select(layouts.c.id)))
        assert connection.execute(astray).all() == []
    assert [(log["event"], log["host_id"]) for log in logs] == [("recorder_rejected", host_id)]


def test_a_scrape_that_cannot_be_packed_is_counted_and_named_once_a_host(database: Database, host_id: int) -> None:
    recorder = Recorder(database)
    with capture_logs() as logs:
        recorder.start()
        for ts in (1, 2):
            recorder.record_scrape(scrape(host_id, ts, (1.0, 2.0, 3.0)))
        recorder.record_scrape(scrape(host_id, 3))
        assert recorder.stop()
    assert moments(database) == [3]
    assert recorder.dropped == 2
    assert [(log["event"], log["host_id"]) for log in logs] == [("recorder_rejected", host_id)]


@pytest.mark.parametrize("attempt", [1, 2, 3, 4])
def test_a_database_that_fails_in_the_midst_of_sorting_out_loses_nothing_and_writes_nothing_twice(
    database: Database, host_id: int, attempt: int
) -> None:
    commits: list[Commit] = []
    recorder = Recorder(database, commit_interval_s=0.01, on_commit=commits.append)
    for ts in range(1, 9):
        recorder.record_scrape(scrape(host_id, ts if ts != 8 else 2**70))
    begins: list[object] = []

    def fail_once(connection: object) -> None:
        begins.append(connection)
        if len(begins) == attempt:
            raise sqlite3.OperationalError("disk I/O error")

    event.listen(database._backend.recorders, "begin", fail_once)
    recorder.start()
    eventually(lambda: recorder.pending == 0)
    assert recorder.stop()
    assert moments(database) == list(range(1, 8))
    assert sorted(ts for commit in commits for ts in commit.scrape_ts) == list(range(1, 8))
    assert recorder.dropped == 1
