"""The two readers say the same, field by field, on this real machine; and what other systems' stand-ins make of it."""

import json
import time
from typing import Any

import psutil
import pytest

from poller.stream.decode import Decoder, Hello
from remote_probe.inventory import hello_line
from remote_probe.options import Options
from remote_probe.proc_disks import Disks
from remote_probe.proc_reader import ProcReader
from remote_probe.psutil_fast import PsutilDisks
from remote_probe.psutil_reader import PsutilReader, disk_source
from storage.catalogue import CATALOGUE, Kind
from tests.remote_probe import psutil_stand_in as stand_in

Reading = dict[tuple[str, ...], float | None]
_GROUPS = ("fast", "processes", "slow")
_NEIGHBOURS = {"load1", "load5", "load15", "tcp_connections", "processes", "open_files", "users", "units_failed"}
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


def _lasts(pid: int) -> bool:
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


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
        # Others may have become another program between the two looks, or end just now: psutil knows no user of those.
        if pid == ours or (one[1:3] == other[1:3] and _lasts(pid)):
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


STAND_INS = {
    "macos": (stand_in.macos(), "darwin"),
    "macos, root": (stand_in.macos(root=True), "darwin"),
    "freebsd": (stand_in.freebsd(), "freebsd14"),
    "windows": (stand_in.windows(), "win32"),
    "windows, old": (stand_in.windows((5, 4, 8)), "win32"),
    "linux, old": (stand_in.old_linux(), "linux"),
    "openbsd": (stand_in.freebsd(), "openbsd7"),
}


@pytest.fixture(params=STAND_INS)
def elsewhere(request: pytest.FixtureRequest) -> PsutilReader:
    """A reader that believes to be on another system."""
    module, platform = STAND_INS[request.param]
    return PsutilReader(Options({}), module, platform)


def test_elsewhere_every_series_is_in_the_catalogue_and_the_important_ones_are_there(elsewhere: PsutilReader) -> None:
    reading = _read(elsewhere)
    for name, *labels in reading:
        assert tuple(labels[::2]) == CATALOGUE[name].labels, name
    there = {key[0] for key, value in reading.items() if value is not None}
    assert {
        "cpu_seconds_total",
        "cpu_core_busy_seconds_total",
        "memory_total_bytes",
        "memory_available_bytes",
        "swap_total_bytes",
        "network_receive_bytes_total",
        "processes",
        "boot_time_seconds",
    } <= there


def test_elsewhere_little_is_announced_that_is_never_told(elsewhere: PsutilReader) -> None:
    absent = {key[0] for key, value in _read(elsewhere).items() if value is None}
    # A link may have no speed. The others are this machine's own, on the stand-in for Linux.
    assert absent <= {"network_speed_bytes", "open_files_limit", "pressure_stalled_seconds_total"}


def test_elsewhere_the_poller_understands_what_is_sent(elsewhere: PsutilReader) -> None:
    decoder = Decoder(1)
    mounts = [(found.paths[0], found.source, found.kind) for found in elsewhere.filesystems()]
    options = Options({"reader": "psutil"})
    hello = hello_line(options, elsewhere.memory_total(), elsewhere.boot_time(), mounts)
    assert isinstance(decoder.decode(hello.encode(), time.time()), Hello)
    for name in _GROUPS:
        values, layout = getattr(elsewhere, name).read()
        assert decoder.decode(layout.encode(), time.time()) is None
        assert len(values) == len(json.loads(layout)["series"])


def test_the_disks_of_linux_are_not_left_to_a_psutil_that_cannot_read_them() -> None:
    assert isinstance(disk_source(stand_in.old_linux(), "linux"), Disks)
    assert isinstance(disk_source(psutil, "linux"), PsutilDisks)
    assert isinstance(disk_source(stand_in.windows((5, 4, 8)), "windows"), PsutilDisks)


def test_elsewhere_what_the_greeting_needs_may_be_refused() -> None:
    module = stand_in.macos()
    module.virtual_memory = module.boot_time = lambda: module.Process(-1)
    reader = PsutilReader(Options({}), module, "darwin")
    assert (reader.memory_total(), reader.boot_time()) == (None, None)


def test_elsewhere_a_system_that_refuses_everything_is_all_absent() -> None:
    class Refusing:
        version_info = (7, 2, 2)
        Error = AccessDenied = stand_in.AccessDenied

        def __getattr__(self, name: str) -> Any:  # noqa: ANN401
            def refuse(*_: object, **__: object) -> None:
                raise stand_in.AccessDenied(name)

            return refuse

    reader = PsutilReader(Options({}), Refusing(), "freebsd14")
    assert {value for key, value in _read(reader).items() if not key[0].startswith("load")} == {None}
