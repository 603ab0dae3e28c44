"""What a host measures beyond the usual."""

from tests.recorded import key
from tests.watchpost.made_checks import WEB, web
from watchpost.measured_facts import failed_units, measured_facts


def test_a_host_that_measures_nothing_besides_has_no_lines() -> None:
    assert measured_facts([], {key("load1"): 1.0, key("units_failed"): 0.0}) == []


def test_each_thing_has_a_line_and_nothing_in_it_does_harm() -> None:
    values = {
        **web(1.0),
        key("unit_failed", unit="backup\x1b[31m.service"): 1.0,
        key("temperature_celsius", sensor="Core 0"): 54.4,
        key("temperature_celsius", sensor="Core 1"): 61.0,
        key("gpu_usage_percent", gpu="0 H200"): 87.0,
        key("gpu_memory_total_bytes", gpu="0 H200"): 2.0**37,
        key("gpu_memory_used_bytes", gpu="0 H200"): 2.0**36,
        key("gpu_temperature_celsius", gpu="0 H200"): 66.0,
        key("gpu_power_watts", gpu="0 H200"): 512.4,
        key("gpu_usage_percent", gpu="1 old"): 1.0,
    }
    assert measured_facts([WEB], values) == [
        ("check", "web: up"),
        ("failed unit", "backup\ufffd[31m.service"),
        ("temperatures", "Core 1 61 °C, Core 0 54 °C"),
        ("GPU", "0 H200: 87%, 64.0 / 128 GiB of memory, 66 °C, 512 W"),
        ("GPU", "1 old: 1%"),
    ]


def test_a_unit_that_has_recovered_is_not_named() -> None:
    assert failed_units({key("unit_failed", unit="a"): 0.0, key("unit_failed", unit="b"): 1.0}) == ["b"]


def test_of_many_sensors_the_hottest_are_shown() -> None:
    values = {key("temperature_celsius", sensor=f"s{number}"): float(number) for number in range(20)}
    ((_, text),) = measured_facts([], values)
    assert text.startswith("s19 19 °C")
    assert text.endswith("and 8 cooler ones")
