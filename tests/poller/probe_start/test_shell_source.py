"""The shell probe as one text."""

import subprocess
from pathlib import Path

import pytest

import remote_probe
from poller.probe_start.probe_options import ProbeOptions
from poller.probe_start.shell_source import PROGRAMS, SOURCES, shell_source
from tests.login_shells import shell_command

FOLDER = Path(remote_probe.__file__).parent / "shell"


def settings(options: ProbeOptions) -> dict[str, str]:
    lines = shell_source(options).split("tcp_states_awk=")[0].splitlines()
    return dict(line.split("=", 1) for line in lines)


def test_every_file_is_sent_and_none_is_missing() -> None:
    assert {path.name for path in FOLDER.iterdir()} == {
        *(f"{name}.sh" for name in SOURCES), *(f"{name}.awk" for name in PROGRAMS),
    }  # fmt: skip


def test_an_awk_program_has_no_quote_that_would_end_it() -> None:
    for name in PROGRAMS:
        code = [line for line in (FOLDER / f"{name}.awk").read_text().splitlines() if not line.strip().startswith("#")]
        assert "'" not in "".join(code)


def test_options_are_numbers_and_flags_before_the_text() -> None:
    options = ProbeOptions(interval_s=2.5, top=7, count=3, all_mounts=True)
    found = settings(options)
    assert (found["interval"], found["interval_s"], found["top"], found["count"]) == ("250", "2.5", "7", "3")
    assert (found["all_mounts"], found["all_interfaces"]) == ("1", "")
    assert (found["processes_every"], found["slow_every"]) == ("1000", "3000")
    assert settings(ProbeOptions())["count"] == ""


def test_options_are_held_to_what_makes_sense() -> None:
    found = settings(ProbeOptions(interval_s=0.001, top=5000))
    assert (found["interval"], found["top"]) == ("10", "100")
    assert settings(ProbeOptions(interval_s=60.0))["slow_every"] == "6000"


def test_it_is_lean_ascii_and_never_the_word_that_ends_it() -> None:
    text = shell_source(ProbeOptions())
    assert text.isascii()
    assert len(text) < 24 * 1024
    assert not any(line.startswith("#") for line in text.splitlines())


@pytest.mark.parametrize("shell", ["dash", "bash", "busybox", "ksh", "mksh", "zsh"])
def test_it_parses_in_every_shell_that_may_be_sh(shell: str, tmp_path: Path) -> None:
    file = tmp_path / "probe.sh"
    file.write_text(shell_source(ProbeOptions()))
    command = [part for part in shell_command(shell) if part != "-c"]
    done = subprocess.run([*command, "-n", file], capture_output=True, check=False)
    # ksh has advice to give.
    assert done.returncode == 0, done.stderr
