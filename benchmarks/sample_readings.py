"""Readings of a made-up machine: counters, gauges and process tables as the probe would send them. Pure.

The numbers come from the machine and a seed alone, so the same fleet has the same past every time.
"""

import math
from collections.abc import Iterator, Sequence
from enum import Enum, auto
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.sample_machines import Machine, Story
from remote_probe import series
from storage.scrape import Cadence, Process, Scrape, Vector
from storage.series import Layout, SeriesKey, series_key, shared_layout

Array = NDArray[np.float64]

_DAY_S = 86_400
_CLIMB_S = 1200.0
_INTERFACE = "eth0"
_TCP_SHARES = {"ESTABLISHED": 0.72, "TIME_WAIT": 0.2, "LISTEN": 0.05, "CLOSE_WAIT": 0.02, "SYN_RECV": 0.01}
_BOOTED_S = 41 * _DAY_S + 6 * 3600
_PROCESSES = Layout((SeriesKey("processes"),))


# The probe carries no types.
_wire: Any = series


class Chapter(Enum):
    """Which part of a machine's story a block of readings tells."""

    BEFORE = auto()
    STORY = auto()
    AFTER = auto()


class Readings:
    """One machine's readings, block after block; counters go on from one to the next."""

    def __init__(self, machine: Machine, host_id: int, *, session_at: int, seed: int) -> None:
        """Takes when its probe started, UTC milliseconds."""
        self._machine = machine
        self._host_id = host_id
        self._session_at = session_at
        self._chance = np.random.default_rng((seed, host_id))
        self._counted: dict[str, Array] = {}
        self._boot_s = session_at // 1000 - _BOOTED_S - host_id * 3607 % (30 * _DAY_S)

    def inventory(self) -> dict[str, object]:
        """What the machine says about itself."""
        return {
            "hostname": self._machine.name,
            "system": "Linux",
            "release": self._machine.kernel,
            "distribution": self._machine.distribution,
            "machine": "x86_64",
            "cpu_count": self._machine.cores,
            "memory_total_bytes": self._machine.memory_bytes,
            "boot_time_seconds": float(self._boot_s),
            "python": "3.11.2",
            "mounts": [[mount.path, f"/dev/{mount.device}", "ext4"] for mount in self._machine.mounts],
        }

    def block(self, ts: Sequence[int], chapter: Chapter = Chapter.STORY) -> Iterator[Scrape]:
        """A scrape for each moment, UTC milliseconds, evenly spaced; process tables at every second one.

        Args:
            ts: the moments, ascending.
            chapter: before its story, an ordinary day; after it, the machine stays as it is.
        """
        seconds = np.array(ts, dtype=np.float64) / 1000
        step_s = float(seconds[1] - seconds[0]) if len(seconds) > 1 else 5.0
        usage = self._usage(seconds, step_s, chapter)
        values = self._fast(usage, seconds, step_s)
        for place, moment in enumerate(ts):
            vectors = [Vector(Cadence.FAST, self._layout, values[place])]
            processes = None
            if place % 2 == 0:
                count = 180.0 + 3 * len(self._machine.programs) + moment // 7000 % 9
                vectors.append(Vector(Cadence.PROCESSES, _PROCESSES, np.array([count])))
                processes = self._table(float(usage[place]), moment / 1000)
            # From the end, so that file systems are among the newest readings.
            if (len(ts) - 1 - place) % max(1, round(30 / step_s)) == 0:
                vectors.append(Vector(Cadence.SLOW, self._slow_layout, self._slow))
            yield Scrape(self._host_id, moment, self._session_at, tuple(vectors), processes)

    @cached_property
    def _layout(self) -> Layout:
        machine = self._machine
        devices = sorted({mount.device.partition("p")[0] for mount in machine.mounts})
        flat = (
            *(series.CPU + series.LOAD + series.SWITCHES + series.MEMORY + series.SWAP_TRAFFIC),
            *_wire.cores([str(core) for core in range(machine.cores)]),
            *_wire.disks(devices),
            *_wire.network([_INTERFACE]),
            *series.TCP,
        )
        return shared_layout(tuple(series_key(list(key)) for key in flat))

    @cached_property
    def _slow_layout(self) -> Layout:
        flat = (*_wire.filesystems([mount.path for mount in self._machine.mounts]), *series.BOOT_TIME)
        return shared_layout(tuple(series_key(list(key)) for key in flat))

    @cached_property
    def _slow(self) -> Array:
        values: list[float] = []
        for mount in self._machine.mounts:
            left = mount.size_bytes * (1 - mount.used_percent / 100)
            values += [mount.size_bytes, left, left, mount.size_bytes / 16384, mount.size_bytes / 16384 * 0.93]
        return np.array([*values, float(self._boot_s)])

    def _usage(self, seconds: Array, step_s: float, chapter: Chapter) -> Array:
        """Percent of CPU in use at each moment."""
        machine = self._machine
        way = np.full(len(seconds), 0.0 if chapter is Chapter.BEFORE else 1.0)
        if chapter is Chapter.STORY and machine.story is Story.CLIMBS:
            way = np.clip((seconds - seconds[-1] + 1.6 * _CLIMB_S) / _CLIMB_S, 0, 1)
        level = machine.usual_cpu + (machine.cpu - machine.usual_cpu) * way**2 * (3 - 2 * way)
        # What is nearly exhausted has less room to wander.
        spread = (0.4 + machine.cpu * 0.045) * np.clip((103 - level) / 36, 0.1, 1)
        usage: Array = np.clip(level + spread * self._noise(seconds, step_s, 1.0), 0.3, 99.4)
        return usage

    def _noise(self, seconds: Array, step_s: float, spread: float) -> Array:
        """Wanders about zero, with the time of day, fast and slow; zero at both ends, so that blocks fit together."""
        # Not every machine has its noon at the same time: a fleet that moved in step would look wrong.
        noon = self._host_id * 5003 % _DAY_S
        daily = 0.9 * np.sin(2 * np.pi * ((seconds + noon) % _DAY_S) / _DAY_S)
        wander = daily + self._wander(len(seconds), 240 / step_s) + 0.6 * self._wander(len(seconds), 20 / step_s)
        if len(seconds) == 1:
            return np.zeros(1)
        way = np.arange(len(seconds)) * step_s
        tails = np.exp(-way / 40)
        noise: Array = spread * (wander - wander[0] * tails - wander[-1] * tails[::-1])
        return noise

    def _wander(self, count: int, memory: float) -> Array:
        """White noise, smoothed over so many steps, of about unit spread."""
        width = max(1, min(round(memory), 4000))
        kernel = np.hanning(2 * width + 1)
        kernel /= np.sqrt(np.sum(kernel**2))
        return np.convolve(self._chance.standard_normal(count + len(kernel) - 1), kernel, mode="valid")

    def _around(self, seconds: Array, step_s: float, level: float, spread: float) -> Array:
        return np.maximum(0.0, level * (1 + self._noise(seconds, step_s, spread)))

    def _fast(self, usage: Array, seconds: Array, step_s: float) -> Array:
        found = {
            **self._cpu(usage, seconds, step_s),
            **self._memory(seconds, step_s),
            **self._disks(seconds, step_s),
            **self._network(seconds, step_s),
        }
        nothing = np.zeros(len(seconds))
        return np.column_stack([found.get(str(key), nothing) for key in self._layout.series])

    def _cpu(self, usage: Array, seconds: Array, step_s: float) -> dict[str, Array]:
        cores = self._machine.cores
        waiting = np.clip(self._around(seconds, step_s, 0.04 * self._machine.cpu, 0.3), 0, 99.7 - usage)
        shares = {"user": 0.75 * usage, "system": 0.22 * usage, "softirq": 0.03 * usage, "iowait": waiting}
        shares["idle"] = 100 - usage - waiting
        found = {
            f'cpu_seconds_total{{mode="{mode}"}}': self._count(mode, share / 100 * cores * step_s)
            for mode, share in shares.items()
        }
        spread = np.linspace(0.82, 1.18, cores)[np.random.default_rng(self._host_id).permutation(cores)]
        for core in range(cores):
            busy = np.clip(usage * spread[core] + self._noise(seconds, step_s, 4.0), 0, 100) / 100 * step_s
            found[f'cpu_core_busy_seconds_total{{cpu="{core}"}}'] = self._count(f"busy{core}", busy)
            found[f'cpu_core_idle_seconds_total{{cpu="{core}"}}'] = self._count(f"idle{core}", step_s - busy)
        for minutes, memory in ((1, 1.1), (5, 1.0), (15, 0.8)):
            found[f"load{minutes}"] = np.round(usage / 100 * cores * memory, 2)
        found["context_switches_total"] = self._count("switches", usage * 90 * cores * step_s)
        found["interrupts_total"] = self._count("interrupts", usage * 55 * cores * step_s)
        return found

    def _memory(self, seconds: Array, step_s: float) -> dict[str, Array]:
        total, level = self._machine.memory_bytes, self._machine.memory
        percent = np.clip(level + self._noise(seconds, step_s, min(1.2, (100 - level) / 8)), 1, 99.5)
        available = np.floor(total * (1 - percent / 100))
        swap = 8 * 2.0**30
        return {
            "memory_total_bytes": np.full(len(seconds), total),
            "memory_available_bytes": available,
            "memory_free_bytes": np.floor(available * 0.3),
            "memory_cached_bytes": np.floor(available * 0.62),
            "memory_buffers_bytes": np.floor(available * 0.05),
            "swap_total_bytes": np.full(len(seconds), swap),
            "swap_free_bytes": np.full(len(seconds), swap * (1 - self._machine.swap / 100)),
        }

    def _disks(self, seconds: Array, step_s: float) -> dict[str, Array]:
        found = {}
        devices = sorted({key.labels[0][1] for key in self._layout.series if key.name == "disk_reads_total"})
        for place, device in enumerate(devices):
            share = 2 * (place + 1) / (len(devices) * (len(devices) + 1))
            read = self._around(seconds, step_s, self._machine.read * share, 0.2) * step_s
            written = self._around(seconds, step_s, self._machine.written * share, 0.2) * step_s
            grown = {
                "read_bytes": read,
                "written_bytes": written,
                "reads": read / 65_536,
                "writes": written / 32_768,
                "read_seconds": read / 65_536 * 0.0006,
                "write_seconds": written / 32_768 * 0.0009,
                "busy_seconds": np.minimum(step_s, (read + written) / 600e6),
            }
            for what, growth in grown.items():
                found[f'disk_{what}_total{{device="{device}"}}'] = self._count(f"{what} {device}", growth)
        return found

    def _network(self, seconds: Array, step_s: float) -> dict[str, Array]:
        label = f'{{interface="{_INTERFACE}"}}'
        found = {f"network_speed_bytes{label}": np.full(len(seconds), 1.25e9)}
        for way, rate in (("receive", self._machine.received), ("transmit", self._machine.sent)):
            grown = self._around(seconds, step_s, rate, 0.13) * step_s
            found[f"network_{way}_bytes_total{label}"] = self._count(f"{way} bytes", grown)
            found[f"network_{way}_packets_total{label}"] = self._count(f"{way} packets", grown / 900)
        sockets = 40 + self._machine.received / 5e4
        for state, share in _TCP_SHARES.items():
            found[f'tcp_connections{{state="{state}"}}'] = np.round(self._around(seconds, step_s, sockets * share, 0.1))
        return found

    def _count(self, name: str, growth: Array) -> Array:
        """A counter that grows by this from one reading to the next."""
        before = self._counted.get(name, np.full(1, 1e6))
        counted: Array = before[-1] + np.cumsum(growth)
        self._counted[name] = counted[-1:]
        return counted

    def _table(self, usage: float, second: float) -> tuple[Process, ...]:
        machine = self._machine
        whole = usage * machine.cores
        return tuple(
            Process(
                program.pid,
                program.name,
                f"/usr/bin/{program.name} --daemon",
                program.user,
                round(whole * program.share * (1 + 0.15 * math.sin(second / 11 + program.pid)), 1),
                int(program.rss_bytes),
                int(program.rss_bytes * 1.6),
                second - self._boot_s - program.pid / 10,
            )
            for program in machine.programs
        )
