"""The real stub in a real Python, and how it fails."""

import subprocess
import sys
import zlib
from pathlib import Path

from poller.probe_start.bootstrap import MARKER, payload, python_arguments, stub
from poller.probe_start.probe_options import ProbeOptions
from storage.host import Reader

ONCE = ProbeOptions(count=1)


def run(*arguments: str, source: bytes, **more: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        (sys.executable, *arguments), input=source, capture_output=True, timeout=60, check=False, env=more or None
    )


def test_nothing_in_the_stub_means_anything_to_a_shell_of_unix_or_windows() -> None:
    assert not set(stub(12345)) & set("'\"\\!$`%\n<>&|^#;") - {";"}


def test_whoever_lists_processes_on_the_host_sees_what_it_is() -> None:
    _, _, text = python_arguments(ProbeOptions())
    assert text.startswith("watchpost_probe=")


def test_the_probe_runs_from_its_standard_input() -> None:
    done = run(*python_arguments(ONCE), source=payload(ONCE))
    assert done.stdout.startswith(MARKER + b'{"watchpost":1'), done.stderr
    assert b'"fast":' in done.stdout.splitlines()[-1]
    assert done.returncode == 0


def test_options_travel_in_the_payload_and_not_on_the_command_line() -> None:
    options = ProbeOptions(interval_s=7.5, top=3, all_mounts=True, count=2)
    assert "7.5" not in " ".join(python_arguments(options))
    text = zlib.decompress(payload(options)).decode()
    assert "'interval_s': 7.5" in text
    assert "'top': 3" in text
    assert "'all_mounts': True" in text
    assert "'count': 2" in text
    assert "'marker': True" in text
    assert "'lifeline': True" in text


def test_site_packages_are_hidden_except_from_the_psutil_reader() -> None:
    assert python_arguments(ProbeOptions())[0] == "-ISEB"
    assert python_arguments(ProbeOptions(reader=Reader.PSUTIL))[0] == "-IEB"


def test_nothing_of_the_environment_or_the_working_folder_gets_into_the_probe(tmp_path: Path) -> None:
    (tmp_path / "zlib.py").write_text("raise SystemExit(42)")
    environment = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(tmp_path), "PYTHONSTARTUP": str(tmp_path / "zlib.py")}
    done = run(*python_arguments(ONCE), source=payload(ONCE), **environment)
    assert done.returncode == 0, done.stderr


def test_input_that_ends_in_the_middle_of_the_payload_gives_95() -> None:
    done = run(*python_arguments(ONCE), source=payload(ONCE)[:-1])
    assert (done.returncode, done.stdout) == (95, b"")


def test_an_old_python_gives_96() -> None:
    # The real interpreter, told that it is an old one: the stub's own check has to find out.
    _, _, text = python_arguments(ONCE)
    done = run("-c", f"import sys;sys.version_info=(3,5,9);{text}", source=payload(ONCE))
    assert (done.returncode, done.stdout, done.stderr) == (96, b"", b"")


def test_the_payload_is_made_once_for_the_same_options() -> None:
    assert payload(ProbeOptions()) is payload(ProbeOptions())
    assert len(payload(ProbeOptions())) < 64 * 1024
