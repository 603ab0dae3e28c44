import numpy as np
import pytest

from benchmarks.store.playback import Playback
from benchmarks.store.recording import Recording
from storage.chunks.raw_chunk import RawReadings
from storage.process_rows import pack_processes
from storage.scrape import Cadence
from storage.series import Layout, SeriesKey
from tests.readings import POSTGRES

HOUR_MS = 3_600_000
START = 400 * HOUR_MS
FAST = Layout(
    (
        SeriesKey("cpu_seconds_total", (("mode", "user"),)),
        SeriesKey("load1"),
        SeriesKey("disk_reads_total", (("device", "sda"),)),
        SeriesKey("disk_writes_total", (("device", "sda"),)),
    )
)


def recording(*, interval_ms: int = 5_000, count: int = 400) -> Recording:
    """A machine with a disk, of which no two readings are alike."""
    rng = np.random.default_rng(4)
    ts = 1_000_000 + np.arange(count) * interval_ms + rng.integers(-5, 6, count)
    counters = np.cumsum(rng.integers(1, 90, (count, 3)), axis=0) / (100, 1, 1)
    values = np.column_stack((counters[:, 0], rng.integers(0, 400, count) / 100, counters[:, 1:]))
    every_other, slow = slice(None, None, 2), slice(None, None, 6)
    groups = {
        Cadence.FAST: RawReadings(ts, np.full(count, 7), FAST, values),
        Cadence.PROCESSES: RawReadings(
            ts[every_other], np.full(count, 7)[every_other], Layout((SeriesKey("processes"),)), values[every_other, :1]
        ),
        Cadence.SLOW: RawReadings(
            ts[slow], np.full(count, 7)[slow], Layout((SeriesKey("users"), SeriesKey("open_files"))), values[slow, :2]
        ),
    }
    return Recording(groups, [(int(moment), pack_processes((POSTGRES,))) for moment in ts[every_other]], "made up")


def test_counters_grow_on_when_the_recording_begins_again() -> None:
    readings = Playback(recording()).readings(1, Cadence.FAST, START, START + 5 * HOUR_MS)
    assert np.diff(readings.values[:, [0, 2, 3]], axis=0).min() > 0
    assert np.diff(readings.ts).min() > 4_000
    assert len(readings.ts) == pytest.approx(5 * 720, abs=2)


def test_what_is_asked_for_in_parts_is_the_same_but_for_where_its_counters_begin() -> None:
    playback = Playback(recording())
    whole = playback.readings(3, Cadence.FAST, START, START + HOUR_MS)
    part = playback.readings(3, Cadence.FAST, START + HOUR_MS // 2, START + HOUR_MS)
    assert part.ts.tolist() == whole.ts[-len(part.ts) :].tolist()
    assert part.values[:, 1].tolist() == whole.values[-len(part.ts) :, 1].tolist()


def test_hosts_are_at_other_places_of_the_recording() -> None:
    playback = Playback(recording())
    first, second = (playback.readings(host, Cadence.FAST, START, START + HOUR_MS).values[:300, 1] for host in (0, 1))
    assert (first == second).mean() < 0.1


def test_larger_hosts_have_more_devices_at_other_places_of_the_recording() -> None:
    readings = Playback(recording(), series=8).readings(0, Cadence.FAST, START, START + HOUR_MS)
    assert [str(key) for key in readings.layout.series] == [
        'cpu_seconds_total{mode="user"}',
        "load1",
        'disk_reads_total{device="sda"}',
        'disk_reads_total{device="sda-1"}',
        'disk_reads_total{device="sda-2"}',
        'disk_writes_total{device="sda"}',
        'disk_writes_total{device="sda-1"}',
        'disk_writes_total{device="sda-2"}',
    ]
    grown = np.diff(readings.values[:, 2:5], axis=0)
    assert (grown[:, 0] == grown[:, 1]).mean() < 0.1


def test_scrapes_bring_every_group_at_its_own_rhythm() -> None:
    scrapes = list(Playback(recording()).scrapes(0, 9, START, START + 60_000))[:12]
    assert [len(scrape.vectors) for scrape in scrapes] == [3, 1, 2, 1, 2, 1, 3, 1, 2, 1, 2, 1]
    assert [scrape.processes is not None for scrape in scrapes] == [True, False] * 6
    assert {scrape.host_id for scrape in scrapes} == {9}


def test_a_quick_recording_is_stretched_to_the_usual_rhythm() -> None:
    readings = Playback(recording(interval_ms=1_000)).readings(0, Cadence.FAST, START, START + HOUR_MS)
    assert len(readings.ts) == pytest.approx(720, abs=2)


def test_a_recording_that_would_be_compressed_with_itself_is_refused() -> None:
    with pytest.raises(ValueError, match="too short"):
        Playback(recording(count=300))
