"""The one start command in real shells, and what it is fed."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from poller.probe_start.bootstrap import MARKER, pack, payload
from poller.probe_start.probe_options import ProbeOptions
from poller.probe_start.start import START_COMMAND, Way, start_by, start_python, start_shell
from storage.host import Reader
from tests.login_shells import LOGIN_SHELLS, PROBE_TOOLS, folder_of, shell_command

ONCE = ProbeOptions(count=1)
MAIN = "import os\ndef main(options):\n    {}\n"


def run(
    source: bytes, shell: str = "sh", path: str | None = None, command: str = START_COMMAND
) -> subprocess.CompletedProcess[bytes]:
    """Runs a command as sshd does: by the login shell's -c."""
    environment = {"PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin" if path is None else path}
    return subprocess.run(
        (*shell_command(shell), command), input=source, capture_output=True, timeout=60, check=False, env=environment
    )


def first_lines(source: bytes, shell: str = "sh", path: str | None = None) -> bytes:
    """What comes of a start whose input stays open, until it ends by itself."""
    environment = {"PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin" if path is None else path}
    command = (*shell_command(shell), START_COMMAND)
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        child.stdin.write(source)
        child.stdin.flush()
        written = child.stdout.read()
    assert child.returncode == 0
    return written


def packed(body: str) -> bytes:
    return pack((("probe", "probe/__init__.py", ""), ("probe.main", "probe/main.py", MAIN.format(body))), {})


def only_python(folder: Path, script: str, name: str = "python3") -> str:
    """A PATH with nothing in it but a shell script of that name."""
    folder.mkdir(exist_ok=True)
    file = folder / name
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o755)
    return str(folder)


def test_the_command_is_one_short_line_that_csh_leaves_alone() -> None:
    assert "\n" not in START_COMMAND
    assert "!" not in START_COMMAND
    assert len(START_COMMAND.split("'")) == 3


def test_the_command_is_the_same_whatever_the_probe_is_to_do() -> None:
    several = (ONCE, ProbeOptions(reader=Reader.PSUTIL, sudo=True), ProbeOptions(interval_s=60.0))
    assert {start_by(way, options).command for way in (Way.PYTHON, Way.SHELL) for options in several} == {START_COMMAND}


@pytest.mark.parametrize("shell", LOGIN_SHELLS)
def test_python_starts_from_every_login_shell(shell: str) -> None:
    done = run(start_python(packed("print('started')")).source, shell)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"started\n", b"")


@pytest.mark.parametrize("shell", LOGIN_SHELLS)
def test_the_shell_starts_from_every_login_shell(shell: str) -> None:
    script = "if [ 1 = 1 ]; then\n    printf '%s\\n' 'a\\b' \"$0\"\nfi\n"
    done = run(start_shell(script).source, shell)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"a\\b\nwatchpost_probe\n", b"")


def test_what_comes_after_the_source_is_left_to_the_probe() -> None:
    rest = b"what is left\nof the input"
    assert run(start_shell("cat\n").source + rest).stdout == rest
    # Python reads ahead: a life line is watched for its end alone.
    assert run(start_python(packed("print('started')")).source + rest).returncode == 0


def test_the_real_probe_starts_by_python_and_by_the_shell() -> None:
    for way, reader in ((Way.PYTHON, b"proc"), (Way.SHELL, b"shell")):
        written = first_lines(start_by(way, ONCE).source)
        assert written.startswith(MARKER + b'{"watchpost":1,"reader":"%s"' % reader)
        assert b'"fast":' in written.splitlines()[-1]


def test_input_that_ends_too_soon_gives_95() -> None:
    by_python, by_shell = start_by(Way.PYTHON, ONCE).source, start_by(Way.SHELL, ONCE).source
    for source in (b"", by_python[:20], by_python[:-1], by_shell[:20], by_shell[:-2]):
        done = run(source)
        assert (done.returncode, done.stdout) == (95, b""), source[-20:]


def test_no_python_gives_97(tmp_path: Path) -> None:
    assert run(start_by(Way.PYTHON, ONCE).source, path=str(tmp_path)).returncode == 97


def test_an_old_python_gives_96(tmp_path: Path) -> None:
    # The real interpreter, told that it is an old one.
    script = f'shift 2; exec {sys.executable} -c "import sys;sys.version_info=(3,5,9);""$1"'
    done = run(start_by(Way.PYTHON, ONCE).source, path=only_python(tmp_path / "bin", script))
    assert (done.returncode, done.stdout, done.stderr) == (96, b"", b"")


def test_a_python_of_another_name_is_taken_when_there_is_no_python3(tmp_path: Path) -> None:
    path = only_python(tmp_path / "bin", f'exec {sys.executable} "$@"', "python")
    assert run(start_python(packed("return 7")).source, path=path).returncode == 7


def test_where_there_is_no_proc_the_shell_gives_93(tmp_path: Path) -> None:
    elsewhere = start_by(Way.SHELL, ONCE).source.replace(b"proc=${proc:-/proc}", b"proc=/nonexistent")
    done = run(elsewhere)
    assert (done.returncode, done.stdout) == (93, b"")


def test_where_there_is_neither_cat_nor_sleep_the_shell_gives_93(tmp_path: Path) -> None:
    for tools in ((), ("cat",), ("sleep",)):
        done = run(start_by(Way.SHELL, ONCE).source, path=folder_of(tmp_path / f"with{len(tools)}{tools[:1]}", tools))
        assert (done.returncode, done.stdout) == (93, b"")


def test_a_traceback_names_the_probes_own_file_and_line() -> None:
    done = run(start_python(packed("raise RuntimeError('broken')")).source)
    assert done.returncode == 1
    assert b'File "probe/main.py", line 3' in done.stderr
    assert done.stderr.endswith(b"RuntimeError: broken\n")


def test_the_text_of_the_sources_takes_no_memory_once_the_probe_runs() -> None:
    comment = "# " + "x" * 10_000_000
    status = "print(next(line for line in open('/proc/self/status') if line.startswith('VmRSS')))"
    done = run(start_python(packed(f"{status} {comment}")).source)
    assert int(done.stdout.split()[-2]) < 20_000, "kB of memory, of which an interpreter takes 10,000"


def test_a_shell_with_little_more_than_nothing_still_reads_the_host(tmp_path: Path) -> None:
    written = first_lines(start_by(Way.SHELL, ONCE).source, "dash", folder_of(tmp_path / "bin", PROBE_TOOLS[:2]))
    assert b'"fast":' in written.splitlines()[-1]


# Windows, on which none of this has run: what can be said of it without one.


def test_a_windows_command_has_its_program_in_double_quotes_and_no_others() -> None:
    for way, program in ((Way.WINDOWS_PYTHON, "python"), (Way.WINDOWS_LAUNCHER, "py -3")):
        start = start_by(way, ONCE)
        assert re.fullmatch(re.escape(program) + r' -IEB -c "watchpost_probe=\d+;[^"%$`^&|<>]+"', start.command)
        assert start.source == payload(ONCE)


def test_what_is_in_the_quotes_of_a_windows_command_is_the_program_that_runs() -> None:
    start = start_by(Way.WINDOWS_PYTHON, ONCE)
    done = run(start.source, command=start.command.replace("python", sys.executable, 1))
    assert done.stdout.startswith(MARKER + b'{"watchpost":1'), done.stderr


@pytest.mark.parametrize("way", [Way.PYTHON, Way.SHELL])
def test_a_host_with_a_phase_reads_in_it_from_its_second_line_on(way: Way) -> None:
    options = ProbeOptions(interval_s=1.0, count=3, phase_s=0.4)
    with subprocess.Popen((*shell_command("sh"), START_COMMAND), stdin=subprocess.PIPE, stdout=subprocess.PIPE) as ran:
        assert ran.stdin is not None
        assert ran.stdout is not None
        ran.stdin.write(start_by(way, options, 1000.0).source)
        ran.stdin.flush()
        first, second, third = (json.loads(line)["m"] for line in ran.stdout if line.startswith(b'{"n"'))
    assert second - first == pytest.approx(1.4, abs=0.3)
    assert third - first == pytest.approx(2.4, abs=0.3)


def test_hosts_that_differ_in_nothing_but_their_phase_are_sent_the_very_same_source() -> None:
    sources = [start_by(Way.PYTHON, ProbeOptions(phase_s=phase_s), 1000.0).source for phase_s in (1.0, 3.5)]
    lines = [source.partition(b"\n") for source in sources]
    assert lines[0][0] != lines[1][0]
    assert lines[0][2] == lines[1][2] == payload(ProbeOptions())
    assert payload(ProbeOptions(phase_s=1.0)) is payload(ProbeOptions(phase_s=3.5))
