from pathlib import Path

import pytest

from remote_probe import clock


def test_the_steady_clock_counts_from_boot_with_suspend_as_the_kernel_does() -> None:
    uptime = float(Path("/proc/uptime").read_text().split()[0])
    assert clock.steady() == pytest.approx(uptime, abs=5)


def test_it_never_runs_backwards() -> None:
    readings = [clock.steady() for _ in range(1000)]
    assert readings == sorted(readings)
