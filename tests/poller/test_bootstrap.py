"""The real stub in real shells, and how it fails."""

import shutil
import subprocess
import sys
import zlib
from pathlib import Path

import pytest

from poller.bootstrap import MARKER, payload, python_arguments, start_command
from poller.probe_options import ProbeOptions
from storage.host import Reader
from tests.probe_stand_in import stand_in

SHELLS = [path for name in ("sh", "bash", "dash", "zsh", "fish", "tcsh", "ksh") if (path := shutil.which(name))]
ONCE = ProbeOptions(count=1)


def run(
    command: str, source: bytes, shell: str = "/bin/sh", path: str | None = None
) -> subprocess.CompletedProcess[bytes]:
    """Runs a command as sshd does: by the login shell's -c."""
    environment = {"PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin" if path is None else path}
    return subprocess.run(
        (shell, "-c", command), input=source, capture_output=True, timeout=60, check=False, env=environment
    )


def only_python(folder: Path, script: str, name: str = "python3") -> str:
    """A PATH with nothing in it but a shell script of that name."""
    folder.mkdir(exist_ok=True)
    file = folder / name
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o755)
    return str(folder)


def test_the_command_fits_any_shell() -> None:
    command = start_command(ProbeOptions())
    quoted = command.split("'")
    assert len(quoted) == 3
    stub = quoted[1].split('"')[1]
    assert quoted[1].count('"') == 2
    assert not set(stub) & set("'\"\\!$`\n%")


def test_whoever_lists_processes_on_the_host_sees_what_it_is() -> None:
    _, _, stub = python_arguments(ProbeOptions())
    assert stub.startswith("watchpost_probe=")


@pytest.mark.parametrize("shell", SHELLS)
def test_the_probe_runs_in_every_shell_of_this_machine(shell: str) -> None:
    done = run(start_command(ONCE), payload(ONCE), shell)
    assert done.stdout.startswith(MARKER + b'{"watchpost":1'), done.stderr
    assert b'"fast":' in done.stdout.splitlines()[-1]
    assert done.returncode == 0


def test_options_travel_in_the_payload_and_not_on_the_command_line() -> None:
    options = ProbeOptions(interval_s=7.5, top=3, all_mounts=True, count=2)
    assert "7.5" not in start_command(options)
    text = zlib.decompress(payload(options)).decode()
    assert "'interval_s': 7.5" in text
    assert "'top': 3" in text
    assert "'all_mounts': True" in text
    assert "'count': 2" in text
    assert "'marker': True" in text
    assert "'lifeline': True" in text


def test_site_packages_are_hidden_except_from_the_psutil_reader() -> None:
    assert " -ISEB -c" in start_command(ProbeOptions())
    assert " -IEB -c" in start_command(ProbeOptions(reader=Reader.PSUTIL))


def test_nothing_of_the_environment_or_the_working_folder_gets_into_the_probe(tmp_path: Path) -> None:
    (tmp_path / "zlib.py").write_text("raise SystemExit(42)")
    environment = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(tmp_path), "PYTHONSTARTUP": str(tmp_path / "zlib.py")}
    done = subprocess.run(
        ("/bin/sh", "-c", start_command(ONCE)),
        input=payload(ONCE), cwd=tmp_path, env=environment, capture_output=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def test_input_that_ends_in_the_middle_of_the_payload_gives_95() -> None:
    done = run(start_command(ONCE), payload(ONCE)[:-1])
    assert (done.returncode, done.stdout) == (95, b"")


def test_no_input_at_all_gives_95() -> None:
    assert run(start_command(ONCE), b"").returncode == 95


def test_no_python_gives_97(tmp_path: Path) -> None:
    assert run(start_command(ONCE), b"", path=str(tmp_path)).returncode == 97


def test_an_old_python_gives_96(tmp_path: Path) -> None:
    # The real interpreter, told that it is an old one: the stub's own check has to find out.
    script = f'shift 2; exec {sys.executable} -c "import sys;sys.version_info=(3,5,9);""$1"'
    done = run(start_command(ONCE), payload(ONCE), path=only_python(tmp_path / "bin", script))
    assert (done.returncode, done.stdout, done.stderr) == (96, b"", b"")


def test_a_python_of_another_name_is_taken_when_there_is_no_python3(tmp_path: Path) -> None:
    path = only_python(tmp_path / "bin", f'exec {sys.executable} "$@"', "python")
    assert run(start_command(ONCE), payload(ONCE), path=path).returncode == 0


def test_a_traceback_names_the_probes_own_file_and_line() -> None:
    program = stand_in("marker()\nraise RuntimeError('broken')")
    done = run(program.command, program.source)
    assert done.returncode == 1
    assert b'File "probe/main.py", line' in done.stderr
    assert done.stderr.endswith(b"RuntimeError: broken\n")


def test_the_text_of_the_sources_takes_no_memory_once_the_probe_runs() -> None:
    comment = "# " + "x" * 20_000_000
    program = stand_in(
        f"""
        {comment}
        marker()
        say(next(line for line in open("/proc/self/status", "rb") if line.startswith(b"VmRSS")))
        """
    )
    done = run(program.command, program.source)
    assert int(done.stdout.split()[-2]) < 30_000, "kB of memory, of which an interpreter takes 10,000"


def test_the_status_of_the_probe_is_the_status_of_the_command() -> None:
    program = stand_in("return 94")
    assert run(program.command, program.source).returncode == 94


def test_the_payload_is_made_once_for_the_same_options() -> None:
    assert payload(ProbeOptions()) is payload(ProbeOptions())
    assert len(payload(ProbeOptions())) < 64 * 1024
