import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from storage.database_url import database_path
from storage.engines.file_lock import lock_file
from storage.errors import DatabaseUnavailableError, PollerRunningError
from storage.poller_lock import PollerLock, poller_is_running

HOLDER = """
import sys
from storage.poller_lock import PollerLock
lock = PollerLock(sys.argv[1])
lock.acquire()
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/new/x.db"


def test_the_lock_is_held_by_one_at_a_time_and_free_afterwards(url: str) -> None:
    with PollerLock(url):
        assert poller_is_running(url)
        with pytest.raises(PollerRunningError):
            PollerLock(url).acquire()
    assert not poller_is_running(url)
    with PollerLock(url):
        pass


def test_the_error_names_the_process(url: str) -> None:
    with PollerLock(url), pytest.raises(PollerRunningError, match=rf"process {os.getpid()}") as caught:
        PollerLock(url).acquire()
    assert f"kill {os.getpid()}" in caught.value.hint


def test_a_poller_in_another_process_is_seen_and_its_death_frees_the_lock(url: str) -> None:
    holder = subprocess.Popen([sys.executable, "-c", HOLDER, url], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    with holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        assert poller_is_running(url)
        with pytest.raises(PollerRunningError, match=rf"process {holder.pid}"):
            PollerLock(url).acquire()
        holder.kill()
        holder.wait()
    assert not poller_is_running(url)
    with PollerLock(url):
        pass


def test_two_names_of_one_database_share_the_lock(tmp_path: Path) -> None:
    (tmp_path / "x.db").touch()
    (tmp_path / "link.db").symlink_to(tmp_path / "x.db")
    with PollerLock(str(tmp_path / "x.db")):
        assert poller_is_running(f"sqlite:///{tmp_path}/link.db")


def test_looking_makes_no_file(url: str, tmp_path: Path) -> None:
    assert not poller_is_running(url)
    assert list(tmp_path.iterdir()) == []


def test_others_may_read_who_holds_it(url: str) -> None:
    with PollerLock(url):
        assert stat.S_IMODE(lock_file(database_path(url)).stat().st_mode) == 0o644
        assert lock_file(database_path(url)).read_text() == f"{os.getpid()}\n"


def test_what_stands_in_the_lock_file_of_a_dead_poller_does_not_matter(url: str) -> None:
    with PollerLock(url):
        pass
    lock_file(database_path(url)).write_text("x" * 1000)
    assert not poller_is_running(url)
    with PollerLock(url):
        lock_file(database_path(url)).write_text("nonsense")
        with pytest.raises(PollerRunningError, match="Another poller already"):
            PollerLock(url).acquire()


def test_releasing_what_is_not_held_does_nothing(url: str) -> None:
    PollerLock(url).release()


def test_a_folder_that_may_not_be_written_is_named(ordinary_folder: Path) -> None:
    ordinary_folder.chmod(0o500)
    with pytest.raises(DatabaseUnavailableError, match="lock file") as caught:
        PollerLock(str(ordinary_folder / "x.db")).acquire()
    assert caught.value.hint


def test_something_else_in_the_place_of_the_lock_file_is_named(tmp_path: Path) -> None:
    url = str(tmp_path / "x.db")
    lock_file(database_path(url)).mkdir()
    with pytest.raises(DatabaseUnavailableError, match="lock file"):
        poller_is_running(url)
    with pytest.raises(DatabaseUnavailableError, match="lock file"):
        PollerLock(url).acquire()


@pytest.mark.parametrize(
    ("pid", "running"),
    [(os.getpid(), True), (2**30, False), ("nonsense", False)],
    ids=["own", "no such process", "no number"],
)
def test_of_a_lock_that_may_not_be_touched_the_process_is_looked_for(
    ordinary_folder: Path, pid: object, running: bool
) -> None:
    url = str(ordinary_folder / "x.db")
    lock_file(database_path(url)).write_text(f"{pid}\n")
    lock_file(database_path(url)).chmod(0o400)
    assert poller_is_running(url) is running
