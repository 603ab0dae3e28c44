"""What psutil tells elsewhere than on Linux, by stand-ins that have only what it has there."""

import os
from typing import Any

import pytest

from remote_probe import clock, psutil_fast, series
from remote_probe.psutil_import import FREEBSD, LINUX, MACOS, WINDOWS
from tests.remote_probe import psutil_stand_in as stand_in

Source = Any


def _read(source: Source) -> dict[tuple[str, ...], float | None]:
    values = source.read()
    return dict(zip(source.series, values, strict=True))


def _modes(psutil: Any) -> dict[str, float | None]:  # noqa: ANN401 -- a stand-in for an untyped module
    return {key[2]: value for key, value in _read(psutil_fast.PsutilCpuModes(psutil)).items()}


def test_modes_that_the_system_does_not_tell_apart_are_left_out() -> None:
    assert _modes(stand_in.macos()) == {"user": 20.0, "nice": 2.0, "system": 10.0, "idle": 200.0}
    assert _modes(stand_in.freebsd()) == {"user": 20.0, "nice": 2.0, "system": 10.0, "idle": 200.0, "irq": 0.5}
    assert list(_modes(stand_in.old_linux())) == list(series.CPU_MODES)


def test_what_windows_counts_as_interrupt_and_dpc_is_no_longer_inside_system() -> None:
    modes = _modes(stand_in.windows())
    assert modes == {"user": 20.0, "system": 7.0, "idle": 200.0, "irq": 2.0, "softirq": 1.0}
    core = _read(psutil_fast.PsutilCores(stand_in.windows()))
    assert core["cpu_core_busy_seconds_total", "cpu", "1"] == 15.0
    assert core["cpu_core_idle_seconds_total", "cpu", "1"] == 100.0


def test_system_time_on_windows_never_steps_back() -> None:
    windows = stand_in.windows()
    cpu = psutil_fast.PsutilCpuModes(windows)
    before = _read(cpu)["cpu_seconds_total", "mode", "system"]
    later = windows.cpu_times()._replace(interrupt=2.01)
    windows.cpu_times = lambda: later
    assert _read(cpu)["cpu_seconds_total", "mode", "system"] == before


def test_each_core_is_busy_but_for_idle_and_iowait() -> None:
    cores = _read(psutil_fast.PsutilCores(stand_in.freebsd()))
    assert cores["cpu_core_busy_seconds_total", "cpu", "0"] == 16.25
    assert len(cores) == 4


def test_a_core_that_is_added_changes_the_series() -> None:
    macos = stand_in.macos()
    cores = psutil_fast.PsutilCores(macos)
    cores.read()
    macos.cpu_times = lambda percpu: stand_in.macos().cpu_times(percpu) * 2
    assert len(_read(cores)) == 8


def test_switches_are_left_out_on_macos_where_psutil_gives_other_numbers_for_them() -> None:
    assert _read(psutil_fast.PsutilSwitches(stand_in.macos(), MACOS)) == {}
    assert _read(psutil_fast.PsutilSwitches(stand_in.windows(), WINDOWS)) == {
        ("context_switches_total",): 5000,
        ("interrupts_total",): 600,
    }


def test_the_load_of_windows_is_absent_until_psutil_has_worked_it_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "getloadavg")
    now = 1000.0
    monkeypatch.setattr(clock, "steady", lambda: now)
    load = psutil_fast.PsutilLoad(stand_in.windows())
    assert load.read() == [None, None, None]
    now += 5
    assert load.read() == [0.0, 0.0, 0.0]


def test_where_nobody_works_out_a_load_it_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "getloadavg")
    assert _read(psutil_fast.PsutilLoad(stand_in.windows((5, 6, 1)))) == {}


def test_disks_have_no_busy_time_on_macos_and_idle_ones_are_left_out() -> None:
    disks = _read(psutil_fast.PsutilDisks(stand_in.macos(), MACOS))
    assert list(disks.values()) == [7000, 3000, 700, 300, 1.5, 0.5]
    assert {key[2] for key in disks} == {"disk0"}
    assert ("disk_busy_seconds_total", "device", "disk0") not in disks


def test_optical_drives_and_pass_through_devices_of_freebsd_are_no_disks() -> None:
    disks = psutil_fast.PsutilDisks(stand_in.freebsd(), FREEBSD)
    assert disks.read() == [7000, 3000, 700, 300, 1.5, 0.5, 1.2]
    assert disks.series == series.disks(["ada0"])


def test_times_of_disks_are_left_out_on_windows_where_psutil_gives_whole_seconds_for_them() -> None:
    disks = _read(psutil_fast.PsutilDisks(stand_in.windows(), WINDOWS))
    assert [key[0] for key in disks] == [
        "disk_read_bytes_total",
        "disk_written_bytes_total",
        "disk_reads_total",
        "disk_writes_total",
    ]


def test_a_system_whose_disks_are_not_counted_has_no_series_of_them() -> None:
    windows = stand_in.windows()
    windows.disk_io_counters = lambda perdisk, nowrap: None
    assert _read(psutil_fast.PsutilDisks(windows, WINDOWS)) == {}


def test_a_disk_that_begins_to_work_gets_its_series() -> None:
    macos = stand_in.macos()
    disks = psutil_fast.PsutilDisks(macos, MACOS)
    before, series_before = _read(disks), disks.series
    assert _read(disks) == before
    assert disks.series is series_before
    counters = macos.disk_io_counters(perdisk=True)
    macos.disk_io_counters = lambda perdisk, nowrap: counters | {"disk4": counters["disk0"]}
    assert len(_read(disks)) == 2 * len(before)


@pytest.mark.parametrize(
    ("psutil", "system", "names"),
    [
        (stand_in.macos(), MACOS, ["en0", "en1"]),
        (stand_in.freebsd(), FREEBSD, ["em0"]),
        (stand_in.windows(), WINDOWS, ["Ethernet"]),
    ],
)
def test_virtual_interfaces_and_those_that_were_never_used_are_left_out(
    psutil: Any,  # noqa: ANN401
    system: str,
    names: list[str],
) -> None:
    network = psutil_fast.PsutilNetwork(psutil, system, everything=False)
    network.read()
    assert network.series == series.network(names)


def test_traffic_and_speed_of_a_link_and_an_unknown_speed_is_absent() -> None:
    network = psutil_fast.PsutilNetwork(stand_in.macos(), MACOS, everything=False)
    assert network.read() == [1, 2, 3, 4, 5, 6, 7, 8, 125_000_000, 1, 2, 3, 4, 5, 6, 7, 8, None]


def test_the_largest_speed_that_windows_can_say_is_none() -> None:
    windows = stand_in.windows()
    windows.net_if_stats = lambda: {"Ethernet": stand_in.windows().net_if_stats()["Ethernet 2"]}
    assert psutil_fast.PsutilNetwork(windows, WINDOWS, everything=False).read()[-1] is None


def test_link_speeds_are_looked_up_now_and_then(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1000.0
    asked: list[int] = []
    monkeypatch.setattr(clock, "steady", lambda: now)
    macos = stand_in.macos()
    links = macos.net_if_stats()

    def look() -> Source:
        asked.append(1)
        return links

    macos.net_if_stats = look
    network = psutil_fast.PsutilNetwork(macos, MACOS, everything=False)
    network.read()
    network.read()
    assert len(asked) == 1
    now += 31
    network.read()
    assert len(asked) == 2


def test_sockets_that_only_root_may_see_are_left_out_and_not_zero() -> None:
    tcp = psutil_fast.PsutilTcpStates(stand_in.macos())
    assert tcp.read() == []
    assert tcp.series == ()
    assert tcp.read() == []


def test_states_that_only_windows_knows_are_passed_by() -> None:
    tcp = _read(psutil_fast.PsutilTcpStates(stand_in.windows()))
    counted = {key[2]: count for key, count in tcp.items() if count}
    assert counted == {"ESTABLISHED": 2, "LISTEN": 1, "TIME_WAIT": 1}
    assert len(tcp) == 11


def test_old_psutil_is_not_asked_for_what_it_does_not_know() -> None:
    old = stand_in.old_linux()
    network = psutil_fast.PsutilNetwork(old, LINUX, everything=True)
    network.read()
    assert network.series == series.network(["eth0"])
    assert psutil_fast.PsutilDisks(old, FREEBSD).read() == [7000, 3000, 700, 300, 1.5, 0.5, 1.2]
