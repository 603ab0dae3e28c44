"""The two readers say the same, field by field, on this real machine."""

import json

import psutil
import pytest

from remote_probe.options import Options
from remote_probe.proc_reader import ProcReader
from remote_probe.psutil_reader import PsutilReader
from storage.catalogue import CATALOGUE, Kind

Reading = dict[tuple[str, ...], float | None]
_GROUPS = ("fast", "processes", "slow")
_NEIGHBOURS = {"load1", "load5", "load15", "tcp_connections", "processes"}
"""Gauges that may be another number a moment later, whatever they were before and after."""


def _read(reader: ProcReader | PsutilReader) -> Reading:
    reading: Reading = {}
    for name in _GROUPS:
        group = getattr(reader, name)
        group._announced = None
        values, layout = group.read()
        reading.update(zip(map(tuple, json.loads(layout)["series"]), values, strict=True))
    return reading


@pytest.fixture
def readings() -> tuple[Reading, Reading, Reading]:
    """By /proc, by psutil, and by /proc again."""
    options = Options({"all_interfaces": True})
    by_proc, by_psutil = ProcReader(options), PsutilReader(options)
    return _read(by_proc), _read(by_psutil), _read(by_proc)


def test_both_readers_send_the_same_series_in_the_same_order(readings: tuple[Reading, Reading, Reading]) -> None:
    before, between, after = readings
    assert list(between) == list(before) == list(after)


def test_each_counter_of_psutil_lies_between_two_readings_of_proc(readings: tuple[Reading, Reading, Reading]) -> None:
    before, between, after = readings
    for key, value in between.items():
        low, high = before[key], after[key]
        if CATALOGUE[key[0]].kind is not Kind.COUNTER or value is None:
            continue
        assert low is not None
        assert high is not None
        # Sums of hundredths; and the kernel's idle and iowait counters step back a little at times.
        assert low - 0.021 <= value <= high + 0.021, key


def test_each_gauge_of_psutil_is_what_proc_says(readings: tuple[Reading, Reading, Reading]) -> None:
    before, between, after = readings
    for key, value in between.items():
        low, high = before[key], after[key]
        if CATALOGUE[key[0]].kind is Kind.COUNTER or key[0] in _NEIGHBOURS:
            continue
        if value is None or low is None or high is None:
            assert value is None
            continue
        # Other programs take and give back memory and disk meanwhile.
        slack = 0.1 * max(abs(low), abs(high))
        assert min(low, high) - slack <= value <= max(low, high) + slack, key
        if key[0].endswith(("_total_bytes", "_size_bytes", "_inodes")) or key[0] == "boot_time_seconds":
            assert value == low, key


def test_psutil_leaves_out_nothing_on_linux(readings: tuple[Reading, Reading, Reading]) -> None:
    before, between, _ = readings
    absent = {key[0] for key, value in between.items() if value is None and before[key] is not None}
    assert absent == set()


def test_both_readers_describe_a_process_alike() -> None:
    options = Options({"top": 100})
    by_proc, by_psutil = ProcReader(options), PsutilReader(options)
    by_proc.processes.read()
    by_psutil.processes.read()
    tables = [{row[0]: row for row in reader.table.top} for reader in (by_proc, by_psutil)]
    shared = tables[0].keys() & tables[1].keys()
    ours = psutil.Process().pid
    assert ours in shared
    for pid in shared:
        one, other = tables[0][pid], tables[1][pid]
        if pid == ours or one[2] == other[2]:
            assert one[1:4] == other[1:4]
            assert one[4] == other[4] == 0.0
            assert one[7] == pytest.approx(other[7], abs=2.0)
    assert tables[0][ours][5] == pytest.approx(tables[1][ours][5], rel=0.1)
    assert tables[0][ours][6] == pytest.approx(tables[1][ours][6], rel=0.1)


def test_what_the_greeting_needs_is_the_same() -> None:
    by_proc, by_psutil = ProcReader(Options({})), PsutilReader(Options({}))
    assert by_psutil.memory_total() == by_proc.memory_total()
    assert by_psutil.boot_time() == by_proc.boot_time()
    assert [found.paths for found in by_psutil.filesystems()] == [found.paths for found in by_proc.filesystems()]
