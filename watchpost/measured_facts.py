"""What a host measures beyond the usual, as lines for people: checks, failed units, temperatures, GPUs. Pure."""

from collections.abc import Sequence

from storage.check import Check
from storage.printable import printable
from storage.quantities import byte_share, percent
from storage.series import SeriesKey
from watchpost.check_results import Values, result_of, result_text

_SENSORS_SHOWN = 12


def measured_facts(checks: Sequence[Check], values: Values) -> list[tuple[str, str]]:
    """Label and text of each line; a host that measures none of it has none.

    Args:
        checks: what the host is asked.
        values: its newest readings.
    """
    return [
        *(("check", f"{printable(check.name)}: {result_text(result_of(check, values))}") for check in checks),
        *(("failed unit", printable(unit)) for unit in failed_units(values)),
        *_temperatures(values),
        *(("GPU", f"{printable(gpu)}: {_gpu_text(gpu, values)}") for gpu in _instances(values, "gpu_usage_percent")),
    ]


def failed_units(values: Values) -> list[str]:
    """The names of the units that have failed."""
    return [unit for unit, failed in _instances(values, "unit_failed").items() if failed]


def _temperatures(values: Values) -> list[tuple[str, str]]:
    sensors = sorted(_instances(values, "temperature_celsius").items(), key=lambda found: -found[1])
    texts = [f"{printable(sensor)} {celsius:.0f} °C" for sensor, celsius in sensors[:_SENSORS_SHOWN]]
    if len(sensors) > _SENSORS_SHOWN:
        texts.append(f"and {len(sensors) - _SENSORS_SHOWN} cooler ones")
    return [("temperatures", ", ".join(texts))] if texts else []


def _gpu_text(gpu: str, values: Values) -> str:
    def of(name: str) -> float | None:
        return values.get(SeriesKey(name, (("gpu", gpu),)))

    used, total = of("gpu_memory_used_bytes"), of("gpu_memory_total_bytes")
    celsius, watts = of("gpu_temperature_celsius"), of("gpu_power_watts")
    texts = (
        percent(of("gpu_usage_percent")),
        None if total is None else f"{byte_share(used, total)} of memory",
        None if celsius is None else f"{celsius:.0f} °C",
        None if watts is None else f"{watts:.0f} W",
    )
    return ", ".join(filter(None, texts))


def _instances(values: Values, metric: str) -> dict[str, float]:
    """The values of a metric with one label, by that label."""
    return {key.labels[0][1]: value for key, value in values.items() if key.name == metric}
