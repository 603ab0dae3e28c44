"""Against a real systemd, that of a user: it answers as the machine's does."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from remote_probe import series, systemd_bus
from remote_probe.failed_units import FailedUnits, list_by_program, list_failed, parse_units
from tests.eventually import eventually
from tests.real_user_systemd import user_systemd

BOOTED = "/"
FAILS = "[Service]\nType=oneshot\nExecStart=/bin/false\n"
BUS = "exec dbus-daemon --session --address=systemd: --nofork --nopidfile"
UNITS = {
    "backup.service": FAILS,
    "a\\x2dlong.service": FAILS,
    "dbus.socket": "[Socket]\nListenStream=%t/bus\n",
    "dbus.service": f"[Unit]\nRequires=dbus.socket\n[Service]\nExecStart=sh -c '{BUS}'\n",
}


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    with user_systemd(tmp_path_factory.mktemp("systemd") / "user") as environment:
        folder = Path(environment["HOME"]) / ".config/systemd/user"
        folder.mkdir(parents=True)
        for name, text in UNITS.items():
            (folder / name).write_text(text)
        yield dict(environment)


@pytest.fixture
def _systemd(environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", environment["XDG_RUNTIME_DIR"])
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    _systemctl("daemon-reload")
    _systemctl("reset-failed")


@pytest.fixture
def socket(environment: dict[str, str]) -> str:
    """Where systemd itself answers."""
    return environment["XDG_RUNTIME_DIR"] + "/systemd/private"


def _systemctl(*arguments: str) -> None:
    subprocess.run(["systemctl", "--user", *arguments], check=False, capture_output=True)


def _answer_of(path: str) -> list[str] | None:
    try:
        units: list[str] = systemd_bus.list_units("failed", (path,))
    except OSError:
        return None
    return units


@pytest.mark.usefixtures("_systemd")
def test_units_that_fail_are_counted_and_named_until_they_are_well_again(socket: str) -> None:
    units = FailedUnits(lambda: sorted(systemd_bus.list_units("failed", ("/nowhere", socket))), BOOTED)
    eventually(lambda: units.read() == [0])
    _systemctl("start", "backup.service", "a\\x2dlong.service")
    eventually(lambda: units.read() == [2, 1, 1])
    assert units.series == series.UNITS_FAILED + series.failed_units(["a\\x2dlong.service", "backup.service"])
    _systemctl("reset-failed", "backup.service")
    eventually(lambda: units.read() == [1, 1])
    assert units.series == series.UNITS_FAILED + series.failed_units(["a\\x2dlong.service"])


@pytest.mark.usefixtures("_systemd")
def test_systemctl_says_the_same(socket: str) -> None:
    _systemctl("start", "backup.service", "a\\x2dlong.service")
    by_program = list_by_program(("systemctl", "--user"))
    assert by_program == sorted(systemd_bus.list_units("failed", (socket,)))
    assert by_program == ["a\\x2dlong.service", "backup.service"]


@pytest.mark.usefixtures("_systemd")
def test_the_bus_says_the_same(environment: dict[str, str]) -> None:
    _systemctl("start", "dbus.service", "backup.service")
    eventually(lambda: _answer_of(environment["XDG_RUNTIME_DIR"] + "/bus") == ["backup.service"])


def test_without_a_bus_the_program_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_bus(_: str) -> list[str]:
        raise ConnectionRefusedError

    (tmp_path / "systemctl").write_text("#!/bin/sh\necho b.service failed\n")
    (tmp_path / "systemctl").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setattr(systemd_bus, "list_units", no_bus)
    assert list_failed() == ["b.service"]


def test_a_systemd_that_does_not_answer_has_absent_values(tmp_path: Path) -> None:
    answer = tmp_path / "systemctl"
    answer.write_text(f"#!/bin/sh\necho b.service loaded failed failed B\nexec cat {tmp_path}/more\n")
    answer.chmod(0o755)
    (tmp_path / "more").write_text("a.mount loaded failed failed A\n")
    units = FailedUnits(lambda: list_by_program((str(answer),)), BOOTED)
    eventually(lambda: units.read() == [2, 1, 1])
    before = units.series
    (tmp_path / "more").unlink()
    assert units.read() == [None] * 3
    assert units.series == before
    os.mkfifo(tmp_path / "more")
    assert units.read() == [None] * 3
    os.close(os.open(tmp_path / "more", os.O_WRONLY))


def test_no_answer_from_the_beginning_is_absent_too() -> None:
    units = FailedUnits(lambda: list_by_program(("/nowhere/systemctl",)), BOOTED)
    assert units.read() == [None]
    assert units.series == series.UNITS_FAILED


def test_a_status_other_than_success_is_no_answer() -> None:
    with pytest.raises(OSError, match="status 1"):
        list_by_program(("false",))


def test_no_more_names_than_the_limit_but_the_whole_count(tmp_path: Path) -> None:
    answer = tmp_path / "systemctl"
    answer.write_text("#!/bin/sh\nseq -f unit%g.service 1 100\n")
    answer.chmod(0o755)
    units = FailedUnits(lambda: list_by_program((str(answer),)), BOOTED)
    eventually(lambda: units.read() == [100] + [1] * series.FAILED_UNITS_LIMIT)


def test_lines_of_any_version_name_their_unit_first_or_behind_a_mark() -> None:
    lines = "b.service loaded failed failed A text. With dots.\n* c.mount not-found failed failed c\n\n0 loaded units\n"
    assert parse_units(lines) == ["b.service", "c.mount"]


def test_a_machine_that_systemd_does_not_run_has_no_series(tmp_path: Path) -> None:
    units = FailedUnits(booted=str(tmp_path / "system"))
    assert (units.read(), units.series) == ([], ())
