import time
from pathlib import Path

import pytest

from remote_probe import clock


def test_the_steady_clock_counts_from_boot_with_suspend_as_the_kernel_does() -> None:
    uptime = float(Path("/proc/uptime").read_text().split()[0])
    assert clock.steady() == pytest.approx(uptime, abs=5)


def test_it_never_runs_backwards() -> None:
    readings = [clock.steady() for _ in range(1000)]
    assert readings == sorted(readings)


def test_each_system_is_asked_for_the_clock_that_goes_on_in_suspend(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "clock_gettime", float)
    assert clock.choose_steady("linux")() == 7.0
    assert clock.choose_steady("darwin")() == 4.0
    assert clock.choose_steady("freebsd14") is time.monotonic
    assert clock.choose_steady("win32") is time.monotonic


def test_a_system_without_that_clock_has_the_plain_one(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: int) -> float:
        raise OSError

    monkeypatch.setattr(time, "clock_gettime", refuse)
    assert clock.choose_steady("linux") is time.monotonic
    monkeypatch.delattr(time, "clock_gettime")
    assert clock.choose_steady("darwin") is time.monotonic
