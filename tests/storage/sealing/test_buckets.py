import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage.chunks.raw_chunk import RawReadings
from storage.chunks.rollup_chunk import RolledUp
from storage.sealing.buckets import longer, merged, one_after_another, roll_up, rounded, within
from storage.series import Layout, SeriesKey
from storage.tier import BUCKET_MS, Tier
from tests.recorded import key
from tests.storage.sealing.keeping import BYTES, DAY, HOUR, LAYOUT, LOAD, MINUTE, of_series

RATE = key("network_receive_bytes_per_second", interface="eth0")
GAP_S = 60.0


def readings(*rows: tuple[int, int, float, float], layout: Layout = LAYOUT) -> RawReadings:
    """Each: moment, session, load, bytes received."""
    ordered = sorted(rows)
    return RawReadings(
        np.array([row[0] for row in ordered], dtype=np.int64),
        np.array([row[1] for row in ordered], dtype=np.int64),
        layout,
        np.array([row[2:] for row in ordered], dtype=np.float64).reshape(len(ordered), len(layout.series)),
    )


def every_5_s(count: int, since: int = DAY) -> RawReadings:
    return readings(*((since + 5_000 * n, 0, float(n), 100.0 * n) for n in range(count)))


def test_gauges_and_rates_of_a_minute_are_added_up() -> None:
    rolled = roll_up(every_5_s(24), DAY, GAP_S)
    assert of_series([rolled], LOAD) == {DAY: (66.0, 0.0, 11.0, 12), DAY + MINUTE: (210.0, 12.0, 23.0, 12)}
    # The very first reading has no rate.
    assert of_series([rolled], RATE) == {DAY: (220.0, 20.0, 20.0, 11), DAY + MINUTE: (240.0, 20.0, 20.0, 12)}


def test_counters_themselves_are_not_rolled_up() -> None:
    assert BYTES not in roll_up(every_5_s(3), DAY, GAP_S).layout.series


def test_the_reading_before_gives_the_first_rate() -> None:
    rolled = roll_up(every_5_s(25, DAY - 5_000), DAY, GAP_S)
    assert of_series([rolled], RATE)[DAY] == (240.0, 20.0, 20.0, 12)
    assert min(of_series([rolled], LOAD)) == DAY


@pytest.mark.parametrize(
    ("second", "why"),
    [
        ((DAY + 5_000, 1, 1.0, 100.0), "another session"),
        ((DAY + 5_000, 0, 1.0, 40.0), "the counter fell"),
        ((DAY + 61_000, 0, 1.0, 100.0), "a gap"),
        ((DAY + 5_000, 0, 1.0, math.nan), "absent"),
        ((DAY + 5_000, 0, 1.0, math.inf), "infinite"),
    ],
    ids=["session", "reset", "gap", "absent", "infinite"],
)
def test_what_gives_no_rate_is_never_a_spike(second: tuple[int, int, float, float], why: str) -> None:
    rolled = roll_up(readings((DAY, 0, 1.0, 50.0), second), DAY, GAP_S)
    assert of_series([rolled], RATE) == {}, why
    assert sum(bucket[3] for bucket in of_series([rolled], LOAD).values()) == 2


def test_sessions_that_interleave_keep_their_own_rates() -> None:
    rolled = roll_up(
        readings(
            (DAY, 1, 0.0, 0.0), (DAY + 2_000, 2, 0.0, 1e9), (DAY + 5_000, 1, 0.0, 50.0), (DAY + 7_000, 2, 0.0, 1e9)
        ),
        DAY,
        GAP_S,
    )
    assert of_series([rolled], RATE) == {DAY: (10.0, 0.0, 10.0, 2)}


def test_a_series_that_one_session_never_had_takes_nothing_from_it() -> None:
    """CPU usage adds up all modes that there are; a mode of the next session alone would blank this one."""
    modes = [key("cpu_seconds_total", mode=mode) for mode in ("user", "idle", "steal")]
    nan = math.nan
    values = RawReadings(
        np.array([DAY, DAY + 5_000, DAY + 10_000, DAY + 15_000]),
        np.array([1, 1, 2, 2]),
        Layout(tuple(modes)),
        np.array([[0, 0, nan], [1, 4, nan], [0, 0, 0], [2, 2, 1.0]]),
    )
    usage = of_series([roll_up(values, DAY, GAP_S)], key("cpu_usage_percent"))
    assert usage == {DAY: (80.0, 20.0, 60.0, 2)}


def test_a_series_that_the_only_session_never_had_takes_nothing_from_it() -> None:
    """As in an import, whose one layout is that of a whole day."""
    modes = [key("cpu_seconds_total", mode=mode) for mode in ("user", "idle", "steal")]
    nan = math.nan
    values = RawReadings(
        np.array([DAY, DAY + 5_000]), np.array([1, 1]), Layout(tuple(modes)), np.array([[0, 0, nan], [1, 4, nan]])
    )
    assert of_series([roll_up(values, DAY, GAP_S)], key("cpu_usage_percent")) == {DAY: (20.0, 20.0, 20.0, 1)}


@pytest.mark.parametrize("tier", [Tier.M5, Tier.H1, Tier.D1], ids=lambda tier: tier.name)
def test_longer_buckets_are_sums_of_sums(tier: Tier) -> None:
    whole = every_5_s(3 * 720)
    minutes = roll_up(whole, DAY, GAP_S)
    found = of_series([longer(minutes, tier)], LOAD)
    length = BUCKET_MS[tier]
    for start, (total, smallest, largest, count) in found.items():
        mine = whole.values[(whole.ts >= start) & (whole.ts < start + length), 0]
        assert (total, smallest, largest, count) == (mine.sum(), mine.min(), mine.max(), len(mine))
    assert sum(bucket[3] for bucket in found.values()) == len(whole.ts)


def test_what_is_derived_is_rounded_and_gauges_are_not() -> None:
    minutes = roll_up(readings((DAY, 0, 0.1, 0.0), (DAY + 3_000, 0, 0.2, 1.0)), DAY, GAP_S)
    kept = rounded(minutes)
    assert of_series([kept], LOAD) == of_series([minutes], LOAD)
    (before,), (after,) = of_series([minutes], RATE).values(), of_series([kept], RATE).values()
    assert after != before
    assert after[0] == pytest.approx(before[0], rel=1e-5)


def test_a_bucket_computed_from_more_readings_takes_the_place_of_the_older_one() -> None:
    few, all_of_them = every_5_s(6), every_5_s(24)
    found = merged(roll_up(few, DAY, GAP_S), roll_up(all_of_them, DAY, GAP_S))
    assert of_series([found], LOAD) == of_series([roll_up(all_of_them, DAY, GAP_S)], LOAD)


def test_a_bucket_whose_readings_are_gone_in_part_stays_as_it_is() -> None:
    known = roll_up(every_5_s(24), DAY, GAP_S)
    late = roll_up(readings((DAY + 1, 7, 99.0, 0.0), (DAY + 3 * MINUTE, 7, 5.0, 0.0)), DAY, GAP_S)
    found = of_series([merged(known, late)], LOAD)
    assert found == of_series([known], LOAD) | {DAY + 3 * MINUTE: (5.0, 5.0, 5.0, 1)}


def test_buckets_of_other_series_come_together() -> None:
    other = Layout((SeriesKey("load5"), SeriesKey("load15")))
    first = roll_up(every_5_s(12), DAY, GAP_S)
    second = roll_up(readings((DAY + HOUR, 0, 1.0, 2.0), layout=other), DAY, GAP_S)
    for found in (merged(first, second), merged(second, first), one_after_another((first, second))):
        assert of_series([found], LOAD) == of_series([first], LOAD)
        assert of_series([found], SeriesKey("load15")) == {DAY + HOUR: (2.0, 2.0, 2.0, 1)}


def test_nothing_comes_of_nothing() -> None:
    nothing = roll_up(readings(), DAY, GAP_S)
    some = roll_up(every_5_s(2), DAY, GAP_S)
    assert len(nothing.ts) == 0
    assert merged(nothing, some) is merged(some, nothing) is some
    assert len(one_after_another((nothing, nothing)).ts) == 0
    assert len(roll_up(every_5_s(2), DAY + HOUR, GAP_S).ts) == 0


def test_a_span_of_buckets_can_be_taken() -> None:
    minutes = roll_up(every_5_s(60), DAY, GAP_S)
    assert within(minutes, DAY + MINUTE, DAY + 3 * MINUTE).ts.tolist() == [DAY + MINUTE, DAY + 2 * MINUTE]


@st.composite
def histories(draw: st.DrawFn) -> RawReadings:
    """Any gaps, resets, sessions, values that are absent or infinite, a clock that steps back."""
    odd = st.sampled_from([math.nan, math.inf, -math.inf, -0.0, 1e300])
    number = st.one_of(st.floats(0, 1e6), odd)
    rows: dict[int, tuple[int, int, float, float]] = {}
    ts, session, counted = DAY - MINUTE, 0, 0.0
    for _ in range(draw(st.integers(1, 40))):
        ts += draw(st.sampled_from([5_000, 5_001, 20_000, 59_999, 60_000, 60_001, -30_000, 1, 400_000]))
        session = draw(st.sampled_from([session, session, session, session + 1]))
        counted = draw(st.sampled_from([counted + 500.0, counted + 0.1, counted / 2, 0.0]))
        rows[ts] = (ts, session, draw(number), draw(st.one_of(st.just(counted), odd)))
    return readings(*rows.values())


def directly(history: RawReadings, since: int) -> tuple[dict[int, list[float]], dict[int, list[float]]]:
    """Loads and rates by minute, one reading after the other."""
    loads: dict[int, list[float]] = {}
    rates: dict[int, list[float]] = {}
    rows = list(zip(history.ts.tolist(), history.session_at.tolist(), *history.values.T.tolist(), strict=True))
    for ts, _, load, _ in rows:
        if ts >= since and not math.isnan(load):
            loads.setdefault(ts // MINUTE * MINUTE, []).append(load)
    for session in sorted({row[1] for row in rows}):
        for before, after in pairwise(row for row in rows if row[1] == session):
            seconds = (after[0] - before[0]) / 1000
            grown = after[3] - before[3]
            if after[0] >= since and 0 < seconds <= GAP_S and grown >= 0 and math.isfinite(grown / seconds):
                rates.setdefault(after[0] // MINUTE * MINUTE, []).append(grown / seconds)
    return loads, rates


def check(found: dict[int, tuple[float, float, float, int]], wanted: dict[int, list[float]]) -> None:
    assert found.keys() == wanted.keys()
    for start, values in wanted.items():
        total, smallest, largest, count = found[start]
        assert (smallest, largest, count) == (min(values), max(values), len(values))
        with np.errstate(over="ignore", invalid="ignore"):
            assert total == pytest.approx(float(np.sum(values)), rel=1e-9, nan_ok=True)


@settings(max_examples=60, deadline=None)
@given(history=histories(), cut=st.integers(0, 40))
def test_any_history_gives_what_a_direct_computation_gives(history: RawReadings, cut: int) -> None:
    since = DAY + cut * MINUTE
    loads, rates = directly(history, since)
    rolled = roll_up(history, since, GAP_S)
    check(of_series([rolled], LOAD), loads)
    check(of_series([rolled], RATE), rates)


@settings(max_examples=30, deadline=None)
@given(history=histories(), edges=st.lists(st.integers(0, 60), max_size=3))
def test_it_makes_no_difference_where_a_history_is_cut(history: RawReadings, edges: list[int]) -> None:
    starts = [DAY - HOUR, *sorted(DAY + edge * MINUTE for edge in edges), DAY + 1000 * HOUR]
    parts = []
    for start, end in pairwise(starts):
        known = history.ts < end
        mine = RawReadings(history.ts[known], history.session_at[known], history.layout, history.values[known])
        parts.append(roll_up(mine, start, GAP_S))
    whole, joined = roll_up(history, DAY - HOUR, GAP_S), one_after_another(parts)
    assert of_series([joined], RATE) == of_series([whole], RATE)
    assert list(of_series([joined], LOAD)) == list(of_series([whole], LOAD))


@settings(max_examples=30, deadline=None)
@given(history=histories())
def test_computing_again_and_merging_changes_nothing(history: RawReadings) -> None:
    once = roll_up(history, DAY - HOUR, GAP_S)
    twice: RolledUp = merged(once, roll_up(history, DAY - HOUR, GAP_S))
    for name in ("ts", "total", "minimum", "maximum", "count"):
        assert np.array_equal(getattr(once, name), getattr(twice, name), equal_nan=name != "ts")
