"""How metrics are compared: which ones, what becomes of several series of a host, and which way is better. Pure."""

from enum import StrEnum

from storage.catalogue import Metric, Unit

DEFAULT_METRICS = (
    "cpu_usage_percent",
    "load1",
    "memory_used_percent",
    "swap_used_percent",
    "filesystem_used_percent",
    "disk_read_bytes_per_second",
    "disk_written_bytes_per_second",
    "disk_await_seconds",
    "network_receive_bytes_per_second",
    "network_transmit_bytes_per_second",
    "network_error_percent",
    "check_up",
    "check_seconds",
)
"""What is compared where nobody says otherwise."""


class Together(StrEnum):
    """What becomes of the series that a host has of one metric."""

    SUM = "sum"
    """Added up: what all interfaces receive."""
    LARGEST = "largest"
    """The largest of them at each moment: the fullest file system."""
    APART = "apart"
    """Each by itself: one check is not the other."""


class Better(StrEnum):
    """Which way is the better one."""

    LESS = "less"
    MORE = "more"
    NEITHER = "neither"


_INSTANCES = frozenset({"device", "interface", "mount", "gpu", "cpu"})
"""Labels that count things of one kind; other labels tell different things apart."""
_ADDED_UP = frozenset({Unit.BYTES, Unit.BYTES_PER_SECOND, Unit.PER_SECOND, Unit.COUNT, Unit.WATTS})

_LESS_IS_BETTER = frozenset(
    {
        "cpu_usage_percent",
        "cpu_core_usage_percent",
        "load1",
        "load5",
        "load15",
        "memory_used_percent",
        "memory_used_bytes",
        "swap_used_percent",
        "swap_used_bytes",
        "swap_in_bytes_per_second",
        "swap_out_bytes_per_second",
        "disk_await_seconds",
        "disk_busy_percent",
        "filesystem_used_percent",
        "filesystem_used_bytes",
        "filesystem_inodes_used_percent",
        "network_error_percent",
        "network_receive_errors_per_second",
        "network_transmit_errors_per_second",
        "network_receive_drops_per_second",
        "network_transmit_drops_per_second",
        "pressure_waiting_percent",
        "pressure_stalled_percent",
        "cgroup_cpu_throttled_percent",
        "temperature_celsius",
        "gpu_temperature_celsius",
        "units_failed",
        "unit_failed",
        "check_seconds",
    }
)
_MORE_IS_BETTER = frozenset(
    {"check_up", "unit_up", "memory_available_bytes", "swap_free_bytes", "filesystem_available_bytes"}
)


def together(metric: Metric) -> Together:
    """What becomes of several series of a host."""
    if not set(metric.labels) & _INSTANCES:
        return Together.APART
    return Together.SUM if metric.unit in _ADDED_UP else Together.LARGEST


def better(metric: str) -> Better:
    """Which way is the better one; of traffic, for one, neither is."""
    if metric in _LESS_IS_BETTER:
        return Better.LESS
    return Better.MORE if metric in _MORE_IS_BETTER else Better.NEITHER
