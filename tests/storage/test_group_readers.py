"""A database that a user without rights of its own writes, and another one of its group reads."""

import os
import pwd
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.database import Database, open_database, prepare_database
from storage.errors import WatchpostError
from storage.settings import read_setting, write_setting

# Its writer and their group have names, which hints tell.
OWNER, GROUP = pwd.getpwnam("daemon").pw_uid, pwd.getpwnam("daemon").pw_gid
READER, STRANGER = 64_802, 64_803

pytestmark = pytest.mark.skipif(os.getuid() != 0, reason="to be somebody else takes root")


@pytest.fixture
def url() -> Iterator[str]:
    """Of a database in a folder such as the unit of the machine makes."""
    # Not below pytest's own folder, which every run of pytest closes for others.
    with tempfile.TemporaryDirectory() as made:
        Path(made).chmod(0o711)
        folder = Path(made, "lib")
        folder.mkdir()
        os.chown(folder, OWNER, GROUP)
        folder.chmod(0o2750)
        yield f"sqlite:///{folder}/watchpost.db"


def be(user: int, group: int) -> None:
    """Is this user from here on, for good."""
    os.setgroups([group])
    os.setgid(group)
    os.setuid(user)
    os.umask(0o027)


def told_by(user: int, url: str, *, writes: bool = False) -> str:
    """What somebody else finds, in a process that has imported all it needs before it became them."""
    group = GROUP if user != STRANGER else STRANGER
    code = f"import tests.storage.test_group_readers as t; t.look({user}, {group}, {url!r}, writes={writes})"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    return done.stdout.strip()


def look(user: int, group: int, url: str, *, writes: bool) -> None:
    """Says what this user finds."""
    # Whatever is imported on the way is imported now: the interpreter may lie where nobody else may look.
    found(url, writes=False)
    Path(url.removeprefix("sqlite:///")).group()
    be(user, group)
    sys.stdout.write(found(url, writes=writes))


def found(url: str, *, writes: bool) -> str:
    try:
        database = open_database(url)
        try:
            if writes:
                with database.writing() as connection:
                    write_setting(connection, "interval_s", 9)
            with database.reading() as connection:
                return str(read_setting(connection, "interval_s"))
        finally:
            database.close()
    except WatchpostError as error:
        return f"{type(error).__name__} {error} {error.hint}"


@pytest.fixture
def written(url: str) -> Database:
    """The poller's side, kept open. SQLite gives what it makes beside the file the owner and mode of the file."""
    prepare_database(url, now_ms=0)
    os.chown(url.removeprefix("sqlite:///"), OWNER, GROUP)
    database = open_database(url)
    with database.writing() as connection:
        write_setting(connection, "interval_s", 7)
    return database


def test_a_member_of_the_group_reads_while_the_poller_runs(url: str, written: Database) -> None:
    assert told_by(READER, url) == "7.0"
    refused = told_by(READER, url, writes=True)
    assert refused.startswith("DatabaseDeniedError")
    assert "sudo -u daemon watchpost" in refused
    with written.writing() as connection:
        write_setting(connection, "interval_s", 8)
    assert told_by(READER, url) == "8.0"
    written.close()


def test_without_the_poller_a_reader_is_told_what_is_missing(url: str, written: Database) -> None:
    written.close()
    # Newer versions of SQLite read it all the same.
    told = told_by(READER, url)
    assert told == "7.0" or ("DatabaseDeniedError" in told and "only while its poller runs" in told)


def test_somebody_else_reads_nothing(url: str, written: Database) -> None:
    told = told_by(STRANGER, url)
    assert told.startswith("DatabaseDeniedError")
    assert "sudo usermod --append --groups daemon $USER" in told
    written.close()
