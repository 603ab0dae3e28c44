"""How each derived metric follows from stored ones, as tables; `storage.derive` compiles and computes them."""

import math
from dataclasses import dataclass

from storage.catalogue import CATALOGUE, Kind

CPU_MODES = "cpu_seconds_total"
CPU_USAGE = "cpu_usage_percent"
CPU_MODE_SHARE = "cpu_mode_percent"
CPU_CORE_USAGE = "cpu_core_usage_percent"
CORE_BUSY = "cpu_core_busy_seconds_total"
CORE_IDLE = "cpu_core_idle_seconds_total"

IDLE_MODES = frozenset({"idle", "iowait"})
WHOLE_CPU_MODES = frozenset({"user", "nice", "system", "irq", "softirq", "steal"}) | IDLE_MODES
"""What adds up to all CPU time. `guest` and `guest_nice` are already inside `user` and `nice`."""


@dataclass(frozen=True, slots=True)
class Growth:
    """`scale · Σ Δabove / Σ Δbelow` over counters of one instance, at most `ceiling`.

    Attributes:
        above: counters, by name; the first one says which instances there are.
        below: counters; none stands for the seconds that went by.
        when_still: the value where nothing below moved.
    """

    above: tuple[str, ...]
    below: tuple[str, ...] = ()
    scale: float = 1.0
    when_still: float = math.nan
    ceiling: float = math.inf


@dataclass(frozen=True, slots=True)
class Share:
    """What is used of a gauge: `total - free`, or `100 · used / whole`. Absent where the total is 0.

    Attributes:
        total: the gauge that says how much there is.
        free: the gauge that says how much of it is left.
        percent: False gives the used amount itself.
        usable: gauge of what is left for ordinary users; the whole is then used + usable, as df has it, else the total.
    """

    total: str
    free: str
    percent: bool = True
    usable: str | None = None


@dataclass(frozen=True, slots=True)
class Peak:
    """`100 · the larger of some rates / a gauge`; absent where the gauge is absent or 0.

    Attributes:
        rates: derived metrics of `GROWTHS`.
        whole: the gauge.
    """

    rates: tuple[str, ...]
    whole: str


def _plain_rates() -> dict[str, Growth]:
    """`X_per_second` of every derived metric whose `X_total` is a counter."""
    rates = {}
    for name, metric in CATALOGUE.items():
        counter = CATALOGUE.get(f"{name.removesuffix('_per_second')}_total")
        if metric.kind is Kind.DERIVED and counter is not None and counter.kind is Kind.COUNTER:
            rates[name] = Growth((counter.name,))
    return rates


_NETWORK_ERRORS = ("network_receive_errors_total", "network_transmit_errors_total")

GROWTHS: dict[str, Growth] = _plain_rates() | {
    CPU_CORE_USAGE: Growth((CORE_BUSY,), (CORE_BUSY, CORE_IDLE), scale=100, ceiling=100),
    "disk_await_seconds": Growth(
        ("disk_read_seconds_total", "disk_write_seconds_total"),
        ("disk_reads_total", "disk_writes_total"),
        when_still=0,
    ),
    "disk_busy_percent": Growth(("disk_busy_seconds_total",), scale=100, ceiling=100),
    "pressure_waiting_percent": Growth(("pressure_waiting_seconds_total",), scale=100, ceiling=100),
    "pressure_stalled_percent": Growth(("pressure_stalled_seconds_total",), scale=100, ceiling=100),
    "cgroup_cpu_cores": Growth(("cgroup_cpu_seconds_total",)),
    "cgroup_cpu_throttled_percent": Growth(("cgroup_cpu_throttled_seconds_total",), scale=100, ceiling=100),
    # Drivers count a broken packet as an error only, so a link on which all fails has to show 100 and not infinity.
    "network_error_percent": Growth(
        _NETWORK_ERRORS,
        ("network_receive_packets_total", "network_transmit_packets_total", *_NETWORK_ERRORS),
        scale=100,
        when_still=0,
    ),
}

SHARES: dict[str, Share] = {
    "memory_used_bytes": Share("memory_total_bytes", "memory_available_bytes", percent=False),
    "memory_used_percent": Share("memory_total_bytes", "memory_available_bytes"),
    "swap_used_bytes": Share("swap_total_bytes", "swap_free_bytes", percent=False),
    "swap_used_percent": Share("swap_total_bytes", "swap_free_bytes"),
    "filesystem_used_bytes": Share("filesystem_size_bytes", "filesystem_free_bytes", percent=False),
    "filesystem_used_percent": Share(
        "filesystem_size_bytes", "filesystem_free_bytes", usable="filesystem_available_bytes"
    ),
    "gpu_memory_used_bytes": Share("gpu_memory_total_bytes", "gpu_memory_free_bytes", percent=False),
    "gpu_memory_used_percent": Share("gpu_memory_total_bytes", "gpu_memory_free_bytes"),
    "filesystem_inodes_used_percent": Share("filesystem_inodes", "filesystem_inodes_free"),
}

PEAKS: dict[str, Peak] = {
    "network_bandwidth_used_percent": Peak(
        ("network_receive_bytes_per_second", "network_transmit_bytes_per_second"), "network_speed_bytes"
    ),
}


def stored_sources(name: str) -> frozenset[str]:
    """The stored metrics that `name`, a metric of the catalogue, is read or computed from."""
    if CATALOGUE[name].kind is not Kind.DERIVED:
        return frozenset({name})
    if name in {CPU_USAGE, CPU_MODE_SHARE}:
        return frozenset({CPU_MODES})
    if name in GROWTHS:
        return frozenset(GROWTHS[name].above + GROWTHS[name].below)
    if name in SHARES:
        share = SHARES[name]
        return frozenset({share.total, share.free, share.usable or share.total})
    peak = PEAKS[name]
    return frozenset({peak.whole}).union(*(stored_sources(rate) for rate in peak.rates))
