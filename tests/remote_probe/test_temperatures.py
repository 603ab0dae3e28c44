import os
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from remote_probe.temperatures import Temperatures, parse_celsius, printable, unique_names
from tests.eventually import eventually


def _device(
    sys_class: Path, number: int, chip: str, device: str = "", files: Mapping[str, object] | None = None
) -> Path:
    """A hwmon device as the kernel lays it out: the class has a link to it, and it has one to what it measures."""
    folder = sys_class.parent / "devices" / (device or chip) / "hwmon" / f"hwmon{number}"
    folder.mkdir(parents=True)
    (folder / "name").write_text(f"{chip}\n")
    (folder / "device").symlink_to(folder.parent.parent)
    for name, content in (files or {}).items():
        (folder / name).write_text(f"{content}\n")
    (sys_class / "hwmon").mkdir(parents=True, exist_ok=True)
    (sys_class / "hwmon" / f"hwmon{number}").symlink_to(folder)
    return folder


def _inputs(sys_class: Path, chip: str, *thousandths: object) -> Path:
    return _device(sys_class, 0, chip, files={f"temp{at}_input": value for at, value in enumerate(thousandths, 1)})


def _zone(sys_class: Path, number: int, kind: str, celsius: object) -> None:
    folder = sys_class / "thermal" / f"thermal_zone{number}"
    folder.mkdir(parents=True)
    (folder / "type").write_text(f"{kind}\n")
    (folder / "temp").write_text(f"{celsius}\n")


def _read(temperatures: Temperatures) -> dict[str, float | None]:
    values = temperatures.read()
    return dict(zip([sensor for _, _, sensor in temperatures.series], values, strict=True))


@pytest.fixture
def sys_class(tmp_path: Path) -> Path:
    return tmp_path / "class"


@pytest.fixture
def temperatures(sys_class: Path) -> Temperatures:
    return Temperatures(str(sys_class), deadline_s=30.0)


@pytest.fixture
def stuck(sys_class: Path) -> Iterator[Path]:
    """A sensor whose reading does not come back: a pipe that nobody writes into, until the end of the test."""
    path = _device(sys_class, 3, "slow") / "temp1_input"
    os.mkfifo(path)
    yield path
    os.close(os.open(path, os.O_RDWR | os.O_NONBLOCK))


def test_sensors_are_named_by_chip_and_label_in_the_order_of_their_numbers(
    sys_class: Path, temperatures: Temperatures
) -> None:
    _device(sys_class, 10, "acpitz", files={"temp1_input": 27800})
    cores = {f"temp{number}_label": f"Core {number - 2}" for number in range(2, 12)}
    inputs = {f"temp{number}_input": 40000 + number for number in range(1, 12)}
    package = {"temp1_label": "Package id 0", "temp1_max": 99000, "fan1_input": 900}
    _device(sys_class, 2, "coretemp", files=package | cores | inputs)
    read = _read(temperatures)
    assert list(read)[:2] + list(read)[-2:] == [
        "coretemp Package id 0",
        "coretemp Core 0",
        "coretemp Core 9",
        "acpitz temp1",
    ]
    assert list(read.values())[-2:] == [40.011, 27.8]


def test_two_of_the_same_name_are_told_apart_by_their_devices(sys_class: Path, temperatures: Temperatures) -> None:
    for number in (0, 1):
        _device(sys_class, number, "nvme", f"nvme{number}", {"temp1_label": "Composite", "temp1_input": 30000 + number})
    assert _read(temperatures) == {"nvme Composite (nvme0)": 30.0, "nvme Composite (nvme1)": 30.001}


def test_names_are_unique_even_where_places_are_not() -> None:
    sensors = [("a", "x"), ("a", "x"), ("b", "x"), ("a", "y"), ("a", "x")]
    assert unique_names(sensors) == ["a (x)", "a (x 2)", "b", "a (y)", "a (x 3)"]


def test_what_is_impossible_or_cannot_be_read_has_no_series_until_it_is_sensible(
    sys_class: Path, temperatures: Temperatures
) -> None:
    folder = _inputs(sys_class, "nct6775", -62000, 255000, "", 31000)
    assert _read(temperatures) == {"nct6775 temp4": 31.0}
    (folder / "temp1_input").write_text("20000")
    (folder / "temp4_input").write_text("-128000")
    assert _read(temperatures) == {"nct6775 temp1": 20.0, "nct6775 temp4": None}


@pytest.mark.parametrize(
    ("text", "celsius"), [(b"-50000\n", -50), (b"200000\n", 200), (b"-50001", None), (b"200001", None)]
)
def test_the_bounds_of_the_possible(text: bytes, celsius: float | None) -> None:
    assert parse_celsius(text) == celsius


def test_a_stuck_sensor_is_absent_and_delays_nobody_else(sys_class: Path, stuck: Path) -> None:
    _inputs(sys_class, "coretemp", 41000)
    temperatures = Temperatures(str(sys_class), deadline_s=0.1)
    for _ in range(3):
        assert _read(temperatures) == {"coretemp temp1": 41.0}


def test_a_sensor_that_gets_stuck_keeps_its_series_and_comes_back(sys_class: Path) -> None:
    path = _inputs(sys_class, "drivetemp", 35000) / "temp1_input"
    temperatures = Temperatures(str(sys_class), deadline_s=0.1)
    eventually(lambda: _read(temperatures) == {"drivetemp temp1": 35.0})
    path.unlink()
    os.mkfifo(path)
    assert _read(temperatures) == {"drivetemp temp1": None}
    writer = os.open(path, os.O_RDWR)
    path.unlink()
    path.write_text("36000")
    os.write(writer, b"1\n")
    eventually(lambda: _read(temperatures) == {"drivetemp temp1": 36.0})
    os.close(writer)


def test_thermal_zones_count_where_no_hwmon_device_has_a_temperature(
    sys_class: Path, temperatures: Temperatures
) -> None:
    _device(sys_class, 0, "fans", files={"fan1_input": 900})
    _zone(sys_class, 0, "cpu-thermal", 48312)
    _zone(sys_class, 1, "cpu-thermal", 50000)
    _zone(sys_class, 2, "gpu-thermal", 47000)
    (sys_class / "thermal" / "cooling_device0").mkdir()
    zones = {
        "cpu-thermal (thermal_zone0)": 48.312,
        "cpu-thermal (thermal_zone1)": 50.0,
        "gpu-thermal": 47.0,
    }
    assert [_read(temperatures), _read(temperatures)] == [zones, zones]
    _device(sys_class, 1, "k10temp", files={"temp1_label": "Tctl", "temp1_input": 60125})
    assert _read(temperatures) == {"k10temp Tctl": 60.125}


def test_an_old_kernel_has_them_one_folder_further(sys_class: Path, temperatures: Temperatures) -> None:
    folder = _device(sys_class, 0, "coretemp")
    (folder / "name").unlink()
    (folder / "device" / "name").write_text("coretemp\n")
    (folder / "device" / "temp1_input").write_text("44000\n")
    assert _read(temperatures) == {"coretemp temp1": 44.0}


def test_another_device_under_the_same_number_is_another_device(sys_class: Path, temperatures: Temperatures) -> None:
    _device(sys_class, 0, "usb", "usb1", {"temp1_label": "Probe", "temp1_input": 20000})
    _read(temperatures)
    (sys_class / "hwmon" / "hwmon0").unlink()
    _device(sys_class, 0, "nvme", "nvme0", {"temp1_input": 30000})
    assert _read(temperatures) == {"nvme temp1": 30.0}


def test_labels_are_one_line_of_printable_characters_of_bounded_length(
    sys_class: Path, temperatures: Temperatures
) -> None:
    assert printable("\x1b[31m a\t\n b\u202e") == "[31m a b"
    _device(sys_class, 0, "x" * 300, "long", {"temp1_label": "y" * 300, "temp1_input": 1000})
    assert [len(name) for name in _read(temperatures)] == [201]


def test_no_more_sensors_than_the_limit(sys_class: Path, temperatures: Temperatures) -> None:
    _device(sys_class, 0, "many", files={f"temp{number}_input": 1000 for number in range(300)})
    assert len(_read(temperatures)) == 256


def test_a_machine_without_any_has_no_series(temperatures: Temperatures) -> None:
    assert _read(temperatures) == {}


def test_what_this_machine_has_is_within_bounds() -> None:
    assert all(value is None or -50 <= value <= 200 for value in _read(Temperatures()).values())
