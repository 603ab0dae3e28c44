"""What psutil tells elsewhere than on Linux, which cannot be run here, by stand-ins of the shape it has there."""

from types import SimpleNamespace
from typing import Any

import pytest

from remote_probe import psutil_fast, series


class DeniedError(Exception):
    """As psutil.AccessDenied."""


@pytest.fixture
def macos(monkeypatch: pytest.MonkeyPatch) -> Any:  # noqa: ANN401 -- a stand-in for an untyped module
    """psutil as it is on macOS: fewer fields, other names, and sockets for root only."""
    monkeypatch.setattr(psutil_fast, "_LINUX", False)
    disk = SimpleNamespace(read_count=7, write_count=0, read_bytes=70, write_bytes=0, read_time=1500, write_time=0)
    idle = SimpleNamespace(read_count=0, write_count=0, read_bytes=0, write_bytes=0, read_time=0, write_time=0)
    counts = SimpleNamespace(
        bytes_recv=1, bytes_sent=2, packets_recv=3, packets_sent=4, errin=5, errout=6, dropin=7, dropout=8
    )
    core = SimpleNamespace(user=10.0, nice=1.0, system=5.0, idle=100.0)

    def deny(kind: str) -> None:
        raise DeniedError(kind)

    return SimpleNamespace(
        AccessDenied=DeniedError,
        cpu_times=lambda percpu=False: [core, core] if percpu else core,
        cpu_stats=lambda: SimpleNamespace(ctx_switches=11, interrupts=12),
        virtual_memory=lambda: SimpleNamespace(total=100, available=50, free=20),
        swap_memory=lambda: SimpleNamespace(total=10, free=5, sin=1, sout=2),
        disk_io_counters=lambda perdisk, nowrap: {"disk0": disk, "disk1": idle},
        net_io_counters=lambda pernic, nowrap: dict.fromkeys(("lo0", "en0", "en1", "utun3", "awdl0"), counts),
        net_if_stats=lambda: {"en0": SimpleNamespace(speed=1000), "en1": SimpleNamespace(speed=0)},
        net_connections=deny,
    )


def test_modes_that_the_system_does_not_count_are_absent(macos: Any) -> None:  # noqa: ANN401
    cpu = psutil_fast.PsutilCpu(macos)
    values = cpu.read()
    by_series = dict(zip(cpu.series, values, strict=True))
    assert by_series["cpu_seconds_total", "mode", "user"] == 10.0
    assert by_series["cpu_seconds_total", "mode", "steal"] is None
    assert by_series["cpu_core_busy_seconds_total", "cpu", "1"] == 16.0
    assert by_series["cpu_core_idle_seconds_total", "cpu", "1"] == 100.0


def test_memory_that_the_system_does_not_tell_apart_is_absent(macos: Any) -> None:  # noqa: ANN401
    assert psutil_fast.PsutilMemory(macos).read() == [100, 50, 20, None, None, 10, 5]


def test_disks_have_no_busy_time_there_and_idle_ones_are_left_out(macos: Any) -> None:  # noqa: ANN401
    disks = psutil_fast.PsutilDisks(macos)
    assert disks.read() == [70, 0, 7, 0, 1.5, 0.0, None]
    assert disks.series == series.disks(["disk0"])


def test_loopback_and_virtual_interfaces_are_left_out(macos: Any) -> None:  # noqa: ANN401
    network = psutil_fast.PsutilNetwork(macos, everything=False)
    assert network.read() == [1, 2, 3, 4, 5, 6, 7, 8, 125_000_000, 1, 2, 3, 4, 5, 6, 7, 8, None]
    assert network.series == series.network(["en0", "en1"])
    everything = psutil_fast.PsutilNetwork(macos, everything=True)
    everything.read()
    assert everything.series == series.network(["en0", "en1", "utun3", "awdl0"])


def test_sockets_that_only_root_may_see_are_absent_and_not_zero(macos: Any) -> None:  # noqa: ANN401
    assert psutil_fast.PsutilTcpStates(macos).read() == [None] * 11
