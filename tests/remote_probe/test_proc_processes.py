import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from remote_probe import proc_processes
from remote_probe.proc_cpu import TICKS_PER_S
from remote_probe.proc_processes import Processes, parse_stat, split_arguments
from remote_probe.users import UserNames
from tests.eventually import eventually

STAT = b"42 (a) b (c) S 1 42 42 0 -1 4194560 1 2 3 4 250 150 7 8 20 0 1 0 12345 1048576 64 18446744073709551615 1 1\n"


@pytest.fixture
def burner() -> Iterator[subprocess.Popen[bytes]]:
    """A process that burns CPU, with a secret on its command line and a name that tries to break the parser."""
    program = "open('/proc/self/comm', 'w').write('a) R (\\n\"'); print(flush=True)\nwhile True: pass"
    child = subprocess.Popen([sys.executable, "-c", program, "--password=hunter2"], stdout=subprocess.PIPE)
    assert child.stdout is not None
    child.stdout.readline()
    yield child
    child.kill()
    child.wait()
    child.stdout.close()


def _cpu_seconds(pid: int) -> float:
    seconds: float = parse_stat(Path(f"/proc/{pid}/stat").read_bytes())[2]
    return seconds


def test_a_process_that_burns_cpu_is_on_top_with_its_secret_hidden(burner: subprocess.Popen[bytes]) -> None:
    processes = Processes(100, UserNames())
    processes.read()
    start = _cpu_seconds(burner.pid)
    eventually(lambda: _cpu_seconds(burner.pid) > start + 0.3)
    assert processes.read()[0] > 1
    row = next(row for row in processes.top if row[0] == burner.pid)
    _, name, command, user, percent, resident, virtual, run_s = row
    assert all(busier[4] >= percent for busier in processes.top[: processes.top.index(row)])
    assert name.startswith("a) R (")
    assert "\n" not in name
    assert command.startswith(sys.executable)
    assert command.endswith("--password=***")
    assert user == UserNames().name(os.getuid())
    assert percent > 5
    assert 0 < resident < virtual
    assert run_s > 0


def test_every_process_is_counted() -> None:
    processes = Processes(1, UserNames())
    # Others start and end meanwhile.
    eventually(lambda: processes.read()[0] == len(list(Path("/proc").glob("[1-9]*"))))


def test_a_name_with_brackets_does_not_shift_the_fields() -> None:
    assert parse_stat(STAT) == (b"a) b (c", 12345, 400 / TICKS_PER_S, 1048576, 64)


def test_arguments_are_split_at_nul_and_undecodable_ones_replaced() -> None:
    assert split_arguments(b"a\0b c\0\0") == ("a", "b c")
    assert split_arguments(b"nginx: master process   \0\0\0") == ("nginx: master process",)
    assert split_arguments(b"caf\xe9\0") == ("caf\N{REPLACEMENT CHARACTER}",)
    assert split_arguments(b"") == ()


def _write_process(proc: Path, pid: int, stat: bytes, *, details: bool = True) -> None:
    (proc / str(pid)).mkdir()
    (proc / str(pid) / "stat").write_bytes(stat)
    if details:
        (proc / str(pid) / "cmdline").write_bytes(b"\0")
        (proc / str(pid) / "status").write_bytes(b"Name:\tx\nUid:\t0\t0\t0\t0\n")


def test_processes_that_vanish_half_way_do_no_harm(tmp_path: Path) -> None:
    _write_process(tmp_path, 1, STAT)
    _write_process(tmp_path, 2, STAT, details=False)
    _write_process(tmp_path, 3, b"3 (cut")
    (tmp_path / "4").mkdir()
    (tmp_path / "self").mkdir()
    processes = Processes(10, UserNames(), str(tmp_path))
    assert processes.read() == [2]
    assert sorted(row[:4] for row in processes.top) == [
        (1, "a) b (c", "[a) b (c]", "root"),
        (2, "a) b (c", "[a) b (c]", ""),
    ]


def _stat(pid: int, ticks: int, pages: int) -> bytes:
    return b"%d (x) S 1 1 1 0 -1 0 1 2 3 4 %d 0 7 8 20 0 1 0 12345 1048576 %d 18446744073709551615 1 1\n" % (
        pid,
        ticks,
        pages,
    )


def test_in_a_crowd_idle_ones_are_looked_at_every_other_time_and_lose_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proc_processes, "_CROWD", 8)
    now = 0.0
    monkeypatch.setattr("remote_probe.clock.steady", lambda: now)
    for pid in range(1, 11):
        _write_process(tmp_path, pid, _stat(pid, 0, pid))
    processes = Processes(2, UserNames(), str(tmp_path))
    tables = []
    for turn in range(1, 9):
        now += 10.0
        if turn == 5:
            for pid in (3, 4):
                (tmp_path / str(pid) / "stat").write_bytes(_stat(pid, 4 * TICKS_PER_S, pid))
        assert processes.read() == [10]
        tables.append({row[0]: row[4] for row in processes.top if row[4]})
    # Seen in the table at hand or in the next one, over as many seconds as went by since the last look.
    seen = [(pid, percent) for table in tables for pid, percent in table.items()]
    assert sorted(pid for pid, _ in seen) == [3, 4]
    assert [percent for _, percent in seen] == [20.0, 20.0]


def test_a_command_line_that_cannot_be_read_for_a_stuck_process_leaves_the_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proc_processes, "_DEADLINE_S", 0.05)
    _write_process(tmp_path, 1, STAT)
    (tmp_path / "1" / "cmdline").unlink()
    os.mkfifo(tmp_path / "1" / "cmdline")
    processes = Processes(10, UserNames(), str(tmp_path))
    assert processes.read() == [1]
    assert [row[1:4] for row in processes.top] == [("a) b (c", "[a) b (c]", "")]
    # Lets the reader go that waits for somebody to write.
    (tmp_path / "1" / "cmdline").write_bytes(b"")
