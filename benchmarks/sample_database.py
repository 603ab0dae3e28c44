"""A database filled with a believable fleet, the same one every time: for benches, pictures, tests and trying out.

By hand: `python -m benchmarks.sample_database FILE --hosts 128`; with `--live 5` it goes on every 5 s.
"""

import argparse
import itertools
import signal
import sys
import time
import uuid
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.sample_machines import Machine, Story, sample_machines
from benchmarks.sample_readings import Chapter, Readings
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

DELAY_MS = 41
_PID = 4127
_BATCH = 2000
_LIVE_BLOCK = 240
_SILENT_S = {Story.UNREACHABLE: 252, Story.BLOCKED: 1500}
"""For how long a machine of that story has sent nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """What the database is to hold.

    Attributes:
        hosts: how many; up to about a thousand.
        hours: how far back the readings go.
        step_s: between two readings.
        end_ms: when the last one was taken, UTC milliseconds.
        seed: another one gives other noise.
        long_past_hours: how far back those of the first host go, where that is further.
    """

    hosts: int = 128
    hours: float = 1.0
    step_s: float = 5.0
    end_ms: int
    seed: int = 1
    long_past_hours: float = 0.0


@dataclass(frozen=True, slots=True)
class SampleFleet:
    """What was made: everything that is needed to go on with it."""

    machines: tuple[Machine, ...]
    host_ids: tuple[int, ...]
    readings: tuple[Readings, ...]
    run: Run


def make_sample_database(url: str, sample: Sample) -> SampleFleet:
    """Makes the database at `url`, which must be new, and fills it. About 6 s for 128 hosts and an hour."""
    prepare_database(url, now_ms=sample.end_ms)
    database = open_database(url)
    try:
        return fill(database, sample)
    finally:
        database.close()


def fill(database: Database, sample: Sample) -> SampleFleet:
    """Fills an empty database: hosts, readings, states, and a poller that was heard of at the very end."""
    fleet = _register(database, sample)
    silent_ms = [_SILENT_S.get(machine.story, 0) * 1000 for machine in fleet.machines]
    scrapes = _in_order(fleet, sample, silent_ms)
    while batch := list(itertools.islice(scrapes, _BATCH)):
        _write(database, batch)
    states = [_state(*each, sample) for each in zip(fleet.machines, fleet.host_ids, fleet.readings, strict=True)]
    with database.writing() as connection:
        RowWriter().write(connection, (), states)
        heartbeat(connection, fleet.run, sample.end_ms, DELAY_MS)
    return fleet


def write_live(database: Database, fleet: SampleFleet, step_s: float) -> Generator[int]:
    """Goes on as a poller would: writes a reading of every host and yields its time, again and again, without pause.

    The times are those of the clock from the first turn on, `step_s` apart, however quickly the turns follow.
    """
    recorder = Recorder(database, commit_interval_s=0.01)
    recorder.start()
    step_ms, start = round(step_s * 1000), int(time.time() * 1000)
    up = [
        readings
        for machine, readings in zip(fleet.machines, fleet.readings, strict=True)
        if machine.story not in _SILENT_S
    ]
    try:
        while True:
            moments = range(start, start + _LIVE_BLOCK * step_ms, step_ms)
            start = moments[-1] + step_ms
            for scrapes in zip(*(readings.block(moments, Chapter.AFTER) for readings in up), strict=True):
                for scrape in scrapes:
                    recorder.record_scrape(scrape)
                while recorder.pending:
                    time.sleep(0.002)
                with database.writing() as connection:
                    heartbeat(connection, fleet.run, scrapes[0].ts, DELAY_MS)
                yield scrapes[0].ts
    finally:
        recorder.stop()
        with database.writing() as connection:
            mark_stopped(connection, fleet.run, int(time.time() * 1000))


def _register(database: Database, sample: Sample) -> SampleFleet:
    start = sample.end_ms - round(max(sample.hours, sample.long_past_hours) * 3_600_000)
    machines = tuple(sample_machines(sample.hosts))
    poller_id = str(uuid.UUID(int=sample.seed))
    with database.writing() as connection:
        ids = tuple(add_host(connection, _host(machine), start).id for machine in machines)
        run = register_poller(
            connection, poller_id=poller_id, machine="ops-01", pid=_PID, version="sample", now_ms=start
        )
    readings = tuple(
        Readings(machine, host_id, session_at=start - 2000, seed=sample.seed)
        for machine, host_id in zip(machines, ids, strict=True)
    )
    return SampleFleet(machines, ids, readings, run)


def _host(machine: Machine) -> NewHost:
    return NewHost(name=machine.name, address=machine.address, group=machine.group, tags=(machine.site,))


def _in_order(fleet: SampleFleet, sample: Sample, silent_ms: list[int]) -> Iterator[Scrape]:
    """The scrapes as a poller would get them: by time, then by host."""
    step_ms = round(sample.step_s * 1000)
    moments = _moments(sample.end_ms, sample.hours, step_ms)
    if sample.long_past_hours > sample.hours:
        before = _moments(moments[0] - step_ms, sample.long_past_hours - sample.hours, step_ms)
        yield from fleet.readings[0].block(before, Chapter.BEFORE)
    columns = [readings.block(moments) for readings in fleet.readings]
    for scrapes in zip(*columns, strict=True):
        for scrape, silent in zip(scrapes, silent_ms, strict=True):
            if scrape.ts <= sample.end_ms - silent:
                yield scrape


def _moments(end_ms: int, hours: float, step_ms: int) -> range:
    count = max(2, round(hours * 3_600_000 / step_ms))
    return range(end_ms - (count - 1) * step_ms, end_ms + 1, step_ms)


def _write(database: Database, scrapes: Iterable[Scrape]) -> None:
    packed = [pack_scrape(scrape) for scrape in scrapes]
    # As the recorder writes, without its pauses.
    with database.writing() as connection:
        RowWriter().write(connection, packed, ())


def _state(machine: Machine, host_id: int, readings: Readings, sample: Sample) -> HostStatus:
    since = sample.end_ms - _SILENT_S.get(machine.story, round(sample.hours * 3600)) * 1000
    if machine.story is Story.UNREACHABLE:
        words = f"{machine.address}:22 did not answer within 10 s."
        return HostStatus(host_id, HostState.UNREACHABLE, Reason.TIMEOUT, words, since, readings.inventory())
    if machine.story is Story.BLOCKED:
        words = f"{machine.address} presents another key than the one that is trusted."
        return HostStatus(host_id, HostState.BLOCKED, Reason.HOST_KEY_CHANGED, words, since, readings.inventory())
    return HostStatus(host_id, HostState.UP, None, "", since, readings.inventory())


def main() -> int:
    """Makes one by hand."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.sample_database", description="Makes up a fleet.")
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
        end_ms = int(time.time() * 1000)
        sample = Sample(
            hosts=asked.hosts,
            hours=asked.hours,
            step_s=asked.step,
            end_ms=end_ms,
            seed=asked.seed,
            long_past_hours=asked.long_past,
        )
        fleet = make_sample_database(url, sample)
        if asked.live:
            _go_on(url, fleet, asked.live)
    return 0


def _go_on(url: str, fleet: SampleFleet, step_s: float) -> None:
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
