"""A database that a poller seems to have filled from a simulated fleet until just now, and may go on filling.

For the benches of the window and for tests; the same one every time. By hand:
`python -m benchmarks.fleet_database FILE --hosts 128`; with `--live 5` it goes on every 5 s.
"""

import argparse
import itertools
import signal
import sys
import time
import uuid
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from simulated_fleet.condition import Reach
from simulated_fleet.history import scrapes_between
from simulated_fleet.machine import Machine, machines
from simulated_fleet.scenario import Scenario, ScenarioKind
from simulated_fleet.world import World
from storage.database import Database, open_database, prepare_database
from storage.host import NewHost
from storage.host_states import HostStatus
from storage.hosts import add_host
from storage.poller_lock import PollerLock
from storage.pollers import Run, heartbeat, mark_stopped, register_poller
from storage.reason import HostState, Reason
from storage.recorder import Recorder
from storage.scrape import Scrape
from storage.scrape_rows import RowWriter, pack_scrape

BUSIEST = "db-01"
"""The first host: a database server of 16 cores that has been busy for twenty minutes."""
DELAY_MS = 41
_CORES = 16
_DISKS = 3
"""Machines of these sizes at the most have 86 series in the mean."""
_MORE = 400
"""Machines to choose from, however few are wanted: one in a hundred can be the first."""
_PID = 4127
_BATCH = 2000
_DAY_MS = 86_400_000
_YEARS_MS = 1000 * _DAY_MS
_SINCE_S = {ScenarioKind.CPU_SATURATION: 1200, ScenarioKind.HOST_DOWN: 252, ScenarioKind.HOST_KEY_CHANGED: 1500}
"""What is wrong with the first, the third and the fourth host, and for how long it has been."""
_WHOM = {ScenarioKind.CPU_SATURATION: 0, ScenarioKind.HOST_DOWN: 2, ScenarioKind.HOST_KEY_CHANGED: 3}


@dataclass(frozen=True, slots=True, kw_only=True)
class Extent:
    """What the database is to hold.

    Attributes:
        hosts: how many; up to about a thousand.
        hours: how far back the readings go.
        step_s: between two readings.
        end_ms: when the last one was taken, UTC milliseconds.
        seed: another one gives other hosts.
        long_past_hours: how far back those of the first host go, where that is further.
    """

    hosts: int = 128
    hours: float = 1.0
    step_s: float = 5.0
    end_ms: int
    seed: int = 1
    long_past_hours: float = 0.0

    @property
    def start_ms(self) -> int:
        """When the first reading of all was taken."""
        return self.end_ms - round(max(self.hours, self.long_past_hours) * 3_600_000)


@dataclass(frozen=True, slots=True)
class KeptFleet:
    """What was made: everything that is needed to go on with it.

    Attributes:
        world: how its hosts are.
        host_ids: ids of the hosts in the database, by index.
        run: of the poller.
    """

    world: World
    host_ids: Mapping[int, int]
    run: Run


def make_fleet_database(url: str, extent: Extent) -> KeptFleet:
    """Makes the database at `url`, which must be new, and fills it."""
    prepare_database(url, now_ms=extent.end_ms)
    database = open_database(url)
    try:
        return fill(database, extent)
    finally:
        database.close()


def fill(database: Database, extent: Extent) -> KeptFleet:
    """Fills an empty database: hosts, readings, states, and a poller that was heard of at the very end."""
    fleet = _register(database, extent)
    scrapes = _past(fleet, extent)
    while batch := list(itertools.islice(scrapes, _BATCH)):
        packed = [pack_scrape(scrape) for scrape in batch]
        # As the recorder writes, without its pauses.
        with database.writing() as connection:
            RowWriter().write(connection, packed, ())
    with database.writing() as connection:
        RowWriter().write(connection, (), host_statuses(fleet.world, fleet.host_ids, extent.start_ms, extent.end_ms))
        heartbeat(connection, fleet.run, extent.end_ms, DELAY_MS)
    return fleet


def write_live(database: Database, fleet: KeptFleet, step_s: float) -> Generator[int]:
    """Goes on as a poller would: writes a reading of every host and yields its time, again and again, without pause.

    The times are those of the clock from the first turn on, `step_s` apart, however quickly the turns follow.
    """
    recorder = Recorder(database, commit_interval_s=0.01)
    recorder.start()
    step_ms, start = round(step_s * 1000), int(time.time() * 1000)
    scrapes = _read(fleet.world, fleet.host_ids, range(start, start + _DAY_MS, step_ms))
    try:
        for ts, turn in itertools.groupby(scrapes, lambda scrape: scrape.ts):
            for scrape in turn:
                recorder.record_scrape(scrape)
            while recorder.pending:
                time.sleep(0.002)
            with database.writing() as connection:
                heartbeat(connection, fleet.run, ts, DELAY_MS)
            yield ts
    finally:
        recorder.stop()
        with database.writing() as connection:
            mark_stopped(connection, fleet.run, int(time.time() * 1000))


def host_statuses(world: World, host_ids: Mapping[int, int], since_ms: int, at_ms: int) -> list[HostStatus]:
    """The hosts of a fleet as a poller finds them at a moment; those that are well have been so since then."""
    return [_status(world, index, host_id, since_ms, at_ms) for index, host_id in host_ids.items()]


def _status(world: World, index: int, host_id: int, since_ms: int, at_ms: int) -> HostStatus:
    condition, inventory = world.condition(index, at_ms), world.inventory(index, at_ms / 1000)
    wrong_ms = next((scenario.start_ms for scenario in world.scenarios if index in scenario.hosts), since_ms)
    if condition.reach is Reach.DOWN:
        words = "Nothing listens on that port."
        return HostStatus(host_id, HostState.UNREACHABLE, Reason.REFUSED, words, wrong_ms, inventory)
    if condition.key_generation:
        words = "The host key is not the one that is trusted."
        return HostStatus(host_id, HostState.BLOCKED, Reason.HOST_KEY_CHANGED, words, wrong_ms, inventory)
    return HostStatus(host_id, HostState.UP, None, "", since_ms, inventory)


def bench_machines(count: int, seed: int) -> list[Machine]:
    """Machines of ordinary sizes: a fleet's largest ones have ten times the series, and would be what is measured."""
    found = [machine for machine in machines(4 * count + _MORE, seed, behind_share=0) if _is_ordinary(machine)]
    first = next(machine for machine in found if machine.role == "db" and machine.cpus == _CORES)
    others = [machine for machine in found if machine is not first][: count - 1]
    chosen = [replace(first, name=BUSIEST), *others]
    return [replace(machine, index=index) for index, machine in enumerate(chosen)]


def _is_ordinary(machine: Machine) -> bool:
    return machine.cpus <= _CORES and len(machine.disks) <= _DISKS


def _register(database: Database, extent: Extent) -> KeptFleet:
    found = bench_machines(extent.hosts, extent.seed)
    scenarios = [
        Scenario(kind, (whom,), extent.end_ms - _SINCE_S[kind] * 1000, extent.end_ms + _YEARS_MS)
        for kind, whom in _WHOM.items()
        if whom < len(found)
    ]
    start_ms = extent.start_ms
    with database.writing() as connection:
        ids = {machine.index: add_host(connection, _host(machine), start_ms).id for machine in found}
        run = register_poller(
            connection,
            poller_id=str(uuid.UUID(int=extent.seed)),
            machine="ops-01",
            pid=_PID,
            version="bench",
            now_ms=start_ms,
        )
    world = World(found, seed=extent.seed, scenarios=scenarios, start_ms=start_ms)
    return KeptFleet(world, ids, run)


def _host(machine: Machine) -> NewHost:
    return NewHost(name=machine.name, address=machine.address, group=machine.group, tags=machine.tags)


def _past(fleet: KeptFleet, extent: Extent) -> Iterator[Scrape]:
    """The readings by time, then by host, as a poller gets them; a first host with a longer past comes first."""
    step_ms, since = round(extent.step_s * 1000), extent.end_ms - round(extent.hours * 3_600_000)
    everyone = fleet.host_ids
    if extent.start_ms < since:
        yield from _read(fleet.world, {0: everyone[0]}, range(extent.start_ms, extent.end_ms + 1, step_ms))
        everyone = {index: host_id for index, host_id in everyone.items() if index}
    yield from _read(fleet.world, everyone, range(since, extent.end_ms + 1, step_ms))


def _read(world: World, host_ids: Mapping[int, int], moments: range) -> Iterator[Scrape]:
    index_of = {host_id: index for index, host_id in host_ids.items()}
    for scrape in scrapes_between(world, host_ids, moments.start, moments.stop, moments.step):
        # A host with another key is not logged in to, though it would answer.
        if not world.condition(index_of[scrape.host_id], scrape.ts).key_generation:
            yield scrape


def main() -> int:
    """Makes one by hand."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fleet_database", description="Makes up a fleet.")
    parser.add_argument("file", type=Path, help="the database to make; must not exist")
    parser.add_argument("--hosts", type=int, default=128)
    parser.add_argument("--hours", type=float, default=1.0, help="how far back the readings go")
    parser.add_argument("--step", type=float, default=5.0, help="seconds between two readings")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--long-past", type=float, default=0.0, metavar="HOURS", help="of the first host")
    parser.add_argument("--live", type=float, metavar="SECONDS", help="go on until Ctrl-C, a reading every so often")
    asked = parser.parse_args()
    if asked.file.exists():
        parser.error(f"{asked.file} is there already")
    url = f"sqlite:///{asked.file.absolute()}"
    with PollerLock(url):
        extent = Extent(
            hosts=asked.hosts,
            hours=asked.hours,
            step_s=asked.step,
            end_ms=int(time.time() * 1000),
            seed=asked.seed,
            long_past_hours=asked.long_past,
        )
        fleet = make_fleet_database(url, extent)
        if asked.live:
            _go_on(url, fleet, asked.live)
    return 0


def _go_on(url: str, fleet: KeptFleet, step_s: float) -> None:
    print(f"Writing to {url} every {step_s:g} s; Ctrl-C ends it.", flush=True)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    database = open_database(url)
    turns = write_live(database, fleet, step_s)
    try:
        for ts in turns:
            time.sleep(max(0.0, ts / 1000 + step_s - time.time()))
    except KeyboardInterrupt:
        print()
    finally:
        turns.close()
        database.close()


if __name__ == "__main__":
    sys.exit(main())
