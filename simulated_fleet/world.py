"""A simulated fleet as its hosts tell of themselves: lines of the probe's protocol, and how each can be reached. Pure.

Everything is a function of the seed, the host and the moment. Processes that share a fleet, or that start anew, hand
nothing on to each other: each counter goes on where it was.
"""

from collections.abc import Mapping, Sequence

import msgspec

from simulated_fleet.checks import CHECKS, Bearing, Check, answers, layout_line
from simulated_fleet.condition import Condition
from simulated_fleet.conditions import Conditions
from simulated_fleet.instruments import Instruments, Readings
from simulated_fleet.machine import Machine
from simulated_fleet.names import FAST, PROCESSES, SLOW, layout_lines
from simulated_fleet.recording import Recording
from simulated_fleet.scenario import Scenario
from simulated_fleet.strain import Strains


class Due(msgspec.Struct, frozen=True, gc=False):
    """A line that a host has to say.

    Attributes:
        index: of the host.
        n: number of the line in its session, from 0.
        m_s: seconds on the host's steady clock, see `World.steady_s`.
        t_s: UTC seconds; what the host's own clock says is worked out from it.
        wants_processes, wants_slow: whether these groups have their turn.
        checks: those whose answers have come.
    """

    index: int
    n: int
    m_s: float
    t_s: float
    wants_processes: bool = False
    wants_slow: bool = False
    checks: tuple[Check, ...] = ()


class World:
    """A fleet at any moment."""

    def __init__(  # noqa: PLR0913 - all given by name
        self,
        machines: Sequence[Machine],
        *,
        seed: int,
        scenarios: Sequence[Scenario] = (),
        time_zone: str = "UTC",
        start_ms: int,
        recordings: Mapping[int, Recording] | None = None,
    ) -> None:
        """Makes it.

        Args:
            machines: of `machine.machines`.
            seed: another one gives other days.
            scenarios: what goes wrong.
            time_zone: whose hours the load follows, such as `Asia/Seoul`.
            start_ms: when the fleet starts, UTC milliseconds; all machines have been up for more than a week then.
            recordings: hosts that play back what a real one said, by index.
        """
        self.machines = machines
        self.scenarios = tuple(scenarios)
        self.start_ms = start_ms
        self._instruments = Instruments(
            machines, seed=seed, scenarios=scenarios, time_zone=time_zone, start_ms=start_ms
        )
        self._conditions = Conditions(scenarios)
        self._strains = Strains(scenarios)
        self._recordings = dict(recordings or {})
        self._seed = seed

    def steady_s(self, index: int, t_s: float) -> float:
        """What a host's steady clock says at a moment: seconds since its boot."""
        recording = self._recordings.get(index)
        return recording.steady_s(t_s) if recording else t_s - self._instruments.boots.of(index, t_s)

    def condition(self, index: int, now_ms: int) -> Condition:
        """How a host can be reached at a moment, UTC milliseconds."""
        return self._conditions.at(index, now_ms)

    def hello(self, index: int, m_s: float, t_s: float, interval_s: float = 5.0) -> bytes:
        """The first line, without its newline."""
        wall_s = t_s + self._conditions.clock_offset_s(index, t_s)
        recording = self._recordings.get(index)
        if recording:
            return recording.hello(m_s, wall_s, interval_s)
        return msgspec.json.encode(
            {
                "watchpost": 1,
                "reader": "proc",
                "interval_s": interval_s,
                "m": round(m_s, 3),
                "t": round(wall_s, 3),
                "inventory": self.inventory(index, t_s),
            }
        )

    def inventory(self, index: int, t_s: float) -> dict[str, object]:
        """What a host says it is."""
        machine = self.machines[index]
        return {
            "hostname": machine.name,
            "system": "Linux",
            "release": machine.kernel,
            "distribution": machine.distribution,
            "machine": "x86_64",
            "cpu_count": machine.cpus,
            "memory_total_bytes": machine.memory_bytes,
            "boot_time_seconds": float(int(self._instruments.boots.of(index, t_s))),
            "python": machine.python,
            "mounts": [[mount.path, mount.source, mount.kind] for mount in machine.mounts],
        }

    def layouts(self, index: int, checks: tuple[Check, ...] = ()) -> list[bytes]:
        """The lines that come after the first one, without their newlines; `checks` is what the host is asked."""
        recording = self._recordings.get(index)
        lines = recording.layouts() if recording else layout_lines(self.machines[index])
        return [*lines, layout_line(checks)] if checks else lines

    def scrapes(self, due: Sequence[Due]) -> list[bytes]:
        """The lines of any number of hosts at once, in their order, without newlines.

        The more at once, the cheaper is each: numbers of all of them are worked out together.
        """
        if self._recordings and any(one.index in self._recordings for one in due):
            return self._with_recordings(due)
        return self._made_up(due) if due else []

    def read(self, indexes: Sequence[int], t_s: Sequence[float]) -> Readings:
        """Readings of these hosts at these moments, UTC seconds; recorded ones are read as if they were made up."""
        return self._instruments.read(indexes, t_s)

    def _with_recordings(self, due: Sequence[Due]) -> list[bytes]:
        lines, asked = [b""] * len(due), self._check_parts(due)
        made_up = [place for place, one in enumerate(due) if one.index not in self._recordings]
        for place, line in zip(made_up, self._made_up([due[place] for place in made_up]), strict=True):
            lines[place] = line
        for place, one in enumerate(due):
            recording = self._recordings.get(one.index)
            if recording:
                wall_s = one.t_s + self._conditions.clock_offset_s(one.index, one.t_s)
                line = recording.scrape(one.n, one.m_s, wall_s, one.wants_processes, one.wants_slow)
                lines[place] = b"%b%b}" % (line[:-1], asked.get(place, b""))
        return lines

    def _made_up(self, due: Sequence[Due]) -> list[bytes]:
        if not due:
            return []
        indexes, moment_s = [one.index for one in due], [one.t_s for one in due]
        readings = self._instruments.read(indexes, moment_s)
        flat = readings.fast()
        values, start = flat.values.tolist(), flat.start.tolist()
        offsets = self._conditions.clock_offsets_s(indexes, moment_s)
        tables = _process_parts(due, readings)
        slow = _slow_parts(due, readings)
        asked = self._check_parts(due)
        encode = msgspec.json.encode
        return [
            b'{"n":%d,"m":%.3f,"t":%.3f,"fast":[%d,%b]%b%b%b}'
            % (
                one.n,
                one.m_s,
                one.t_s + offsets[place],
                FAST,
                encode(values[start[place] : start[place + 1]]),
                tables.get(place, b""),
                slow.get(place, b""),
                asked.get(place, b""),
            )
            for place, one in enumerate(due)
        ]

    def _check_parts(self, due: Sequence[Due]) -> dict[int, bytes]:
        """The answers to checks, by the place of the line, as they stand in it."""
        places = [place for place, one in enumerate(due) if one.checks]
        if not places:
            return {}
        asked = [due[place] for place in places]
        work = self._instruments.read([one.index for one in asked], [one.t_s for one in asked]).work()
        bearings = [
            Bearing(f"{self._seed}/{one.index}", one.t_s, pace, worked_s, self._strains.at(one.index, one.t_s))
            for one, (pace, worked_s) in zip(asked, work, strict=True)
        ]
        return {
            place: b',"checks":[%d,%b]' % (CHECKS, msgspec.json.encode(answers(one.checks, bearing)))
            for place, one, bearing in zip(places, asked, bearings, strict=True)
        }


def _process_parts(due: Sequence[Due], readings: Readings) -> dict[int, bytes]:
    places = [place for place, one in enumerate(due) if one.wants_processes]
    if not places:
        return {}
    counts, tables = readings.processes(places)
    return {
        place: b',"processes":[%d,[%d]],"top":%b' % (PROCESSES, count, table.wire())
        for place, count, table in zip(places, counts, tables, strict=True)
    }


def _slow_parts(due: Sequence[Due], readings: Readings) -> dict[int, bytes]:
    places = [place for place, one in enumerate(due) if one.wants_slow]
    if not places:
        return {}
    return {
        place: b',"slow":[%d,%b]' % (SLOW, msgspec.json.encode(values.tolist()))
        for place, values in zip(places, readings.slow(places), strict=True)
    }
