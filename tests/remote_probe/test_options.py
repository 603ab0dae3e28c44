import sys

import pytest

from remote_probe.options import Options


def test_nothing_asked_for_gives_the_defaults() -> None:
    options = Options({})
    assert (options.interval_s, options.processes_s, options.slow_s, options.top) == (5.0, 10.0, 30.0, 20)
    assert options.count is None
    assert (options.marker, options.lifeline, options.all_mounts, options.all_interfaces) == (False,) * 4


def test_slower_groups_are_never_faster_than_the_beat() -> None:
    options = Options({"interval_s": 60})
    assert (options.processes_s, options.slow_s) == (60.0, 60.0)


def test_numbers_are_kept_within_their_limits() -> None:
    options = Options({"interval_s": 0, "top": 5000, "count": -1, "watchdog_s": 1})
    patient = Options({"interval_s": 1e9, "watchdog_s": 1e9})
    assert (patient.interval_s, patient.watchdog_s) == (86400.0, 86400.0)
    assert (options.interval_s, options.top, options.count, options.watchdog_s) == (0.1, 100, 1, 60.0)


@pytest.mark.parametrize(("platform", "reader"), [("linux", "proc"), ("darwin", "psutil"), ("freebsd14", "psutil")])
def test_auto_takes_proc_on_linux_and_psutil_elsewhere(
    platform: str, reader: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    assert Options({"reader": "auto"}).reader == reader
    assert Options({"reader": "proc"}).reader == "proc"


def test_checks_are_made_at_their_own_pace_and_never_faster_than_the_beat() -> None:
    assert (Options({}).checks, Options({}).checks_s) == ((), 30.0)
    options = Options({"interval_s": 60, "checks": [["ssh", "unit", "ssh.service"]], "checks_s": 5})
    assert (options.checks, options.checks_s) == ((("ssh", "unit", "ssh.service"),), 60.0)
    assert Options({"checks_s": 1e9}).checks_s == 86400.0
