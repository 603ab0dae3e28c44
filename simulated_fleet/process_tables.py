"""Process tables whose CPU and memory fit the machine's. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec
import numpy as np

from simulated_fleet.counters import busy_shares
from simulated_fleet.layers import spread_ranges
from simulated_fleet.machine import Machine
from simulated_fleet.memory import MemoryUse
from simulated_fleet.moments import Moments
from simulated_fleet.noise import chance
from simulated_fleet.programs import ProgramTable, program_tables
from simulated_fleet.rhythm import Array, Indexes
from simulated_fleet.traits import Traits

_TURN_S = 10.0
_UNEVEN = 0.7
"""How much of its share a process may have more or less for a while."""


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """The processes of one reading, the busiest first.

    Attributes:
        programs: the rows that `order` points into.
        order: which of them are there.
        pid, cpu_percent, rss_bytes, vsz_bytes, run_s: of each of these.
    """

    programs: ProgramTable
    order: list[int]
    pid: list[int]
    cpu_percent: list[float]
    rss_bytes: list[int]
    vsz_bytes: list[int]
    run_s: list[float]

    def wire(self) -> bytes:
        """As it stands in a line."""
        texts = map(self.programs.texts.__getitem__, self.order)
        rows = zip(self.pid, texts, self.cpu_percent, self.rss_bytes, self.vsz_bytes, self.run_s, strict=True)
        return msgspec.json.encode(list(rows))


class ProcessTables:
    """The process tables of a fleet."""

    def __init__(self, machines: Sequence[Machine], traits: Traits) -> None:
        self._traits = traits
        self._busy = busy_shares(traits)
        self._cores = np.array([float(machine.cpus) for machine in machines])
        found = program_tables(machines)
        kinds = list(found)
        self._tables = list(found.values())
        self._kind = np.array([kinds.index(machine.role) for machine in machines], dtype=np.int64)
        count = np.array([len(table.pid) for table in self._tables], dtype=np.int64)
        self._count, self._first = count, np.cumsum(count) - count
        self._cpu = np.concatenate([table.cpu for table in self._tables])
        self._share = np.concatenate([table.memory for table in self._tables])
        self._pid = np.concatenate([table.pid for table in self._tables])
        self._passes = np.concatenate([table.passes for table in self._tables])
        self._leaks = np.concatenate([table.leaks for table in self._tables])

    def count(self, moments: Moments) -> Array:
        """How many processes there are."""
        key, cores = self._traits.key[moments.indexes], self._cores[moments.indexes]
        found: Array = np.round(95 + key % 60 + 5 * cores + 9 * moments.pace)
        return found

    def at(self, moments: Moments, use: MemoryUse) -> list[Table]:
        """The table of each reading."""
        kind = self._kind[moments.indexes]
        places, rows = spread_ranges(self._first[kind], self._count[kind])
        whose = moments.indexes[places]
        key = self._traits.key[whose]
        cpu = self._cpu_percent(moments, places, rows)
        rss = self._resident(use, places, rows)
        # What passes has started in this turn; everything else soon after the boot.
        uptime = (moments.moment_s - moments.boot_s)[places]
        run_s = np.where(self._passes[rows], np.minimum(uptime, 12.0), np.maximum(uptime - self._pid[rows] / 60, 1.0))
        pid = self._pid[rows] + key % 300
        is_there = ~self._passes[rows] | (cpu > 0)
        order = np.lexsort((-rss, -np.round(cpu, 2), ~is_there, places))
        ends = np.cumsum(self._count[kind])
        there = np.bincount(places, weights=is_there, minlength=len(kind)).astype(np.int64)
        columns = [
            (rows - self._first[kind][places])[order].tolist(),
            pid[order].astype(np.int64).tolist(),
            np.round(cpu, 2)[order].tolist(),
            rss[order].astype(np.int64).tolist(),
            (rss * 1.7 + 8_388_608)[order].astype(np.int64).tolist(),
            np.round(run_s, 2)[order].tolist(),
        ]
        starts = ends - self._count[kind]
        return [
            Table(self._tables[of], *(column[start : start + many] for column in columns))
            for of, start, many in zip(kind, starts.tolist(), there.tolist(), strict=True)
        ]

    def _cpu_percent(self, moments: Moments, places: Indexes, rows: Indexes) -> Array:
        """Percent of one core over the last ten seconds; all of a machine together within what it has used."""
        indexes = moments.indexes
        used = moments.grown[1] * self._busy[indexes] * self._cores[indexes, None] * 100
        even = np.einsum("ij,ij->i", self._cpu[rows], used[places])
        turn = np.floor(moments.moment_s / _TURN_S).astype(np.int64)[places]
        uneven = even * (1 + 2 * _UNEVEN * chance(turn, self._traits.key[indexes][places] + 977 * rows))
        total = np.bincount(places, weights=uneven, minlength=len(indexes))
        wanted = np.bincount(places, weights=even, minlength=len(indexes))
        scale = np.divide(wanted, total, out=np.zeros(len(indexes)), where=total > 0)
        # No worker of one thread takes more than it did evenly by very much; many cores have many of them.
        found: Array = np.maximum(0.0, uneven * scale[places])
        return found

    def _resident(self, use: MemoryUse, places: Indexes, rows: Indexes) -> Array:
        """Bytes in memory: of what programs use; what is used beyond the usual is the leaking one's."""
        beyond = self._leaks[rows] * (use.used - use.usual)[places]
        pages: Array = np.floor((self._share[rows] * use.usual[places] + beyond) / 4096) * 4096
        return pages
