"""Garbage is collected in the GUI thread, and nowhere else."""

import gc
from collections.abc import Iterator
from pathlib import Path
from threading import Thread, get_ident

import pytest
from pytestqt.qtbot import QtBot

from monitor_gui.reading.garbage import FULL_AT, FULL_EVERY, GuiThreadCollector, generation_due, give_back_memory


class _Cycle:
    def __init__(self, collected_in: list[int]) -> None:
        self.myself = self
        self.collected_in = collected_in

    def __del__(self) -> None:
        self.collected_in.append(get_ident())


@pytest.fixture
def collector(qtbot: QtBot) -> Iterator[GuiThreadCollector]:
    made = GuiThreadCollector()
    yield made
    made.stop()
    gc.disable()


def test_a_busy_thread_does_not_collect(collector: GuiThreadCollector) -> None:
    collected_in: list[int] = []
    _Cycle(collected_in)
    busy = Thread(target=lambda: [[] for _ in range(200_000)])
    busy.start()
    busy.join()
    assert collected_in == []
    collector.collect()
    assert collected_in == [get_ident()]


def test_what_is_there_after_the_start_is_not_walked_again(collector: GuiThreadCollector) -> None:
    before = gc.get_freeze_count()
    there: list[list[int]] = [[] for _ in range(1_000)]
    for _ in range(FULL_AT):
        collector.collect()
    assert gc.get_freeze_count() >= before + len(there)


def test_collecting_is_given_back(qtbot: QtBot) -> None:
    collector = GuiThreadCollector()
    assert not gc.isenabled()
    collector.stop()
    assert gc.isenabled()
    gc.disable()


@pytest.mark.parametrize(
    ("counts", "ticks", "generation"),
    [((700, 3, 0), 1, 0), ((700, 10, 0), 1, 1), ((0, 0, 0), FULL_AT, 2), ((0, 0, 0), FULL_EVERY + FULL_AT, 2)],
    ids=["young things only", "the middle one has filled up", "everything after the start", "and once a minute"],
)
def test_what_is_collected(counts: tuple[int, int, int], ticks: int, generation: int) -> None:
    assert generation_due(counts, (700, 10, 10), ticks) == generation


def test_memory_that_was_freed_goes_back_to_the_system(qtbot: QtBot) -> None:
    def resident() -> int:
        return int(Path("/proc/self/statm").read_text().split()[1]) * 4096

    # Below the size from which glibc maps each piece by itself, and with one at the end that keeps the heap long.
    pieces = [bytearray(100_000) for _ in range(600)]
    last = pieces.pop()
    before = resident()
    pieces.clear()
    give_back_memory()
    assert resident() < before - 40_000_000
    assert last
