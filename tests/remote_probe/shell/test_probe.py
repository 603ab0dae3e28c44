"""The whole shell probe on this machine, in every shell and with every awk."""

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from poller.probe_start.probe_options import ProbeOptions
from poller.probe_start.shell_source import shell_source
from poller.stream.decode import Decoder, Hello
from poller.stream.layout_choice import choose_series
from storage.scrape import Cadence
from tests.eventually import eventually
from tests.remote_probe.shell.shell_child import AWKS, SHELLS, ShellProbe, python_reading, scrapes, tools

ONCE = ProbeOptions(count=1, top=100)
CADENCES = {"fast": Cadence.FAST, "processes": Cadence.PROCESSES, "slow": Cadence.SLOW}
NOT_TOLD = {
    "cgroup_cpu_limit_cores", "cgroup_cpu_seconds_total", "cgroup_cpu_throttled_seconds_total", "gpu_memory_free_bytes",
    "gpu_memory_total_bytes", "gpu_power_watts", "gpu_temperature_celsius", "gpu_usage_percent", "temperature_celsius",
    "unit_failed", "units_failed", "users",
}  # fmt: skip
"""What a host without Python does not tell; docs/probe-protocol.md says the same in words."""


def run(
    path: str, shell: str = "dash", options: ProbeOptions = ONCE, source: str | None = None
) -> list[dict[str, Any]]:
    with ShellProbe(options, shell, path, source) as probe:
        return probe.lines()


def table(lines: list[dict[str, Any]]) -> dict[int, list[Any]]:
    """The last process table, by process id."""
    return {row[0]: row for row in [line["top"] for line in lines if "top" in line][-1]}


@pytest.fixture
def path(tmp_path: Path) -> str:
    return tools(tmp_path / "bin")


@pytest.mark.parametrize(
    ("shell", "awk"), [*((shell, "mawk") for shell in SHELLS), *(("dash", awk) for awk in AWKS[1:])]
)
def test_it_speaks_the_protocol(tmp_path: Path, shell: str, awk: str) -> None:
    lines = run(tools(tmp_path / "bin", awk), shell, ProbeOptions(interval_s=0.1, count=2))
    assert lines[0]["reader"] == "shell"
    first, second = (line for line in lines if "n" in line)
    assert first.keys() == {"n", "m", "t", "fast", "processes", "top", "slow"}
    assert second.keys() == {"n", "m", "fast"}
    assert len(first["top"]) >= 20
    for line in lines:
        if "layout" in line:
            # Every name is one of the catalogue's.
            assert choose_series(line["series"], CADENCES[line["group"]]).kept is None


# Not busybox, which has an awk of its own whatever the PATH says.
@pytest.mark.parametrize("shell", ["dash", "bash", "mksh"])
def test_without_awk_it_has_no_tcp_states_and_no_process_table(tmp_path: Path, shell: str) -> None:
    # mksh has no printf of its own.
    lines = run(tools(tmp_path / "bin", None, "printf"), shell)
    [found] = scrapes(lines)
    assert not any(flat[0] == "tcp_connections" for flat in found)
    assert found["processes",] > 10  # type: ignore[operator]
    assert table(lines) == {}


def test_the_poller_understands_it(path: str) -> None:
    decoder = Decoder(1)
    hello, *others = [decoder.decode(json.dumps(line).encode(), 1.79e9) for line in run(path)]
    assert isinstance(hello, Hello)
    assert (hello.reader, hello.interval_s) == ("shell", 5.0)
    host = os.uname()
    said = [hello.inventory[name] for name in ("hostname", "system", "release", "machine", "cpu_count")]
    assert said == [host.nodename, "Linux", host.release, host.machine, os.cpu_count()]
    assert len([reading for reading in others if reading is not None]) == 1


def test_it_says_what_the_proc_reader_says_field_by_field(path: str) -> None:
    """Python reads before and behind it. What stands still is the same and counters lie between; the rest moves."""
    [early], lines, [late] = scrapes(python_reading()), run(path), scrapes(python_reading())
    [found] = scrapes(lines)
    assert len(found) > 40
    assert {flat[0] for flat in early} - {flat[0] for flat in found} <= NOT_TOLD
    for flat, value in found.items():
        before, after = early[flat], late[flat]
        if value is None or before is None or after is None or flat[0] in STANDING_STILL:
            assert value == before == after, flat
        elif flat[0].endswith("_total"):
            # The kernel's idle times may go back a little.
            assert before - 1 <= value <= after + 1, flat
        else:
            assert value == pytest.approx(before, rel=0.5, abs=200), flat


STANDING_STILL = {
    "boot_time_seconds", "filesystem_inodes", "filesystem_size_bytes", "memory_total_bytes", "network_speed_bytes",
    "open_files_limit", "swap_total_bytes",
}  # fmt: skip


def test_it_says_of_the_host_what_the_proc_reader_says(path: str) -> None:
    by_python, by_shell = python_reading()[0]["inventory"], run(path)[0]["inventory"]
    assert by_shell == {name: value for name, value in by_python.items() if name in by_shell}
    assert by_python.keys() - by_shell.keys() <= {"python"}


# Its end.


@pytest.fixture
def bare(tmp_path: Path) -> str:
    """No awk: less to do."""
    return tools(tmp_path / "bin", None)


def started(path: str, shell: str = "dash", interval_s: float = 30.0) -> ShellProbe:
    probe = ShellProbe(ProbeOptions(interval_s=interval_s), shell, path)
    probe.marker()
    while "n" not in probe.line():
        pass
    return probe


def close_input(probe: ShellProbe) -> None:
    probe.stdin.close()


def terminate(probe: ShellProbe) -> None:
    probe.child.terminate()


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize("end", [close_input, terminate])
def test_it_ends_at_once_and_leaves_no_process(bare: str, shell: str, end: Callable[[ShellProbe], None]) -> None:
    with started(bare, shell) as probe:
        end(probe)
        assert probe.child.wait() == 0
        eventually(lambda: not probe.of_its_session())


def test_between_two_readings_it_is_three_sleeping_processes(bare: str) -> None:
    with started(bare) as probe:
        eventually(lambda: len(probe.of_its_session()) == 3)


@pytest.mark.parametrize("shell", SHELLS)
def test_it_ends_when_nobody_takes_its_lines_any_more(bare: str, shell: str) -> None:
    with started(bare, shell, 0.1) as probe:
        probe.stdout.close()
        probe.child.wait()
        eventually(lambda: not probe.of_its_session())


@pytest.mark.parametrize("shell", SHELLS)
def test_what_is_left_of_a_killed_one_ends_with_the_session(bare: str, shell: str) -> None:
    with started(bare, shell, 0.5) as probe:
        probe.child.kill()
        probe.child.wait()
        probe.stdin.close()
        eventually(lambda: not probe.of_its_session())


@pytest.mark.parametrize("shell", SHELLS)
def test_it_hears_of_the_end_while_a_stalled_link_takes_nothing(bare: str, shell: str) -> None:
    with started(bare, shell, 0.1) as probe:
        probe.stall()
        probe.stdin.close()
        assert probe.child.wait() == 0
        eventually(lambda: not probe.of_its_session())


def test_it_gives_up_on_a_link_that_takes_nothing_for_too_long(bare: str) -> None:
    options = ProbeOptions(interval_s=0.1)
    source = shell_source(options).replace("patience=90000", "patience=100")
    with ShellProbe(options, "dash", bare, source) as probe:
        probe.stall()
        assert probe.child.wait() == 0


def test_a_stalled_link_costs_readings_and_never_half_a_line(bare: str) -> None:
    with started(bare, interval_s=0.1) as probe:
        probe.stall()
        lines = [probe.line() for _ in range(20)]
        numbers = [line["n"] for line in lines if "n" in line]
        assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))


def test_it_has_no_file_open(bare: str) -> None:
    with started(bare, "bash", 0.1) as probe:
        for _ in range(3):
            probe.line()
            # It may be reading for its next line just now.
            eventually(lambda: not _open_files(probe.child.pid) - {"/dev/null"})


def _open_files(pid: int) -> set[str]:
    opened = set()
    for fd in Path(f"/proc/{pid}/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):
            opened.add(str(fd.readlink()))
    return {target for target in opened if target.startswith("/")}


# When it reads.


def test_it_reads_on_the_beat(path: str) -> None:
    lines = run(path, options=ProbeOptions(interval_s=0.3, count=5))
    first, *others = [line["m"] for line in lines if "n" in line]
    late = [(stamp - first) % 0.3 for stamp in others]
    # Lateness does not add up. Stamps are hundredths; a busy machine wakes whom it likes when it likes.
    assert min(late) < 0.1 or max(late) > 0.28
    assert others == sorted(others)


def test_a_sleep_that_does_not_sleep_any_more_ends_it(bare: str, tmp_path: Path) -> None:
    with started(bare, interval_s=0.1) as probe:
        sleep = tmp_path / "bin" / "sleep"
        sleep.unlink()
        assert probe.child.wait() == 1


def test_a_sleep_that_knows_whole_seconds_alone_is_enough(tmp_path: Path) -> None:
    path = tools(tmp_path / "bin")
    sleep = tmp_path / "bin" / "sleep"
    real = sleep.readlink()
    sleep.unlink()
    sleep.write_text(f'#!/bin/sh\ncase $1 in *.*) exit 1 ;; esac\necho "$1" >>{tmp_path}/slept\nexec {real} "$1"\n')
    sleep.chmod(0o755)
    lines = run(path, options=ProbeOptions(interval_s=1.0, count=2))
    assert [line["n"] for line in lines if "n" in line] == [0, 1]
    assert "." not in (tmp_path / "slept").read_text()


# Processes.


def test_the_table_has_the_busiest_and_the_largest(path: str) -> None:
    options = ProbeOptions(interval_s=0.5, count=2, top=3)
    source = shell_source(options).replace("processes_every=1000", "processes_every=50")
    with subprocess.Popen(["/bin/sh", "-c", "while :; do :; done"]) as busy:
        # Where others are busy as well it would not be among the busiest.
        with contextlib.suppress(PermissionError):
            os.setpriority(os.PRIO_PROCESS, busy.pid, -20)
        try:
            lines = run(path, source=source)
        finally:
            busy.kill()
    first, last = (line["top"] for line in lines if "top" in line)
    assert all(row[4] == 0 for row in first), "the first reading has nothing to compare with"
    assert 3 <= len(last) <= 6
    row = next(row for row in last if row[0] == busy.pid)
    assert row[1:4] == ["sh", "/bin/sh", psutil.Process().username()]
    assert 5 < row[4] < 150
    by_cpu, by_memory = [row[4] for row in last[:3]], [row[5] for row in last[3:]]
    assert by_cpu == sorted(by_cpu, reverse=True)
    assert by_memory == sorted(by_memory, reverse=True)


# Large enough to be among the largest.
BIG = "x = bytearray(60 << 20); print(flush=True); input()"
RENAMED = "import ctypes; ctypes.CDLL(None).prctl(15, b'a) S 1\\n\"\\\\b');" + BIG


@contextlib.contextmanager
def running(*children: tuple[str, str]) -> Iterator[list[int]]:
    """Processes that call themselves so and run such a script; yields their ids."""
    with contextlib.ExitStack() as stack:
        started = []
        for name, script in children:
            child = stack.enter_context(
                subprocess.Popen(
                    [name, "-c", script, "--token=hunter2"],
                    executable=sys.executable,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                )
            )
            stack.callback(child.kill)
            started.append(child)
        for child in started:
            assert child.stdout is not None
            child.stdout.readline()
        yield [child.pid for child in started]


@pytest.mark.parametrize("awk", AWKS)
def test_of_a_command_line_only_the_program_leaves_the_host(tmp_path: Path, awk: str) -> None:
    names = ["worker", "hunter2@host", "postgres: hunter2", 'a"b', "https://me:hunter2@x"]
    names = names if awk == "mawk" else names[1:3]
    with running(*((name, BIG) for name in names)) as pids:
        lines = run(tools(tmp_path / "bin", awk))
    commands = [table(lines)[pid][2] for pid in pids]
    expected = dict.fromkeys(names, f"[{Path(sys.executable).name}]") | {n: n.split()[0] for n in names if n[0] in "wp"}
    assert commands == list(expected.values())
    assert "hunter2" not in str(lines)


@pytest.mark.parametrize("awk", AWKS)
def test_a_name_that_a_process_gives_itself_does_no_harm(tmp_path: Path, awk: str) -> None:
    with running(("python", RENAMED)) as [pid]:
        row = table(run(tools(tmp_path / "bin", awk)))[pid]
    assert row[1] == "a) S 1???b"
    assert 60 << 20 < row[5] < 120 << 20
