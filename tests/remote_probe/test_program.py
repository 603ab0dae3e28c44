import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from remote_probe import program
from remote_probe.proc_file import list_folder, read_text
from tests.eventually import eventually
from tests.remote_probe.probe_child import ROOT

pytestmark = pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")

# A thread runs a program while the interpreter comes to its end.
_ENDS_MEANWHILE = """
import _thread, os, sys, time
from remote_probe import program
_thread.start_new_thread(program.run, (["sh", "-c", "sleep 7654321 & echo $$ $! >%s; wait"], 1000))
while not (os.path.exists(sys.argv[1]) and open(sys.argv[1]).read().endswith("\\n")):
    time.sleep(0.01)
"""


@pytest.fixture(params=["spawn", "fork"])
def _either_way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """As Python 3.8 and newer start a program, and as older ones do."""
    if request.param == "fork":
        monkeypatch.delattr(os, "posix_spawn")


@pytest.fixture
def inheritable_fd() -> Iterator[int]:
    reading, writing = os.pipe()
    os.set_inheritable(writing, True)
    yield writing
    os.close(reading)
    os.close(writing)


def _is_gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


def _zombies() -> list[str]:
    """Children of this process that nobody has asked after."""
    ended = f") Z {os.getpid()} "
    return [name for name in list_folder("/proc") if name.isdigit() and ended in read_text(f"/proc/{name}/stat")]


@pytest.mark.usefixtures("_either_way")
def test_a_program_is_run_to_its_end_and_gives_its_status_and_what_it_printed() -> None:
    assert program.run(["sh", "-c", "echo out; echo err >&2; exit 3"], 30.0) == (3, b"out\n")
    assert program.run(["sh", "-c", "kill -15 $$"], 30.0) == (-15, b"")


@pytest.mark.usefixtures("_either_way")
def test_it_reads_what_it_is_given_or_nothing_at_all() -> None:
    assert program.run(["cat"], 30.0, input_text="a\nü") == (0, "a\nü".encode())
    assert program.run(["cat"], 30.0, input_text="") == (0, b"")
    assert program.run(["cat"], 30.0) == (0, b"")


def test_more_input_than_a_pipe_holds_is_refused_and_blocks_nothing() -> None:
    with pytest.raises(OSError, match="more input than a pipe holds"):
        program.run(["cat"], 30.0, input_text="x" * 10_000_000)


@pytest.mark.usefixtures("_either_way")
def test_it_speaks_the_language_of_programs_and_has_signals_as_usual(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "ko_KR.UTF-8")
    assert program.run(["sh", "-c", "echo $LC_ALL"], 30.0) == (0, b"C\n")
    ignored = program.run(["sed", "-n", "s/SigIgn:.//p", "/proc/self/status"], 30.0)[1]
    assert int(ignored, 16) & (1 << 12) == 0


@pytest.mark.usefixtures("_either_way")
def test_no_descriptor_of_ours_gets_into_it(inheritable_fd: int) -> None:
    assert inheritable_fd > 3
    # The last one is that of the folder itself.
    assert program.run(["ls", "/proc/self/fd"], 30.0)[1].split() == [b"0", b"1", b"2", b"3"]
    places = program.run(["readlink", "/proc/self/fd/0", "/proc/self/fd/2"], 30.0)[1]
    assert places == b"/dev/null\n/dev/null\n"


@pytest.mark.usefixtures("_either_way")
def test_at_the_deadline_it_is_killed_with_all_that_it_started(tmp_path: Path) -> None:
    note = tmp_path / "pids"
    with pytest.raises(TimeoutError, match=r"not over within 2(\.0)? s"):
        program.run(["sh", "-c", f"trap '' TERM HUP; sleep 1000 & echo $$ $! >{note}; wait"], 2.0)
    leader, started = map(int, note.read_text().split())
    assert not Path(f"/proc/{leader}").exists()
    eventually(lambda: _is_gone(started))


@pytest.mark.usefixtures("_either_way")
def test_what_it_leaves_behind_ends_with_it_and_does_not_hold_it_up(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    assert program.run(["sh", "-c", f"sleep 1000 & echo $! >{note}; echo done; exit 4"], 60.0) == (4, b"done\n")
    eventually(lambda: _is_gone(int(note.read_text())))


def test_one_that_closes_its_output_is_still_waited_for() -> None:
    assert program.run(["sh", "-c", "exec >&-; sleep 0.05; exit 5"], 30.0) == (5, b"")
    with pytest.raises(TimeoutError):
        program.run(["sh", "-c", "exec >&-; sleep 1000"], 0.05)


def test_a_flood_is_cut_and_ended() -> None:
    assert program.run(["yes"], 30.0, 7) == (-9, b"y\ny\ny\ny")
    assert program.run(["printf", "1234567"], 30.0, 7) == (0, b"1234567")
    assert len(program.run(["head", "-c", "3000000", "/dev/zero"], 30.0, 4_000_000)[1]) == 3_000_000


@pytest.mark.parametrize(
    "arguments", [[], ["no-such-program"], ["/nowhere/at/all"], ["/etc/passwd"], ["a\0b"], ["/tmp"]]
)
def test_what_cannot_be_started_is_an_error_and_leaves_no_descriptor(arguments: list[str]) -> None:
    before = list_folder("/proc/self/fd")
    with pytest.raises(OSError, match=r"No such file|Invalid argument"):
        program.run(arguments, 30.0)
    assert list_folder("/proc/self/fd") == before


def test_programs_run_from_many_threads_at_once_and_leave_no_zombie() -> None:
    before = _zombies()
    answers: list[tuple[int, bytes]] = []
    threads = [
        threading.Thread(target=lambda n=n: answers.append(program.run(["sh", "-c", f"echo {n}; exit {n}"], 30.0)))
        for n in range(10)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [(number, f"{number}\n".encode()) for number in range(10)]
    assert _zombies() == before


def test_where_nobody_keeps_the_status_it_is_unknown() -> None:
    script = "from remote_probe import program; print(program.run(['true'], 30.0))"
    ignoring = (
        "import signal, os, sys; signal.signal(signal.SIGCHLD, signal.SIG_IGN); os.execv(sys.executable, sys.argv)"
    )
    arguments = [sys.executable, "-c", ignoring, "-B", "-c", script]
    said = subprocess.run(arguments, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    assert said == f"({program.UNKNOWN_STATUS}, b'')\n"


def test_the_end_of_the_probe_ends_what_it_runs(tmp_path: Path) -> None:
    note = tmp_path / "pids"
    subprocess.run([sys.executable, "-B", "-c", _ENDS_MEANWHILE % note, note], cwd=ROOT, check=True)
    pids = [int(pid) for pid in note.read_text().split()]
    eventually(lambda: all(map(_is_gone, pids)))


def test_a_system_without_process_groups_has_it_by_other_means(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "fork")
    assert program.run([sys.executable, "-c", "print(input())"], 30.0, input_text="hi") == (0, b"hi\n")
    assert program.run([sys.executable, "-c", "print('long')"], 30.0, 2) == (0, b"lo")
    with pytest.raises(TimeoutError):
        program.run(["sleep", "1000"], 0.05)
    with pytest.raises(FileNotFoundError):
        program.run(["no-such-program"], 30.0)


def test_a_program_is_found_where_the_shell_finds_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "mine").write_text("#!/bin/sh\necho mine\n")
    monkeypatch.setenv("PATH", f"/nowhere:{tmp_path}")
    assert program.find("mine") == ""
    (tmp_path / "mine").chmod(0o755)
    assert program.run(["mine"], 30.0) == (0, b"mine\n")
    assert program.find("sh") == ""
    monkeypatch.delenv("PATH")
    assert program.find("sh") == "/bin/sh"
