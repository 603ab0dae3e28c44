"""A database copied to another place is the same there, row by row, whatever happened on the way."""

import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select, text

from storage.care.copy_rows import STREAMED
from storage.care.copying import copy_database
from storage.care.progress import Step, in_silence
from storage.database import Database, open_database, open_unchecked
from storage.errors import AlreadyExistsError, InvalidInputError, PollerRunningError, WatchpostError
from storage.host import NewHost
from storage.hosts import add_host
from storage.poller_lock import PollerLock
from storage.revisions import REVISIONS
from storage.schema import head, hosts, metadata, notifications, settings
from storage.settings import write_setting
from tests.command_line import PYTHONPATH, ROOT
from tests.real_postgresql import RealPostgresql

Rows = dict[str, list[tuple[object, ...]]]


class InterruptedByUserError(Exception):
    """Somebody gave up."""


@pytest.fixture
def new_url(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[str], str]:
    """Makes the URL of a database that has nothing in it, of a kind."""
    files = iter(range(99))

    def make(kind: str) -> str:
        if kind == "sqlite":
            return f"sqlite:///{tmp_path}/copy{next(files)}.db"
        server: RealPostgresql = request.getfixturevalue("postgresql_server")
        new = server.new_database()
        url = new.__enter__()
        request.addfinalizer(lambda: new.__exit__(None, None, None))
        return url

    return make


def rows_of(url: str) -> Rows:
    database = open_unchecked(url)
    try:
        with database.reading() as connection:
            return {
                table.name: [tuple(row) for row in connection.execute(select(table).order_by(*table.primary_key))]
                for table in metadata.sorted_tables
            }
    finally:
        database.close()


def interrupted_after(steps: int) -> Callable[[Step], None]:
    def on_step(_: Step) -> None:
        nonlocal steps
        steps -= 1
        if steps < 0:
            raise InterruptedByUserError

    return on_step


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.care.copy_rows._BATCH_ROWS", 200)


def test_the_filled_database_has_rows_in_every_table(full: Database) -> None:
    assert [table for table, rows in rows_of(full.url).items() if not rows] == []


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_copy_there_and_back_is_the_same_row_by_row(full: Database, new_url: Callable[[str], str], kind: str) -> None:
    there, back = new_url(kind), new_url("sqlite")
    done = copy_database(full.url, there, now_ms=0, on_step=in_silence)
    assert not done.resumed
    assert done.rows == sum(map(len, rows_of(full.url).values()))
    assert done.credentials == 2
    copy_database(there, back, now_ms=0, on_step=in_silence)
    assert rows_of(there).keys() == rows_of(full.url).keys()
    assert rows_of(back) == rows_of(full.url)


@pytest.mark.usefixtures("small_batches")
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_copy_that_was_interrupted_again_and_again_comes_to_the_same(
    full: Database, new_url: Callable[[str], str], kind: str
) -> None:
    target = new_url(kind)
    interruptions = 0
    for steps in range(1, 99, 2):
        try:
            done = copy_database(full.url, target, now_ms=0, on_step=interrupted_after(steps))
        except InterruptedByUserError:
            interruptions += 1
            with pytest.raises(WatchpostError):
                open_database(target)
        else:
            break
    assert interruptions > 3
    assert done.resumed
    assert rows_of(target) == rows_of(full.url)


@pytest.mark.usefixtures("small_batches")
def test_what_changed_in_the_source_meanwhile_is_copied_as_it_is_in_the_end(
    full: Database, new_url: Callable[[str], str]
) -> None:
    target = new_url("sqlite")
    with pytest.raises(InterruptedByUserError):
        copy_database(full.url, target, now_ms=0, on_step=interrupted_after(3))
    with full.writing() as connection:
        write_setting(connection, "interval_s", 60.0)
        connection.execute(head.delete().where(head.c.id.in_(select(head.c.id).limit(50))))
        add_host(connection, NewHost(name="new", address="10.0.0.9"), 1)
    assert copy_database(full.url, target, now_ms=0, on_step=in_silence).resumed
    assert rows_of(target) == rows_of(full.url)


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_ids_go_on_above_every_id_that_was_ever_given(full: Database, new_url: Callable[[str], str], kind: str) -> None:
    target = new_url(kind)
    copy_database(full.url, target, now_ms=0, on_step=in_silence)
    back = new_url("sqlite")
    copy_database(target, back, now_ms=0, on_step=in_silence)
    for url in (target, back):
        database = open_database(url)
        with database.writing() as connection:
            connection.execute(hosts.delete().where(hosts.c.id == 7))
            added = add_host(connection, NewHost(name="new", address="10.0.0.9"), 1)
            row = notifications.insert().values(title="t", level="info", message="m", channel="c", sent_at="x")
            (noted,) = connection.execute(row.returning(notifications.c.id)).one()
        database.close()
        assert added.id == 8
        assert noted == 2


def test_an_id_that_was_given_and_deleted_is_remembered_across_kinds(
    sqlite_database: Database, new_url: Callable[[str], str]
) -> None:
    with sqlite_database.writing() as connection:
        add_host(connection, NewHost(name="one", address="10.0.0.1"), 1)
        gone = add_host(connection, NewHost(name="two", address="10.0.0.2"), 1)
        connection.execute(hosts.delete().where(hosts.c.id == gone.id))
    server, file = new_url("postgresql"), new_url("sqlite")
    copy_database(sqlite_database.url, server, now_ms=0, on_step=in_silence)
    copy_database(server, file, now_ms=0, on_step=in_silence)
    database = open_database(file)
    with database.writing() as connection:
        assert add_host(connection, NewHost(name="three", address="10.0.0.3"), 1).id == gone.id + 1
    database.close()


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_database_that_holds_anything_is_left_alone(full: Database, new_url: Callable[[str], str], kind: str) -> None:
    target = new_url(kind)
    copy_database(full.url, target, now_ms=0, on_step=in_silence)
    before = rows_of(target)
    with pytest.raises(AlreadyExistsError, match="holds data already"):
        copy_database(full.url, target, now_ms=0, on_step=in_silence)
    assert rows_of(target) == before


def test_half_a_copy_of_another_fleet_is_left_alone(
    full: Database, new_url: Callable[[str], str], tmp_path: Path
) -> None:
    target, other = new_url("sqlite"), new_url("sqlite")
    with pytest.raises(InterruptedByUserError):
        copy_database(full.url, target, now_ms=0, on_step=interrupted_after(2))
    copy_database(full.url, other, now_ms=0, on_step=in_silence)
    database = open_database(other)
    with database.writing() as connection:
        connection.execute(hosts.update().values(created_at=5))
    database.close()
    with pytest.raises(AlreadyExistsError, match="another database"):
        copy_database(other, target, now_ms=0, on_step=in_silence)


@pytest.mark.parametrize("end", ["source", "target"])
def test_while_a_poller_runs_nothing_is_copied(full: Database, new_url: Callable[[str], str], end: str) -> None:
    target = new_url("sqlite")
    with PollerLock(full.url if end == "source" else target), pytest.raises(PollerRunningError):
        copy_database(full.url, target, now_ms=0, on_step=in_silence)


def test_a_database_is_not_copied_into_itself(full: Database) -> None:
    with pytest.raises(InvalidInputError, match="the same"):
        copy_database(full.url, full.url.removeprefix("sqlite:///"), now_ms=0, on_step=in_silence)


def test_a_source_that_is_not_there_leaves_no_target_behind(tmp_path: Path) -> None:
    with pytest.raises(WatchpostError, match="no database"):
        copy_database(str(tmp_path / "typo.db"), str(tmp_path / "new.db"), now_ms=0, on_step=in_silence)
    assert list(tmp_path.glob("new.db*")) == []


def test_progress_counts_every_row_and_ends_at_the_whole(full: Database, new_url: Callable[[str], str]) -> None:
    steps: list[Step] = []
    copy_database(full.url, new_url("sqlite"), now_ms=0, on_step=steps.append)
    copied = [step for step in steps if step.what == "copying"]
    total = sum(len(rows_of(full.url)[streamed.table.name]) for streamed in STREAMED)
    assert copied[-1] == Step("copying", total, total)
    assert [step.done for step in copied] == sorted(step.done for step in copied)


_PROGRAM = """
import os, signal, sys
from sqlalchemy import Engine, event
import storage.care.copy_rows
from storage.care.copying import copy_database
from storage.care.progress import in_silence
from storage.revisions import REVISIONS

storage.care.copy_rows._BATCH_ROWS = 100
left = int(sys.argv[3])

@event.listens_for(Engine, "after_cursor_execute")
def count(*_):
    global left
    left -= 1
    if not left:
        os.kill(os.getpid(), signal.SIGKILL)

copy_database(sys.argv[1], sys.argv[2], now_ms=0, on_step=in_silence)
"""


def copy_killed_after(statements: int, source: str, target: str) -> int:
    """Copies in a process of its own that dies when it has run so many statements; gives its exit status."""
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM, source, target, str(statements)],
        check=False,
        capture_output=True,
        env={"PYTHONPATH": PYTHONPATH, "PATH": "/usr/bin:/bin"},
        cwd=ROOT,
    )
    return done.returncode


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_killed_at_any_statement_it_goes_on_where_it_was(
    full: Database, new_url: Callable[[str], str], kind: str
) -> None:
    target = new_url(kind)
    kills = 0
    for statements in (45, 60, 75, 90, 105, 115):
        kills += copy_killed_after(statements, full.url, target) == -signal.SIGKILL
    assert kills == 6
    done = copy_database(full.url, target, now_ms=0, on_step=in_silence)
    assert done.resumed
    assert rows_of(target) == rows_of(full.url)
    database = open_database(target)
    with database.reading() as connection:
        assert connection.execute(select(settings.c.name).where(settings.c.name == "copy_source")).first() is None
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == REVISIONS[-1]
    database.close()
