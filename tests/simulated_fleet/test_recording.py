"""A real probe of this machine is recorded, and played."""

import asyncio
from collections.abc import Sequence
from typing import Any

import msgspec
import numpy as np
import pytest

from poller.stream.decode import Decoder, Hello
from simulated_fleet.record import as_recorded, record
from simulated_fleet.recording import read_recording
from simulated_fleet.world import Due, World
from storage.catalogue import CATALOGUE, Kind
from storage.errors import InvalidInputError
from storage.scrape import Scrape
from tests.simulated_fleet.small_worlds import FLEET, START_MS

T_S = START_MS / 1000
HELLO = {"watchpost": 1, "reader": "proc", "interval_s": 5.0, "m": 100.0, "t": T_S, "inventory": {"hostname": "old"}}
LAYOUT = {"layout": 0, "group": "fast", "series": [["load1"], ["context_switches_total"]]}


def made_up(*lines: dict[str, Any]) -> bytes:
    return b"\n".join(as_recorded(T_S, msgspec.json.encode(line)) for line in (HELLO, LAYOUT, *lines))


def reading(n: int, load: float, switches: int, **more: object) -> dict[str, Any]:
    return {"n": n, "m": 100.0 + 5 * n, "t": T_S + 5 * n, "fast": [0, [load, switches]], **more}


SMALL = made_up(reading(0, 1.0, 1000), reading(1, 2.0, 1100), reading(2, 3.0, 1400))
"""Three readings 5 s apart: a turn of 15 s in which the counter grows by 600."""


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("recording") / "host.jsonl"
    asyncio.run(record(path, interval_s=0.1, count=8))
    return path.read_bytes()


def play(content: bytes, moments: Sequence[float]) -> tuple[Hello, list[Scrape]]:
    """What a poller makes of host 1, which plays a recording."""
    world = World(FLEET, seed=7, start_ms=START_MS, recordings={1: read_recording(content)})
    decoder = Decoder(1)
    hello = decoder.decode(world.hello(1, world.steady_s(1, T_S), T_S), T_S)
    for line in world.layouts(1):
        decoder.decode(line, T_S)
    due = [Due(1, n, world.steady_s(1, t_s), t_s, True, True) for n, t_s in enumerate(moments)]
    found = [decoder.decode(line, t_s) for line, t_s in zip(world.scrapes(due), moments, strict=True)]
    assert isinstance(hello, Hello)
    return hello, [scrape for scrape in found if isinstance(scrape, Scrape)]


def test_a_recorded_host_is_played_as_one_of_the_fleet(recorded: bytes) -> None:
    hello, scrapes = play(recorded, [T_S, T_S + 5])

    assert hello.inventory["hostname"] == msgspec.json.decode(recorded.splitlines()[0])[1]["inventory"]["hostname"]
    assert scrapes[0].processes
    assert len(scrapes[0].vectors) == 3


def test_its_counters_go_on_round_after_round(recorded: bytes) -> None:
    _, scrapes = play(recorded, (T_S + np.arange(0, 20, 0.13)).tolist())
    fast = [scrape.vectors[0] for scrape in scrapes]
    counters = [CATALOGUE[key.name].kind is Kind.COUNTER for key in fast[0].layout.series]
    steps = np.diff([vector.values for vector in fast], axis=0)[:, counters]

    assert not (steps < 0).any()
    assert np.nansum(steps) > 0


def test_gauges_come_back_and_counters_grow_by_as_much_each_turn() -> None:
    _, scrapes = play(SMALL, [T_S + after for after in (0.0, 15.0, 30.0)])
    values = np.array([scrape.vectors[0].values for scrape in scrapes])

    assert set(values[:, 0]) == {values[0, 0]}
    assert np.diff(values[:, 1]).tolist() == [600, 600]


def test_a_fleet_that_starts_anew_goes_on_where_it_was() -> None:
    first = play(SMALL, [T_S, T_S + 3600])[1][1]
    later = play(SMALL, [T_S + 3600])[1][0]

    assert np.array_equal(first.vectors[0].values, later.vectors[0].values)


def test_a_counter_that_was_reset_on_the_way_does_not_run_backwards() -> None:
    content = made_up(reading(0, 1.0, 1000), reading(1, 2.0, 10), reading(2, 3.0, 1400))
    _, scrapes = play(content, (T_S + np.arange(0, 40, 1.0)).tolist())

    assert np.diff([scrape.vectors[0].values[1] for scrape in scrapes]).min() >= 0


def test_what_comes_after_a_change_of_the_series_is_left_out() -> None:
    content = SMALL + b"\n" + as_recorded(T_S, msgspec.json.encode(LAYOUT)) + b"\nrubbish"

    assert read_recording(content).turn_s == 15


def test_groups_have_their_turn() -> None:
    content = made_up(
        reading(0, 1.0, 1, top=[[1, "init", "init", "root", 0.0, 1, 1, 1.0]]), reading(1, 1.0, 2), reading(2, 1, 3)
    )
    world = World(FLEET, seed=7, start_ms=START_MS, recordings={1: read_recording(content)})
    lines = world.scrapes([Due(1, 0, 1.0, T_S, True), Due(1, 1, 6.0, T_S + 5), Due(2, 1, 6.0, T_S)])

    assert ["top" in msgspec.json.decode(line) for line in lines] == [True, False, False]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "no greeting"),
        (SMALL.splitlines()[0], "no greeting"),
        (made_up(reading(0, 1.0, 1)), "fewer than 3 readings"),
        (b"what is this", "Line 1 of the recording"),
        (b'[1, {"n": "x"}]', "Line 1 of the recording"),
        (SMALL + b"\n[5]", "Line 6 of the recording"),
        (b"[" * 100_000, "Line 1 of the recording"),
        (made_up({"n": 0, "m": 1.0, "fast": [7, [1]]}), "Line 3 of the recording"),
        (made_up({"n": 0, "m": 1.0, "fast": [0, [1]]}), "Line 3 of the recording"),
        (as_recorded(1.0, b'{"layout":0,"group":"fast","series":[["bogus"]]}'), "Line 1 of the recording"),
        (b"\xff\xfe\x00", "Line 1 of the recording"),
    ],
    ids=[f"case {number}" for number in range(11)],
)
def test_what_is_no_recording_is_refused_in_words(content: bytes, words: str) -> None:
    with pytest.raises(InvalidInputError, match=words):
        read_recording(content)
