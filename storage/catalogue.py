"""Every metric Watchpost knows: name, unit, kind, labels, help. Charts, exports, checks and documents read it here."""

from dataclasses import dataclass
from enum import StrEnum

from storage.scrape import Cadence


class Kind(StrEnum):
    """How a metric behaves."""

    GAUGE = "gauge"
    COUNTER = "counter"
    DERIVED = "derived"
    """Not stored: computed from stored ones on read (`storage.derive`)."""


class Unit(StrEnum):
    """Base units, as the end of the metric's name says them."""

    PERCENT = "percent"
    BYTES = "bytes"
    BYTES_PER_SECOND = "bytes_per_second"
    SECONDS = "seconds"
    PER_SECOND = "per_second"
    COUNT = "count"
    CELSIUS = "celsius"
    WATTS = "watts"
    TIMESTAMP = "timestamp"


@dataclass(frozen=True, slots=True)
class Metric:
    """One entry. `labels` are the label names in order; empty for a metric with one series a host."""

    name: str
    kind: Kind
    unit: Unit
    cadence: Cadence
    help: str
    labels: tuple[str, ...] = ()


def _gauge(name: str, unit: Unit, text: str, *labels: str, cadence: Cadence = Cadence.FAST) -> Metric:
    return Metric(name, Kind.GAUGE, unit, cadence, text, labels)


def _counter(name: str, unit: Unit, text: str, *labels: str, cadence: Cadence = Cadence.FAST) -> Metric:
    return Metric(name, Kind.COUNTER, unit, cadence, text, labels)


def _derived(name: str, unit: Unit, text: str, *labels: str, cadence: Cadence = Cadence.FAST) -> Metric:
    return Metric(name, Kind.DERIVED, unit, cadence, text, labels)


_ENTRIES = (
    # What the probe sends and the store keeps.
    _counter("cpu_seconds_total", Unit.SECONDS, "CPU time of all cores by mode; user contains guest.", "mode"),
    _counter("cpu_core_busy_seconds_total", Unit.SECONDS, "CPU time of one core outside idle and iowait.", "cpu"),
    _counter("cpu_core_idle_seconds_total", Unit.SECONDS, "Idle and iowait time of one core.", "cpu"),
    _gauge("load1", Unit.COUNT, "Load average over 1 minute."),
    _gauge("load5", Unit.COUNT, "Load average over 5 minutes."),
    _gauge("load15", Unit.COUNT, "Load average over 15 minutes."),
    _counter("context_switches_total", Unit.COUNT, "Context switches since boot."),
    _counter("interrupts_total", Unit.COUNT, "Interrupts served since boot."),
    _gauge("memory_total_bytes", Unit.BYTES, "Physical memory."),
    _gauge("memory_available_bytes", Unit.BYTES, "Memory that can be had without swapping."),
    _gauge("memory_free_bytes", Unit.BYTES, "Memory that nothing uses."),
    _gauge("memory_cached_bytes", Unit.BYTES, "Page cache and reclaimable slab."),
    _gauge("memory_buffers_bytes", Unit.BYTES, "Block device buffers."),
    _gauge("swap_total_bytes", Unit.BYTES, "Swap space."),
    _gauge("swap_free_bytes", Unit.BYTES, "Swap space not in use."),
    _counter("swap_in_bytes_total", Unit.BYTES, "Read back from swap since boot."),
    _counter("swap_out_bytes_total", Unit.BYTES, "Written to swap since boot."),
    _counter("disk_read_bytes_total", Unit.BYTES, "Read from the device since boot.", "device"),
    _counter("disk_written_bytes_total", Unit.BYTES, "Written to the device since boot.", "device"),
    _counter("disk_reads_total", Unit.COUNT, "Reads completed since boot.", "device"),
    _counter("disk_writes_total", Unit.COUNT, "Writes completed since boot.", "device"),
    _counter("disk_read_seconds_total", Unit.SECONDS, "Time that reads took, all added up.", "device"),
    _counter("disk_write_seconds_total", Unit.SECONDS, "Time that writes took, all added up.", "device"),
    _counter("disk_busy_seconds_total", Unit.SECONDS, "Time in which the device had work.", "device"),
    _counter("network_receive_bytes_total", Unit.BYTES, "Received since boot.", "interface"),
    _counter("network_transmit_bytes_total", Unit.BYTES, "Sent since boot.", "interface"),
    _counter("network_receive_packets_total", Unit.COUNT, "Packets received since boot.", "interface"),
    _counter("network_transmit_packets_total", Unit.COUNT, "Packets sent since boot.", "interface"),
    _counter("network_receive_errors_total", Unit.COUNT, "Receive errors since boot.", "interface"),
    _counter("network_transmit_errors_total", Unit.COUNT, "Send errors since boot.", "interface"),
    _counter("network_receive_drops_total", Unit.COUNT, "Received packets dropped since boot.", "interface"),
    _counter("network_transmit_drops_total", Unit.COUNT, "Packets dropped on sending since boot.", "interface"),
    _gauge("network_speed_bytes", Unit.BYTES_PER_SECOND, "Link speed; absent where the link names none.", "interface"),
    _gauge("tcp_connections", Unit.COUNT, "TCP sockets by state.", "state"),
    _counter("pressure_waiting_seconds_total", Unit.SECONDS, "Time in which some task waited.", "resource"),
    _counter("pressure_stalled_seconds_total", Unit.SECONDS, "Time in which all tasks waited.", "resource"),
    _gauge("cgroup_cpu_limit_cores", Unit.COUNT, "Cores that the container may use; absent without a limit."),
    _counter("cgroup_cpu_seconds_total", Unit.SECONDS, "CPU time of the container."),
    _counter("cgroup_cpu_throttled_seconds_total", Unit.SECONDS, "Time for which the container was held back."),
    _gauge("processes", Unit.COUNT, "Processes that exist.", cadence=Cadence.PROCESSES),
    _gauge("filesystem_size_bytes", Unit.BYTES, "Size of the file system.", "mount", cadence=Cadence.SLOW),
    _gauge("filesystem_free_bytes", Unit.BYTES, "Free, root's reserve included.", "mount", cadence=Cadence.SLOW),
    _gauge("filesystem_available_bytes", Unit.BYTES, "Free for ordinary users.", "mount", cadence=Cadence.SLOW),
    _gauge(
        "filesystem_inodes", Unit.COUNT, "Inodes in all; 0 where there is no such limit.", "mount", cadence=Cadence.SLOW
    ),
    _gauge("filesystem_inodes_free", Unit.COUNT, "Inodes free.", "mount", cadence=Cadence.SLOW),
    _gauge("open_files", Unit.COUNT, "File handles in use, all processes.", cadence=Cadence.SLOW),
    _gauge("open_files_limit", Unit.COUNT, "File handles there may be.", cadence=Cadence.SLOW),
    _gauge("users", Unit.COUNT, "Logged-in sessions.", cadence=Cadence.SLOW),
    _gauge("clock_skew_seconds", Unit.SECONDS, "The host's clock less the poller's.", cadence=Cadence.SLOW),
    _gauge("temperature_celsius", Unit.CELSIUS, "Temperature of a sensor.", "sensor", cadence=Cadence.SLOW),
    _gauge("gpu_usage_percent", Unit.PERCENT, "Share of time in which the GPU had work.", "gpu", cadence=Cadence.SLOW),
    _gauge("gpu_memory_total_bytes", Unit.BYTES, "Memory of the GPU.", "gpu", cadence=Cadence.SLOW),
    _gauge("gpu_memory_free_bytes", Unit.BYTES, "Memory of the GPU not in use.", "gpu", cadence=Cadence.SLOW),
    _gauge("gpu_temperature_celsius", Unit.CELSIUS, "Temperature of the GPU.", "gpu", cadence=Cadence.SLOW),
    _gauge("gpu_power_watts", Unit.WATTS, "Power that the GPU draws.", "gpu", cadence=Cadence.SLOW),
    _gauge("units_failed", Unit.COUNT, "systemd units that have failed.", cadence=Cadence.SLOW),
    _gauge("unit_failed", Unit.COUNT, "1 for each systemd unit that has failed.", "unit", cadence=Cadence.SLOW),
    _gauge("boot_time_seconds", Unit.TIMESTAMP, "When the host started, UTC seconds.", cadence=Cadence.SLOW),
    _gauge("unit_up", Unit.COUNT, "1 while the systemd unit is active, else 0.", "unit", cadence=Cadence.CHECKS),
    _gauge("check_up", Unit.COUNT, "1 while the check succeeds, else 0.", "check", cadence=Cadence.CHECKS),
    _gauge("check_seconds", Unit.SECONDS, "How long the answer took.", "check", cadence=Cadence.CHECKS),
    _gauge("check_http_status", Unit.COUNT, "Status of the HTTP answer.", "check", cadence=Cadence.CHECKS),
    _gauge("custom", Unit.COUNT, "A number of the user's own.", "check", "series", cadence=Cadence.CHECKS),
    _counter("custom_total", Unit.COUNT, "A counter of the user's own.", "check", "series", cadence=Cadence.CHECKS),
    # What is computed from them on read.
    _derived("cpu_usage_percent", Unit.PERCENT, "CPU in use, all cores: everything but idle and iowait."),
    _derived("cpu_mode_percent", Unit.PERCENT, "Share of CPU time by mode.", "mode"),
    _derived("cpu_core_usage_percent", Unit.PERCENT, "One core in use.", "cpu"),
    _derived("context_switches_per_second", Unit.PER_SECOND, "Context switches."),
    _derived("interrupts_per_second", Unit.PER_SECOND, "Interrupts."),
    _derived("memory_used_bytes", Unit.BYTES, "Total less available, as free and psutil have it."),
    _derived("memory_used_percent", Unit.PERCENT, "Memory in use."),
    _derived("swap_used_bytes", Unit.BYTES, "Swap in use."),
    _derived("swap_used_percent", Unit.PERCENT, "Swap in use; absent without swap."),
    _derived("swap_in_bytes_per_second", Unit.BYTES_PER_SECOND, "Read back from swap."),
    _derived("swap_out_bytes_per_second", Unit.BYTES_PER_SECOND, "Written to swap."),
    _derived("disk_read_bytes_per_second", Unit.BYTES_PER_SECOND, "Read from the device.", "device"),
    _derived("disk_written_bytes_per_second", Unit.BYTES_PER_SECOND, "Written to the device.", "device"),
    _derived("disk_reads_per_second", Unit.PER_SECOND, "Reads completed.", "device"),
    _derived("disk_writes_per_second", Unit.PER_SECOND, "Writes completed.", "device"),
    _derived("disk_await_seconds", Unit.SECONDS, "Mean time a read or write took; 0 when there was none.", "device"),
    _derived("disk_busy_percent", Unit.PERCENT, "Share of time in which the device had work.", "device"),
    _derived("network_receive_bytes_per_second", Unit.BYTES_PER_SECOND, "Received.", "interface"),
    _derived("network_transmit_bytes_per_second", Unit.BYTES_PER_SECOND, "Sent.", "interface"),
    _derived("network_receive_packets_per_second", Unit.PER_SECOND, "Packets received.", "interface"),
    _derived("network_transmit_packets_per_second", Unit.PER_SECOND, "Packets sent.", "interface"),
    _derived("network_receive_errors_per_second", Unit.PER_SECOND, "Receive errors.", "interface"),
    _derived("network_transmit_errors_per_second", Unit.PER_SECOND, "Send errors.", "interface"),
    _derived("network_receive_drops_per_second", Unit.PER_SECOND, "Received packets dropped.", "interface"),
    _derived("network_transmit_drops_per_second", Unit.PER_SECOND, "Packets dropped on sending.", "interface"),
    _derived("network_error_percent", Unit.PERCENT, "Errors per packet, both ways; 0 without traffic.", "interface"),
    _derived("network_bandwidth_used_percent", Unit.PERCENT, "The busier direction over the link speed.", "interface"),
    _derived("pressure_waiting_percent", Unit.PERCENT, "Share of time in which some task waited.", "resource"),
    _derived("pressure_stalled_percent", Unit.PERCENT, "Share of time in which all tasks waited.", "resource"),
    _derived("cgroup_cpu_cores", Unit.COUNT, "Cores' worth of CPU time that the container uses."),
    _derived("cgroup_cpu_throttled_percent", Unit.PERCENT, "Share of time for which the container was held back."),
    _derived("gpu_memory_used_bytes", Unit.BYTES, "Memory of the GPU in use.", "gpu", cadence=Cadence.SLOW),
    _derived("gpu_memory_used_percent", Unit.PERCENT, "Memory of the GPU in use.", "gpu", cadence=Cadence.SLOW),
    _derived(
        "custom_per_second",
        Unit.PER_SECOND,
        "Rate of a counter of the user's own.",
        "check",
        "series",
        cadence=Cadence.CHECKS,
    ),
    _derived("filesystem_used_bytes", Unit.BYTES, "Size less free.", "mount", cadence=Cadence.SLOW),
    _derived(
        "filesystem_used_percent",
        Unit.PERCENT,
        "Used over what ordinary users can fill, as df has it.",
        "mount",
        cadence=Cadence.SLOW,
    ),
    _derived(
        "filesystem_inodes_used_percent",
        Unit.PERCENT,
        "Inodes in use; absent without a limit.",
        "mount",
        cadence=Cadence.SLOW,
    ),
)

CATALOGUE: dict[str, Metric] = {metric.name: metric for metric in _ENTRIES}
