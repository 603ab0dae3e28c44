import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from struct import pack

import pytest

from remote_probe import series
from remote_probe.logins import Logins, is_users_session, record_size

NOTE = "# This is private data. Do not parse.\nUID=1000\nUSER=anna\nACTIVE=1\nSTATE={}\nREMOTE=1\nTYPE=tty\nCLASS={}\n"
BOOT, LOGIN, USER, DEAD = 2, 6, 7, 8


@pytest.fixture
def gone() -> int:
    """The number of a process that is over."""
    child = subprocess.Popen(["true"])
    child.wait()
    return child.pid


@pytest.fixture
def somebody() -> Iterator[int]:
    """A process of another user."""
    child = subprocess.Popen(["sleep", "1000"], user=65534 if os.getuid() == 0 else None)
    yield child.pid
    child.kill()
    child.wait()


WRITER = """
#include <string.h>
#include <unistd.h>
#include <utmp.h>
int main(int count, char **arguments) {
    struct utmp entry = {.ut_type = BOOT_TIME, .ut_id = "~~", .ut_user = "reboot"};
    utmpname(arguments[1]);
    setutent();
    pututline(&entry);
    for (int at = 2; at < count; at++) {
        struct utmp login = {.ut_type = USER_PROCESS, .ut_pid = getppid(), .ut_line = "pts/7"};
        login.ut_id[0] = 'a' + at;
        strncpy(login.ut_user, arguments[at], sizeof login.ut_user - 1);
        pututline(&login);
    }
    return 0;
}
"""


def _record(kind: int, pid: int, user: str, size: int = 384) -> bytes:
    """As utmp(5) has it: type, pid, line, id, user; then host, exit status, session, time and address."""
    return pack("<hxxi32s4s32s", kind, pid, b"pts/0", b"ts/0", user.encode()).ljust(size, b"\x01")


def _logins(folder: Path, *records: bytes, note: bool = False) -> Logins:
    if records:
        (folder / "utmp").write_bytes(b"".join(records))
    if note:
        (folder / "sessions").mkdir()
        (folder / "sessions" / "7").write_text(NOTE.format("active", "user"))
    (folder / "cgroup").write_text("0::/user.slice/user-0.slice/session-c1.scope\n")
    return Logins((str(folder / "none"), str(folder / "utmp")), str(folder / "sessions"), str(folder / "cgroup"))


def test_what_the_c_library_writes_is_read(tmp_path: Path) -> None:
    (tmp_path / "writer.c").write_text(WRITER)
    (tmp_path / "utmp").touch()
    subprocess.run(["gcc", "-o", "writer", "writer.c"], cwd=tmp_path, check=True)
    subprocess.run(["./writer", "utmp", "anna", "ben", "anna"], cwd=tmp_path, check=True)
    assert _logins(tmp_path).read() == [3]


@pytest.mark.parametrize("size", [384, 400])
def test_those_who_are_logged_in_and_whose_process_lives_are_counted(
    tmp_path: Path, gone: int, somebody: int, size: int
) -> None:
    records = [
        _record(BOOT, 0, "reboot", size),
        _record(LOGIN, os.getpid(), "LOGIN", size),
        _record(USER, os.getpid(), "anna", size),
        _record(USER, somebody, "ben", size),
        _record(USER, gone, "cut-off", size),
        _record(USER, os.getpid(), "", size),
        _record(DEAD, os.getpid(), "dora", size),
    ]
    logins = _logins(tmp_path, *records)
    assert logins.read() == [2]
    assert logins.series == series.USERS


def test_a_file_that_ends_within_a_record_tells_what_is_whole(tmp_path: Path) -> None:
    assert _logins(tmp_path, _record(USER, os.getpid(), "anna"), b"\x07\0").read() == [1]


def test_nobody_is_a_number_as_well(tmp_path: Path) -> None:
    assert _logins(tmp_path, _record(BOOT, 0, "reboot"), note=True).read() == [0]


@pytest.mark.parametrize(
    ("length", "machine", "size"),
    [
        (384 * 3, "aarch64", 384),
        (400 * 3, "x86_64", 400),
        (9600, "x86_64", 384),
        (9600, "aarch64", 400),
        (7, "x86_64", 384),
    ],
)
def test_the_size_of_a_record_follows_from_the_files_or_else_from_the_machine(
    length: int, machine: str, size: int
) -> None:
    assert record_size(length, machine) == size


@pytest.mark.parametrize("records", [[], [b""]])
def test_where_nobody_writes_utmp_systemds_notes_count(tmp_path: Path, records: list[bytes]) -> None:
    logins = _logins(tmp_path, *records, note=True)
    assert logins.read() == [1]
    for name, state, kind in [("c1", "active", "user"), ("8", "closing", "user"), ("9", "active", "manager")]:
        (tmp_path / "sessions" / name).write_text(NOTE.format(state, kind))
    # The last is a pipe, and no reading of it would come back; c1 is the probe's own.
    os.mkfifo(tmp_path / "sessions" / "7.ref")
    (tmp_path / "sessions" / "10").write_text(NOTE.format("online", "user-early"))
    assert logins.read() == [2]


def test_without_both_there_is_no_series(tmp_path: Path) -> None:
    logins = _logins(tmp_path)
    assert (logins.read(), logins.series) == ([], ())


@pytest.mark.parametrize("text", ["", "STATE=active", "CLASS", "CLASS=greeter\nSTATE=active", "\0\ufffd=\n"])
def test_a_note_about_something_else_is_no_session(text: str) -> None:
    assert not is_users_session(text)


def test_this_machine_can_be_asked() -> None:
    logins = Logins()
    assert len(logins.read()) == len(logins.series)
