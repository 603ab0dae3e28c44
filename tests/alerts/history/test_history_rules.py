from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC

import numpy as np
import pytest

from alerts.history.history_rules import HistoryRules, HistoryValue
from alerts.history.needs import Need, interval_for, is_of_history, pace_s
from alerts.rules.applied_rule import AppliedRule
from alerts.rules.matchers import Matcher, Operator
from alerts.rules.rule import Level, Rule
from alerts.rules.signal import Function, Signal
from storage.queries import SeriesPoints
from storage.rollup import Interval
from storage.series import SeriesKey

HOUR = 3_600_000
NOW = 488_889 * HOUR + 20 * 60_000
HOST = 7
DISK = "filesystem_used_percent"
FORECAST = Signal(metric=DISK, function=Function.FORECAST, window_s=86_400, horizon_s=3 * 86_400)
DEPARTURE = Signal(metric="cpu_usage_percent", function=Function.DEPARTURE)


def applied(signal: Signal, warning: float = 100.0, critical: float | None = None) -> AppliedRule:
    levels = Level(warning), None if critical is None else Level(critical)
    rule = Rule(id=1, revision=1, name="it", signal=signal, warning=levels[0], critical=levels[1], hold_s=900)
    return AppliedRule(rule=rule, warning=levels[0], critical=levels[1], hold_s=900)


def points(key: SeriesKey, interval: Interval, ts: Sequence[int], value: Sequence[float]) -> SeriesPoints:
    values = np.array(value, dtype=np.float64)
    return SeriesPoints(
        HOST, key, interval, np.array(ts, dtype=np.int64), values, values - 1, values + 1, np.full(len(values), 12)
    )


class Store:
    """What is stored, by need; notes what was asked for."""

    def __init__(self, *series: SeriesPoints) -> None:
        self._series = series
        self.asked: list[Need] = []

    def __call__(self, need: Need) -> Sequence[SeriesPoints]:
        self.asked.append(need)
        return [each for each in self._series if (each.key.name, each.interval) == (need.metric, need.interval)]


def mount(path: str) -> SeriesKey:
    return SeriesKey(DISK, (("mount", path),))


def filling(path: str, per_day: float, now: float = 80.0) -> SeriesPoints:
    ts = np.arange(NOW - 24 * HOUR, NOW, 300_000)
    return points(mount(path), Interval.M5, ts.tolist(), (now + per_day * (ts - NOW) / 86_400_000).tolist())


def values(rules: HistoryRules, store: Store, *its: AppliedRule, now: int = NOW) -> list[HistoryValue]:
    return list(rules.values(HOST, rules.due(HOST, its, now), store, now=now, zone=UTC))


def test_a_forecast_says_when_each_disk_is_full() -> None:
    store = Store(filling("/", 0.0), filling("/srv", 10.0))
    full, calm = sorted(values(HistoryRules(), store, applied(FORECAST)), key=lambda each: -each.value)
    assert full.key == mount("/srv")
    assert full.value == pytest.approx(110.0, abs=0.2)
    assert full.explanation["code"] == "full_in"
    assert full.explanation["seconds"] == pytest.approx(2 * 86_400, rel=0.01)
    assert calm.value == pytest.approx(80.0)
    assert calm.explanation["code"] == "no_trend"


def test_only_series_that_are_meant_are_looked_at() -> None:
    signal = replace(FORECAST, matchers=(Matcher("mount", Operator.EQUAL, "/"),))
    found = values(HistoryRules(), Store(filling("/", 1.0), filling("/srv", 1.0)), applied(signal))
    assert [each.key for each in found] == [mount("/")]


def test_scale_and_offset_are_those_of_the_value_and_of_the_level() -> None:
    # Free rather than used: it falls, and is below 0 in the end.
    signal = replace(FORECAST, metric="load1", scale=-1.0, offset=100.0)
    past = filling("/", 10.0)
    store = Store(replace(past, key=SeriesKey("load1")))
    (found,) = values(HistoryRules(), store, applied(signal, warning=0.0))
    assert found.value == pytest.approx(-10.0, abs=0.2)
    assert found.explanation["code"] == "reaches_in"
    assert found.explanation["seconds"] == pytest.approx(2 * 86_400, rel=0.01)


def test_two_levels_of_users_are_told_from_one_look() -> None:
    store = Store(filling("/srv", 10.0))
    mine, yours = applied(FORECAST), replace(applied(FORECAST, warning=90.0), owner="kim")
    found = values(HistoryRules(), store, mine, yours)
    assert [each.applied.owner for each in found] == ["", "kim"]
    assert len(store.asked) == 1


CPU = SeriesKey("cpu_usage_percent")


def busy_now(percent: float, now: int = NOW) -> SeriesPoints:
    ts = np.arange(now - 595_000, now + 1, 5000)
    return points(CPU, Interval.RAW, ts.tolist(), [percent] * len(ts))


def four_weeks(percent: float) -> SeriesPoints:
    ts = np.arange(NOW // HOUR * HOUR - 28 * 24 * HOUR - 2 * HOUR, NOW // HOUR * HOUR, HOUR)
    return points(CPU, Interval.H1, ts.tolist(), [percent] * len(ts))


def test_a_departure_says_what_is_usual_and_what_is_now() -> None:
    (found,) = values(HistoryRules(), Store(four_weeks(20.0), busy_now(71.0)), applied(DEPARTURE, 5.0))
    assert found.value == pytest.approx((71 - 20) / 4)
    assert found.explanation == {
        "code": "usual", "low": 20.0, "high": 20.0, "now": 71.0, "weekday": 3, "hour": 9, "weeks": 4, "unit": "percent",
    }  # fmt: skip


def test_what_is_usual_is_read_once_an_hour() -> None:
    rules, store = HistoryRules(), Store(four_weeks(20.0), busy_now(71.0))
    for minutes in (0, 5, 10, 15):
        values(rules, store, applied(DEPARTURE, 5.0), now=NOW + minutes * 60_000)
    assert [need.interval for need in store.asked].count(Interval.H1) == 1
    assert [need.interval for need in store.asked].count(Interval.RAW) == 4
    values(rules, store, applied(DEPARTURE, 5.0), now=NOW + HOUR)
    assert [need.interval for need in store.asked].count(Interval.H1) == 2


def test_what_is_needed_is_what_is_asked_for() -> None:
    rules, store = HistoryRules(), Store(four_weeks(20.0), busy_now(71.0), filling("/", 1.0))
    both = applied(DEPARTURE, 5.0), applied(FORECAST)
    for now in (NOW, NOW + 900_000):
        store.asked.clear()
        needed = rules.needs(HOST, rules.due(HOST, both, now), now)
        values(rules, store, *both, now=now)
        assert set(store.asked) == needed


def test_a_long_window_is_looked_at_more_seldom() -> None:
    rules, store = HistoryRules(), Store(filling("/", 1.0), four_weeks(20.0), busy_now(20.0))
    both = applied(DEPARTURE, 5.0), applied(FORECAST)
    looked = [
        [each.applied.rule.signal.function for each in values(rules, store, *both, now=NOW + turn * 300_000)]
        for turn in range(4)
    ]
    assert [Function.FORECAST in each for each in looked] == [True, False, False, True]
    assert pace_s(FORECAST) == 900.0


def test_a_host_that_is_forgotten_is_looked_at_anew() -> None:
    rules, store = HistoryRules(), Store(filling("/", 1.0))
    assert values(rules, store, applied(FORECAST))
    assert not values(rules, store, applied(FORECAST))
    rules.forget([HOST + 1])
    assert values(rules, store, applied(FORECAST))


def test_an_average_over_a_day_is_worked_out_from_the_store() -> None:
    signal = Signal(metric=DISK, function=Function.AVERAGE, window_s=86_400)
    (found,) = values(HistoryRules(), Store(filling("/", 10.0)), applied(signal))
    assert found.value == pytest.approx(75.0, abs=0.1)
    assert found.explanation == {"code": "mean_over", "seconds": 86_400}


@pytest.mark.parametrize(
    ("function", "window_s", "expected"),
    [
        (Function.FORECAST, 3600.0, True),
        (Function.DEPARTURE, 0.0, True),
        (Function.AVERAGE, 3600.0, False),
        (Function.AVERAGE, 3601.0, True),
        (Function.CHANGE, 86_400.0, True),
        (Function.LATEST, 0.0, False),
        (Function.ABSENCE, 86_400.0, False),
    ],
)
def test_which_signals_are_of_history(function: Function, window_s: float, expected: bool) -> None:
    assert is_of_history(Signal(metric=DISK, function=function, window_s=window_s)) is expected


def test_a_window_is_read_in_buckets_of_which_it_has_enough() -> None:
    assert [interval_for(hours * 3600.0) for hours in (2, 6, 24, 48, 72)] == [
        Interval.M1, Interval.M1, Interval.M5, Interval.M5, Interval.H1,
    ]  # fmt: skip
