from pathlib import Path

from benchmarks.store.recording import read_recording, write_recording
from storage.process_rows import unpack_processes
from storage.scrape import Cadence, Scrape
from tests.readings import POSTGRES
from tests.recorded import key, visit


def scrape(ts: int, load: float, *, more: bool = False) -> Scrape:
    groups = [{key("load1"): load}, {key("processes"): 90.0}, {key("users"): 2.0}]
    if more:
        groups[0] = {key("load1"): load, key("load5"): load}
    return visit(1, ts, *groups, session_at=5, processes=(POSTGRES,))


def test_a_recording_is_read_as_it_was_written(tmp_path: Path) -> None:
    write_recording(tmp_path / "recording.db", [scrape(1_000, 0.25), scrape(6_004, 0.5)])
    found = read_recording(tmp_path / "recording.db")
    fast = found.groups[Cadence.FAST]
    assert fast.ts.tolist() == [1_000, 6_004]
    assert fast.session_at.tolist() == [5, 5]
    assert fast.values.tolist() == [[0.25], [0.5]]
    assert found.groups[Cadence.SLOW].values.tolist() == [[2.0], [2.0]]
    assert [(ts, unpack_processes(rows)) for ts, rows in found.processes] == [
        (1_000, (POSTGRES,)),
        (6_004, (POSTGRES,)),
    ]
    assert found.interval_s == 5.004


def test_readings_of_a_layout_that_was_there_for_a_moment_are_left_out(tmp_path: Path) -> None:
    visits = [scrape(1_000, 0.25, more=True), scrape(6_000, 0.5), scrape(11_000, 0.75)]
    write_recording(tmp_path / "recording.db", visits)
    assert read_recording(tmp_path / "recording.db").groups[Cadence.FAST].ts.tolist() == [6_000, 11_000]
