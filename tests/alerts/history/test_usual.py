from collections.abc import Callable, Sequence
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from alerts.history.line_fit import Floats
from alerts.history.usual import HourBuckets, Usual, departure, same_moments, usual_at
from storage.catalogue import Unit

HOUR = 3_600_000
NOW = round(datetime(2026, 3, 24, 14, 20, tzinfo=UTC).timestamp() * 1000)
"""A Tuesday."""
SEOUL = ZoneInfo("Asia/Seoul")


def hours_of(
    level_of: Callable[[datetime], float], *, now: int = NOW, weeks: int = 4, within: float = 2.0, zone: tzinfo = UTC
) -> HourBuckets:
    """Buckets of the last weeks, with the level that a function gives for a local moment."""
    ts = now // HOUR * HOUR - np.arange(weeks * 168 + 2, 0, -1) * HOUR
    mean = np.array([level_of(datetime.fromtimestamp(at / 1000, UTC).astimezone(zone)) for at in ts.tolist()])
    return HourBuckets(ts, mean, mean - within / 2, mean + within / 2)


def the_usual(hours: HourBuckets, *, now: int, zone: tzinfo, unit: Unit) -> Usual:
    found = usual_at(hours, now=now, zone=zone, unit=unit)
    assert found is not None
    return found


def left(usual: Usual, values: Sequence[float], now: int = NOW) -> float:
    """How far these readings, the last of them just now, are from it."""
    found = departure(usual, *present(values, now), now=now)
    assert found is not None
    return found


def office(moment: datetime) -> float:
    """Busy by day, quiet by night and at weekends."""
    return 60.0 if moment.weekday() < 5 and 8 <= moment.hour < 18 else 10.0


def at(text: str) -> int:
    return round(datetime.fromisoformat(text).timestamp() * 1000)


def test_the_usual_is_that_of_the_same_hour_of_the_week() -> None:
    tuesday = the_usual(hours_of(office), now=NOW, zone=UTC, unit=Unit.PERCENT)
    assert (tuesday.least, tuesday.most, tuesday.low, tuesday.high, tuesday.weeks) == (60.0, 60.0, 60.0, 60.0, 4)
    night = at("2026-03-24T02:20+00:00")
    assert the_usual(hours_of(office, now=night), now=night, zone=UTC, unit=Unit.PERCENT).most == 10.0
    sunday = at("2026-03-22T14:20+00:00")
    assert the_usual(hours_of(office, now=sunday), now=sunday, zone=UTC, unit=Unit.PERCENT).most == 10.0


def test_neighbouring_hours_join_so_that_a_little_earlier_is_as_usual() -> None:
    just_before = at("2026-03-24T07:50+00:00")
    usual = the_usual(hours_of(office, now=just_before), now=just_before, zone=UTC, unit=Unit.PERCENT)
    assert (usual.least, usual.most) == (10.0, 60.0)
    assert left(usual, [60.0] * 120, just_before) == 0.0
    assert left(usual, [100.0] * 120, just_before) > 5


def test_hours_are_those_of_the_zone() -> None:
    working = at("2026-03-24T14:20+09:00")
    usual = the_usual(hours_of(office, now=working, zone=SEOUL), now=working, zone=SEOUL, unit=Unit.PERCENT)
    assert usual.most == 60.0


def test_summer_time_moves_no_hour_of_the_week() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    # Clocks were put forward on the 29th.
    after = at("2026-03-31T09:30+02:00")
    moments = [datetime.fromtimestamp(ms / 1000, berlin) for ms in same_moments(after, berlin, 2)]
    assert [moment.isoformat() for moment in moments] == ["2026-03-24T09:30:00+01:00", "2026-03-17T09:30:00+01:00"]


@pytest.mark.parametrize("weeks", [1, 2])
def test_too_few_weeks_say_nothing(weeks: int) -> None:
    assert usual_at(hours_of(office, weeks=weeks), now=NOW, zone=UTC, unit=Unit.PERCENT) is None


def test_a_week_that_was_missed_is_made_up_for_by_the_others() -> None:
    hours = hours_of(office)
    kept = np.abs(hours.ts - (NOW - 14 * 24 * HOUR)) > 12 * HOUR
    there = HourBuckets(hours.ts[kept], hours.mean[kept], hours.minimum[kept], hours.maximum[kept])
    usual = the_usual(there, now=NOW, zone=UTC, unit=Unit.PERCENT)
    assert (usual.most, usual.weeks) == (60.0, 3)


def test_what_is_wrong_today_is_not_usual() -> None:
    hours = hours_of(office)
    hours.mean[-24:] = 100.0
    assert the_usual(hours, now=NOW, zone=UTC, unit=Unit.PERCENT).most == 60.0


def test_one_bad_week_is_outvoted() -> None:
    hours = hours_of(office)
    bad = np.abs(hours.ts - (NOW - 7 * 24 * HOUR)) < 12 * HOUR
    hours.mean[bad] = 100.0
    assert the_usual(hours, now=NOW, zone=UTC, unit=Unit.PERCENT).most == 60.0


def test_a_flat_series_does_not_depart_with_the_first_flicker() -> None:
    usual = the_usual(hours_of(lambda _: 0.0, within=0.0), now=NOW, zone=UTC, unit=Unit.PERCENT)
    assert usual.spread == 4.0
    assert left(usual, [5.0] * 120) == pytest.approx(1.25)


def test_a_series_that_scatters_within_the_hour_needs_more_to_depart() -> None:
    calm = the_usual(hours_of(office, within=2.0), now=NOW, zone=UTC, unit=Unit.PERCENT)
    wild = the_usual(hours_of(office, within=80.0), now=NOW, zone=UTC, unit=Unit.PERCENT)
    assert wild.spread == 10.0 > calm.spread


def present(values: Sequence[float], now: int = NOW) -> tuple[NDArray[np.int64], Floats]:
    """Readings every 5 s up to now."""
    return now - np.arange(len(values) - 1, -1, -1) * 5000, np.array(values, dtype=np.float64)


USUAL = Usual(least=20.0, most=20.0, spread=5.0, low=15.0, high=25.0, weeks=4)


def test_the_departure_is_counted_in_spreads_and_has_a_side() -> None:
    assert left(USUAL, [70.0] * 120) == pytest.approx(10.0)
    assert left(USUAL, [0.0] * 120) == pytest.approx(-4.0)


@given(st.integers(0, 80), st.integers(1, 40))
def test_a_burst_that_leaves_a_part_of_the_present_alone_is_no_departure(start: int, length: int) -> None:
    values = np.full(120, 20.0)
    values[start : start + length] = 100.0
    assert left(USUAL, values.tolist()) < 16
    values[:] = 20.0
    values[start % 40 : start % 40 + 30] = 100.0
    assert left(USUAL, values.tolist()) == 0.0


def test_a_present_with_a_hole_says_nothing() -> None:
    ts, values = present([70.0] * 120)
    assert departure(USUAL, ts[:80], values[:80], now=NOW) is None
    assert departure(USUAL, ts[80:], values[80:], now=NOW) is None


def test_of_the_present_the_part_that_is_nearest_to_the_usual_counts() -> None:
    assert left(USUAL, [100.0] * 40 + [30.0] * 40 + [90.0] * 40) == pytest.approx(2.0, abs=0.5)
