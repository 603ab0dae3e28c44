"""The past of a simulated fleet, written into a real database."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import astuple

from simulated_fleet.history import scrapes_between, write_history
from simulated_fleet.machine import machines
from simulated_fleet.scenario import Scenario, ScenarioKind
from simulated_fleet.world import World
from storage.care.holding import Part
from storage.care.holdings import read_holdings
from storage.columns import ColumnReader, Span, Stretch
from storage.database import Database, open_database, prepare_database
from storage.host import NewHost
from storage.hosts import add_host
from storage.scrape import Cadence
from tests.simulated_fleet.small_worlds import START_MS, talk

FLEET = machines(10, 7)
HOUR_MS = 3_600_000
PAST_MS = 11 * HOUR_MS
END_MS = START_MS + PAST_MS
HOSTS = (1, 2)
Past = tuple[Database, dict[int, int], list[float], int]
OUTAGE = Scenario(ScenarioKind.HOST_DOWN, (2,), START_MS + 2 * HOUR_MS, START_MS + 3 * HOUR_MS)
JUMP_OUTAGE = Scenario(ScenarioKind.JUMP_HOST_DOWN, (0,), START_MS + HOUR_MS, START_MS + 2 * HOUR_MS)


def world(*scenarios: Scenario) -> World:
    return World(FLEET, seed=7, scenarios=scenarios, start_ms=START_MS)


@contextmanager
def opened(folder: Path) -> Iterator[Database]:
    url = f"sqlite:///{folder}/past.db"
    prepare_database(url, now_ms=START_MS)
    with closing(open_database(url)) as database:
        yield database


def register(database: Database) -> dict[int, int]:
    with database.writing() as connection:
        return {
            index: add_host(connection, NewHost(name=FLEET[index].name, address=FLEET[index].address), START_MS).id
            for index in HOSTS
        }


@pytest.fixture(scope="module")
def past(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Past]:
    """The database, the host ids by index, the shares of progress, and how many readings there were."""
    with opened(tmp_path_factory.mktemp("past")) as database:
        shares: list[float] = []
        ids = register(database)
        count = write_history(database, world(OUTAGE), ids, start_ms=START_MS, end_ms=END_MS, on_progress=shares.append)
        yield database, ids, shares, count


def stretches(past: Past, index: int, *names: str, cadence: Cadence = Cadence.FAST) -> list[Stretch]:
    database, ids, _, _ = past
    with database.reading() as connection:
        return ColumnReader(connection, names).read(Span(ids[index], cadence, 0, 2**60))


def test_all_of_the_past_is_there_and_gets_closer_towards_the_end(past: Past) -> None:
    [stretch] = stretches(past, 1, "load1")
    steps = np.diff(stretch.ts)

    assert stretch.ts[0] - START_MS < 60_000
    assert END_MS - stretch.ts[-1] <= 5000
    assert set(steps[:60].tolist()) == {30_000}
    assert set(steps[-60:].tolist()) == {5000}
    assert steps.max() == 30_000


def test_it_is_as_many_as_was_told(past: Past) -> None:
    found = sum(len(stretch.ts) for index in HOSTS for stretch in stretches(past, index, "load1"))

    assert found == past[3]


def test_a_host_that_was_down_has_a_gap_and_another_session_after_it(past: Past) -> None:
    before, after = stretches(past, 2, "load1")

    assert OUTAGE.start_ms - 30_000 <= before.ts[-1] < OUTAGE.start_ms
    assert OUTAGE.end_ms <= after.ts[0] == after.session_at < OUTAGE.end_ms + 30_000


def test_counters_never_run_backwards(past: Past) -> None:
    [stretch] = stretches(past, 1, "cpu_seconds_total", "disk_read_bytes_total", "network_receive_bytes_total")

    assert not (np.diff(stretch.values, axis=0) < 0).any()


def test_the_live_fleet_goes_on_where_the_past_ends(past: Past) -> None:
    [stretch] = stretches(past, 1, "cpu_seconds_total")
    _, [scrape] = talk(world(OUTAGE), 1, [(int(stretch.ts[-1]) - START_MS) / 1000])
    live = dict(zip(scrape.vectors[0].layout.series, scrape.vectors[0].values, strict=True))

    assert [live[key] for key in stretch.layout.series] == stretch.values[-1].tolist()


def test_layouts_are_those_that_the_poller_keeps() -> None:
    of = world()
    [past_scrape] = scrapes_between(of, {1: 1}, START_MS + 10_000, START_MS + 10_001, 1000)
    _, [scrape] = talk(of, 1, [10.0])

    assert [vector.layout for vector in past_scrape.vectors] == [vector.layout for vector in scrape.vectors]
    assert list(map(astuple, past_scrape.processes or ())) == list(map(astuple, scrape.processes or ()))


def test_file_systems_and_processes_are_there_too(past: Past) -> None:
    [stretch] = stretches(past, 1, "filesystem_free_bytes", cadence=Cadence.SLOW)

    assert len(stretch.ts) > 9 * 60
    assert stretches(past, 1, "processes", cadence=Cadence.PROCESSES)


def test_nearly_all_of_it_is_sealed_and_rolled_up(past: Past) -> None:
    rows = dict.fromkeys(Part, 0)
    for holding in read_holdings(past[0], lambda _step: None):
        rows[holding.part] += holding.rows

    assert rows[Part.RAW] > 2 * rows[Part.HEAD]
    assert rows[Part.PROCESSES] > rows[Part.SNAPSHOTS]
    assert rows[Part.M1] > 0
    assert rows[Part.H1] > 0


def test_a_past_that_goes_on_leaves_no_gap_however_short_what_came_since(tmp_path: Path) -> None:
    edges = [START_MS, START_MS + HOUR_MS, START_MS + HOUR_MS + 1, START_MS + HOUR_MS + 12_000]
    with opened(tmp_path) as database:
        ids = register(database)
        for start, end in pairwise(edges):
            write_history(database, world(), ids, start_ms=start, end_ms=end)
        ts = np.concatenate([stretch.ts for stretch in stretches((database, ids, [], 0), 1, "load1")])

    assert set(np.diff(ts).tolist()) == {5000}
    assert edges[-1] - ts[-1] <= 5000


def test_progress_is_told_until_the_end(past: Past) -> None:
    shares = past[2]

    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert len(shares) >= 4


def test_what_is_behind_a_jump_host_that_is_down_is_not_heard_of() -> None:
    behind = next(machine.index for machine in FLEET if machine.behind == 0)
    found = list(scrapes_between(world(JUMP_OUTAGE), {behind: 9}, START_MS, START_MS + 3 * HOUR_MS, 60_000))
    heard = [JUMP_OUTAGE.start_ms <= scrape.ts < JUMP_OUTAGE.end_ms for scrape in found]

    assert len(found) == 120
    assert not any(heard)
    assert len({scrape.session_at for scrape in found}) == 2


def test_readings_come_in_order_of_time() -> None:
    found = [scrape.ts for scrape in scrapes_between(world(), {1: 1, 2: 2}, START_MS, START_MS + HOUR_MS, 5000)]

    assert found == sorted(found)
    assert len(found) == 2 * 720


def test_process_tables_and_the_slow_group_have_their_turn() -> None:
    start = START_MS // 30_000 * 30_000
    found = list(scrapes_between(world(), {1: 1}, start, start + 60_000, 5000))

    assert [scrape.processes is not None for scrape in found] == [True, False] * 6
    slow = [any(vector.cadence is Cadence.SLOW for vector in scrape.vectors) for scrape in found]
    assert slow == ([True] + [False] * 5) * 2
