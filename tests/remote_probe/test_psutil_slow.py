from pathlib import Path

import pytest

from remote_probe import series
from remote_probe.psutil_import import FREEBSD, WINDOWS
from remote_probe.psutil_slow import PsutilBootTime, PsutilTemperatures, PsutilUsers, gpu_source
from tests.remote_probe import psutil_stand_in as stand_in


def test_a_boot_time_that_trembles_is_one_boot_and_another_one_is_told() -> None:
    windows = stand_in.windows()
    boot_time = PsutilBootTime(windows)
    (before,) = boot_time.read()
    windows.boot_time = lambda: stand_in.BOOTED_AT + 1.5
    assert boot_time.read() == [before]
    windows.boot_time = lambda: stand_in.BOOTED_AT + 600
    assert boot_time.read() == [stand_in.BOOTED_AT + 600]


def test_every_session_counts() -> None:
    assert PsutilUsers(stand_in.macos()).read() == [2]


def test_temperatures_have_the_name_of_chip_and_sensor() -> None:
    temperatures = PsutilTemperatures(stand_in.freebsd())
    assert temperatures.read() == [45.0, 46.5]
    assert temperatures.series == series.temperatures(["coretemp Core 0", "coretemp Core 1"])
    before = temperatures.series
    temperatures.read()
    assert temperatures.series is before


def test_sensors_without_a_label_are_numbered() -> None:
    freebsd = stand_in.freebsd()
    sensor = freebsd.sensors_temperatures()["coretemp"][0]
    freebsd.sensors_temperatures = lambda: {"acpi": [sensor._replace(label="")]}
    temperatures = PsutilTemperatures(freebsd)
    temperatures.read()
    assert temperatures.series == series.temperatures(["acpi temp1"])


@pytest.mark.parametrize("psutil", [stand_in.macos(), stand_in.windows(), stand_in.old_linux()])
def test_where_psutil_knows_no_sensors_there_are_no_series(psutil: object) -> None:
    temperatures = PsutilTemperatures(psutil)
    assert temperatures.read() == []
    assert temperatures.series == ()


def test_without_a_driver_there_are_no_gpus() -> None:
    assert not Path("/dev/nvidiactl").exists()
    assert gpu_source(FREEBSD).read() == []
    assert gpu_source(WINDOWS).read() == []
