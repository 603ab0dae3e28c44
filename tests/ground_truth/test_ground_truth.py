"""Our numbers against those of sysstat, procps and iproute2, for the same seconds of the same machine under load."""

import asyncio
import json
import math
from collections.abc import Callable
from typing import Any

import pytest

from tests.ground_truth.load import MEMORY_BYTES
from tests.ground_truth.observed import Moment, Observed, Values, Window, observe

POINTS = 1.0
"""How far percentages may be apart, in percentage points."""
SHARE = 0.02
"""How far anything else may be apart, as a share of it."""
TICK_S = 0.01

CPU_MODES = {
    "nice": "nice",
    "system": "sys",
    "iowait": "iowait",
    "irq": "irq",
    "softirq": "soft",
    "steal": "steal",
    "idle": "idle",
}


@pytest.fixture(scope="module")
def observed() -> Observed:
    return asyncio.run(observe())


def agrees(window: Window, theirs: Values, tolerance: Callable[[str, float], float]) -> None:
    """Holds for one pair of our readings that lie next to the tool's, and for all values at once."""

    def off(ours: Values, name: str) -> float:
        apart = abs(ours[name] - theirs[name]) / tolerance(name, theirs[name])
        return math.inf if math.isnan(apart) else apart

    over, best = min((max(off(ours, name) for name in theirs), index) for index, ours in enumerate(window.ours))
    assert over <= 1, {name: (value, window.ours[best][name]) for name, value in theirs.items()}


def points(_name: str, _value: float) -> float:
    return POINTS


def test_every_mode_of_the_processors_is_as_mpstat_has_it(observed: Observed) -> None:
    every, *_ = _mpstat(observed)
    theirs = {f'cpu_mode_percent{{mode="{mode}"}}': every[field] for mode, field in CPU_MODES.items()}
    # The kernel counts a guest's time as the user's, too, and so do we.
    theirs['cpu_mode_percent{mode="user"}'] = every["usr"] + every["guest"]
    theirs["cpu_usage_percent"] = 100 - every["idle"] - every["iowait"]
    agrees(observed.mpstat, theirs, points)


def test_the_load_was_one(observed: Observed) -> None:
    every, *_ = _mpstat(observed)
    assert every["usr"] > 10
    assert every["sys"] > 1


def test_every_core_is_as_mpstat_has_it(observed: Observed) -> None:
    _, *cores = _mpstat(observed)
    theirs = {
        f'cpu_core_usage_percent{{cpu="{core["cpu"]}"}}': 100 - core["idle"] - core["iowait"]
        for core in cores
        # A core with no tick at all has no percentages.
        if core["idle"] + core["usr"] + core["sys"] > 0
    }
    assert theirs
    agrees(observed.mpstat, theirs, points)


def _mpstat(observed: Observed) -> list[dict[str, Any]]:
    """All cores together, then each."""
    found: list[dict[str, Any]] = json.loads(observed.mpstat.output)["sysstat"]["hosts"][0]["statistics"][0]["cpu-load"]
    return found


def test_counters_of_the_kernel_are_as_vmstat_has_them(observed: Observed) -> None:
    fields = {name: int(value) for value, name in map(_vmstat_field, observed.vmstat.output.decode().splitlines())}
    ticks = {
        "user": fields["non-nice user cpu ticks"] + fields["non-nice guest cpu ticks"],
        "nice": fields["nice user cpu ticks"] + fields["nice guest cpu ticks"],
        "system": fields["system cpu ticks"],
        "idle": fields["idle cpu ticks"],
        "iowait": fields["IO-wait cpu ticks"],
        "irq": fields["IRQ cpu ticks"],
        "softirq": fields["softirq cpu ticks"],
        "steal": fields["stolen cpu ticks"],
    }
    for mode, count in ticks.items():
        lies_between(observed.vmstat, f'cpu_seconds_total{{mode="{mode}"}}', count * TICK_S)
    lies_between(observed.vmstat, "interrupts_total", fields["interrupts"])
    lies_between(observed.vmstat, "context_switches_total", fields["CPU context switches"])
    page = 4096
    lies_between(observed.vmstat, "swap_in_bytes_total", fields["pages swapped in"] * page)
    lies_between(observed.vmstat, "swap_out_bytes_total", fields["pages swapped out"] * page)


def test_memory_is_as_free_has_it(observed: Observed) -> None:
    memory, swap = _free(observed.free.output.decode())
    total = memory["total"]
    near = total * POINTS / 100
    exactly(observed.free, "memory_total_bytes", total)
    lies_between(observed.free, "memory_used_bytes", memory["used"], near)
    lies_between(observed.free, "memory_used_percent", memory["used"] / total * 100, POINTS)
    lies_between(observed.free, "memory_free_bytes", memory["free"], near)
    lies_between(observed.free, "memory_available_bytes", memory["available"], near)
    lies_between(observed.free, "memory_cached_bytes", memory["cache"], near)
    lies_between(observed.free, "memory_buffers_bytes", memory["buffers"], near)
    exactly(observed.free, "swap_total_bytes", swap["total"])
    lies_between(observed.free, "swap_free_bytes", swap["free"], swap["total"] * POINTS / 100)
    assert memory["used"] > MEMORY_BYTES


def test_disks_are_as_iostat_has_them(observed: Observed) -> None:
    theirs: dict[str, float] = {}
    ours = observed.iostat.ours[0]
    for disk in _iostat(observed):
        name = f'{{device="{disk["disk_device"]}"}}'
        if f"disk_busy_percent{name}" not in ours or disk["wkB/s"] < 1:
            continue
        requests = disk["r/s"] + disk["w/s"]
        theirs |= {
            f"disk_read_bytes_per_second{name}": disk["rkB/s"] * 1024,
            f"disk_written_bytes_per_second{name}": disk["wkB/s"] * 1024,
            f"disk_reads_per_second{name}": disk["r/s"],
            f"disk_writes_per_second{name}": disk["w/s"],
            f"disk_busy_percent{name}": disk["util"],
            f"disk_await_seconds{name}": (disk["r/s"] * disk["r_await"] + disk["w/s"] * disk["w_await"])
            / requests
            / 1000,
        }
    assert any("written" in name and value > 2**20 for name, value in theirs.items()), "no disk has been written to"
    agrees(observed.iostat, theirs, _disk_tolerance)


def _disk_tolerance(name: str, value: float) -> float:
    if "percent" in name:
        return POINTS
    # iostat writes hundredths: of a request a second, of a kB a second, of a millisecond.
    rounding = 10.24 if "bytes" in name else 1e-5 if "seconds" in name else 0.01
    return value * SHARE + rounding


def _iostat(observed: Observed) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(observed.iostat.output)["sysstat"]["hosts"][0]["statistics"][0]["disk"]
    return found


def test_traffic_is_as_sar_has_it(observed: Observed) -> None:
    label = f'{{interface="{observed.interface}"}}'
    fields = _sar(observed)
    theirs = {
        f"network_receive_packets_per_second{label}": fields["rxpck/s"],
        f"network_transmit_packets_per_second{label}": fields["txpck/s"],
        f"network_receive_bytes_per_second{label}": fields["rxkB/s"] * 1024,
        f"network_transmit_bytes_per_second{label}": fields["txkB/s"] * 1024,
        f"network_receive_errors_per_second{label}": fields["rxerr/s"],
        f"network_transmit_drops_per_second{label}": fields["txdrop/s"],
        # In Gbit/s, as the kernel has it for a veth: 10.
        f"network_bandwidth_used_percent{label}": fields["%ifutil"],
    }
    assert fields["txkB/s"] > 1000
    assert fields["rxpck/s"] > 10
    agrees(observed.sar, theirs, _network_tolerance)


def _network_tolerance(name: str, value: float) -> float:
    if "percent" in name:
        return POINTS
    return value * SHARE + (10.24 if "bytes" in name else 0.01)


def _sar(observed: Observed) -> dict[str, float]:
    """The averages of our interface, of traffic and of errors."""
    found: dict[str, float] = {}
    names: list[str] = []
    for line in observed.sar.output.decode().splitlines():
        words = line.split()
        if words[:1] != ["Average:"]:
            continue
        if words[1] == "IFACE":
            names = words[2:]
        elif words[1] == observed.interface:
            found |= dict(zip(names, map(float, words[2:]), strict=True))
    return found


def test_traffic_counts_are_as_ip_has_them(observed: Observed) -> None:
    (link,) = json.loads(observed.ip_link.output)
    label = f'{{interface="{observed.interface}"}}'
    for way, direction in (("rx", "receive"), ("tx", "transmit")):
        for field, what in (("bytes", "bytes"), ("packets", "packets"), ("errors", "errors"), ("dropped", "drops")):
            lies_between(observed.ip_link, f"network_{direction}_{what}_total{label}", link["stats64"][way][field])


def lies_between(moment: Moment, name: str, theirs: float, margin: float = 0.0) -> None:
    """What they say lies between our readings before and after, whichever of the two is larger."""
    low, high = sorted((moment.before[name], moment.after[name]))
    # Times are in hundredths of seconds, and floats.
    assert low - margin <= theirs + 1e-6, name
    assert theirs - 1e-6 <= high + margin, name


def exactly(moment: Moment, name: str, theirs: float) -> None:
    assert moment.before[name] == moment.after[name] == theirs, name


def _vmstat_field(line: str) -> tuple[str, str]:
    value, name = line.split(None, 1)
    return value, name.removeprefix("B ")


def _free(text: str) -> tuple[dict[str, int], dict[str, int]]:
    """Memory and swap, by column."""
    header, memory, swap = (line.split() for line in text.splitlines())
    return (
        dict(zip(header, map(int, memory[1:]), strict=True)),
        dict(zip(header, map(int, swap[1:]), strict=False)),
    )
