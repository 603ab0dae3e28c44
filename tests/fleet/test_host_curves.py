"""The curves of a host's page, read in one pass."""

import numpy as np
import pytest

from fleet.host_curves import METRICS, CurveSpan, HostCurves, read_host_curves
from fleet.points import Points
from storage.catalogue import CATALOGUE
from storage.database import Database
from storage.derive import longest_gap_s
from storage.queries import read_series
from storage.recorder import Recorder
from storage.rollup import Interval
from storage.schema import chunks
from storage.scrape import Cadence, Scrape, Vector
from storage.series import Layout, SeriesKey
from storage.tier import Tier
from tests.fleet.sample_fleet import GIB, Machine, record, register
from tests.sealed import roll, seal

NOW_MS = 1_790_000_000_000
MACHINE = Machine(name="a", cpu=50, wave=20, memory=61, received=1e6, sent=2e6)


def read(database: Database, span: CurveSpan, interval: Interval = Interval.RAW) -> HostCurves:
    with database.reading() as connection:
        return read_host_curves(connection, span, interval)


def span(host_id: int = 1, seconds: int = 600) -> CurveSpan:
    return CurveSpan(host_id=host_id, start=NOW_MS - seconds * 1000, end=NOW_MS + 1, interval_s=5.0)


@pytest.fixture
def filled(database: Database) -> Database:
    host = register(database, ["a"], now_ms=NOW_MS)["a"]
    record(database, MACHINE, host, start=NOW_MS - 300_000, end=NOW_MS)
    return database


def test_every_curve_has_what_the_host_had(filled: Database) -> None:
    curves = read(filled, span())
    assert curves.memory_used.values == pytest.approx(0.61 * 64 * GIB)
    assert curves.memory_total.values == pytest.approx(64 * GIB)
    assert curves.swap_used.values == pytest.approx(0.05 * 8 * GIB)
    assert curves.received.values == pytest.approx(1e6)
    assert curves.sent.values == pytest.approx(2e6)
    assert curves.read.values == pytest.approx(3e6)
    assert curves.written.values == pytest.approx(1e6)
    assert curves.user.values[-1] == pytest.approx(curves.cpu.values[-1] * 0.7, rel=0.02)
    assert curves.newest == NOW_MS


def test_rates_begin_with_the_second_reading_and_gauges_with_the_first(filled: Database) -> None:
    curves = read(filled, span())
    assert len(curves.memory_used.ts) == 61
    assert len(curves.cpu.ts) == 60


def test_a_rate_at_the_start_of_the_span_uses_the_reading_before_it(filled: Database) -> None:
    curves = read(filled, span(seconds=100))
    assert curves.cpu.ts[0] == NOW_MS - 100_000
    assert curves.memory_used.ts[0] == NOW_MS - 100_000


@pytest.mark.parametrize("interval", [Interval.RAW, Interval.M1])
def test_they_are_what_the_queries_of_the_store_say(filled: Database, interval: Interval) -> None:
    curves = read(filled, span(), interval)
    with filled.reading() as connection:
        series = read_series(
            connection,
            host_ids=[1],
            metric="cpu_usage_percent",
            start=span().start,
            end=span().end,
            interval=interval,
            max_gap_s=longest_gap_s(5.0),
        )
    assert curves.cpu.ts.tolist() == series[0].ts.tolist()
    assert curves.cpu.values == pytest.approx(series[0].value)


def test_a_gap_between_two_sessions_stays_a_gap(database: Database) -> None:
    host = register(database, ["a"], now_ms=NOW_MS)["a"]
    record(database, MACHINE, host, start=NOW_MS - 500_000, end=NOW_MS - 300_000)
    record(database, MACHINE, host, start=NOW_MS - 100_000, end=NOW_MS)
    curves = read(database, span())
    assert np.diff(curves.memory_used.ts).max() == 200_000
    assert np.diff(curves.cpu.ts).max() == 205_000
    assert curves.cpu.values.max() <= 100


def test_a_host_without_readings_has_empty_curves(database: Database) -> None:
    curves = read(database, span(host_id=7))
    assert curves.newest is None
    assert all(not len(points.ts) for _, points in curves.each())


def test_the_sum_over_interfaces_is_that_of_the_past(filled: Database) -> None:
    with filled.reading() as connection:
        (past,) = read_series(
            connection,
            host_ids=[1],
            metric="network_receive_bytes_per_second",
            start=span().start,
            end=span().end,
        )
    assert read(filled, span()).received.values == pytest.approx(past.value)


def test_all_of_them_are_read_at_the_same_rhythm() -> None:
    assert {CATALOGUE[name].cadence for name in METRICS} == {Cadence.FAST}


def test_interfaces_are_added_up_and_one_that_goes_away_takes_nothing_along(database: Database) -> None:
    host = register(database, ["a"], now_ms=NOW_MS)["a"]
    layout = Layout(tuple(SeriesKey("network_receive_bytes_total", (("interface", name),)) for name in ("a", "b")))
    recorder = Recorder(database, commit_interval_s=0.01)
    recorder.start()
    for place in range(4):
        counted = np.array([place * 5_000.0, place * 10_000.0 if place < 3 else np.nan])
        at = NOW_MS - 15_000 + place * 5_000
        recorder.record_scrape(Scrape(host.id, at, NOW_MS - 15_000, (Vector(Cadence.FAST, layout, counted),)))
    assert recorder.stop()
    assert read(database, span()).received.values.tolist() == [3_000, 3_000, 1_000]


@pytest.mark.parametrize("interval", [Interval.M1, Interval.M5])
def test_means_are_the_same_when_the_readings_are_sealed_and_gone(filled: Database, interval: Interval) -> None:
    before = dict(read(filled, span(), interval).each())
    for ts in range(NOW_MS - 300_000, NOW_MS + 1, 100_000):
        seal(filled, 1, ts)
    roll(filled, 1, NOW_MS)
    with filled.writing() as connection:
        connection.execute(chunks.delete().where(chunks.c.tier == int(Tier.RAW)))
    for name, points in read(filled, span(), interval).each():
        assert points.ts.tolist() == before[name].ts.tolist()
        assert points.values == pytest.approx(before[name].values, rel=2**-14)


def test_memory_in_percent_is_there_where_both_numbers_are() -> None:
    used = Points(np.array([1, 2, 3]), np.array([10.0, 20.0, 30.0]))
    whole = Points(np.array([2, 3, 4]), np.array([40.0, 40.0, 40.0]))
    percent = HostCurves(memory_used=used, memory_total=whole).memory_percent
    assert (percent.ts.tolist(), percent.values.tolist()) == ([2, 3], [50, 75])
