"""Readings of hosts against rules: what fires where, of which series, and when."""

import math

import numpy as np
import pytest

from alerts.evaluation.live import GONE_MS, LiveEvaluation
from alerts.evaluation.live_signal import is_live
from alerts.history.needs import is_of_history
from alerts.rules.applied_rule import AppliedRule
from alerts.rules.rule import Comparison, Level
from alerts.rules.signal import Function, Signal
from storage.alerting.alert_change import Resolution
from storage.catalogue import CATALOGUE
from storage.derive import deriver_for
from storage.scrape import Cadence, Scrape
from storage.series import SeriesKey
from tests.alerts.evaluation.made import START, Watching, applied, firing, key, scrape

LOAD = key("load1")
BUSY, IDLE = key("cpu_seconds_total", mode="user"), key("cpu_seconds_total", mode="idle")


def load(seconds: float, value: float, host_id: int = 1) -> Scrape:
    return scrape(seconds, {LOAD: value}, host_id=host_id)


def cpu(seconds: float, busy_share: float, **more: int) -> Scrape:
    """A host that has been busy for that share of its time since the start."""
    return scrape(seconds, {BUSY: seconds * busy_share, IDLE: seconds * (1 - busy_share)}, **more)  # type: ignore[arg-type]


def disk(seconds: float, **percent: float) -> Scrape:
    """How full each mount is."""
    values: dict[SeriesKey, float] = {}
    for mount, used in percent.items():
        values[key("filesystem_size_bytes", mount=mount)] = 100.0
        values[key("filesystem_free_bytes", mount=mount)] = 100.0 - used
        values[key("filesystem_available_bytes", mount=mount)] = 100.0 - used
    return scrape(seconds, values, cadence=Cadence.SLOW)


def test_a_value_beyond_its_level_for_long_enough_fires_and_one_that_is_well_ends_it() -> None:
    watching = Watching([applied(warning=5.0, critical=9.0, hold_s=30)])
    for seconds in range(0, 200, 5):
        watching.take(load(seconds, 6.0 if seconds < 100 else 10.0 if seconds < 150 else 1.0))
    assert watching.told() == [
        ("fired", "warning", 30),
        ("worse", "critical", 130),
        ("resolved", "critical", 150),
    ]


def test_a_week_of_a_calm_host_leaves_nothing_behind_and_says_nothing() -> None:
    watching = Watching([applied(warning=5.0), applied("cpu_usage_percent", rule_id=2)])
    for number in range(7 * 24 * 60):
        watching.take(scrape(number * 60.0, {LOAD: 1.0, BUSY: number * 1.0, IDLE: number * 59.0}), interval_s=60)
    assert watching.changes == []
    assert len(watching.book) == 0


def test_rates_are_taken_of_neighbours_within_a_session_only() -> None:
    watching = Watching([applied("cpu_usage_percent", warning=50.0)])
    watching.take(cpu(0, 0.9))
    assert watching.take(cpu(5, 0.9))[0].value == pytest.approx(90)
    watching.take(cpu(10, 0.0))
    calm = Watching([applied("cpu_usage_percent", warning=50.0)])
    calm.take(cpu(0, 0.9))
    # Another session, and after it a gap.
    assert calm.take(cpu(5, 0.9, session_at=START + 1)) == []
    assert calm.take(cpu(5 + 61, 0.9, session_at=START + 1)) == []


def test_a_scrape_that_brings_no_value_ends_nothing_and_a_gap_begins_the_hold_anew() -> None:
    watching = Watching([applied(warning=5.0, hold_s=60)])
    for seconds in (0, 30, 55):
        watching.take(load(seconds, 6.0))
    for seconds in (120, 150, 175):
        watching.take(load(seconds, 6.0))
    assert watching.told() == []
    watching.take(load(180, 6.0))
    assert watching.told() == [("fired", "warning", 180)]
    watching.take(load(185, math.nan), load(700, 6.0))
    assert len(watching.changes) == 1


def test_each_series_is_an_alert_of_its_own_and_only_those_that_are_meant() -> None:
    watching = Watching([applied("filesystem_used_percent", where={"mount": "root|srv"}, labels=(("team", "db"),))])
    found = watching.take(disk(0, root=90.0, srv=70.0, tmp=99.0))
    assert [(change.series, change.labels) for change in found] == [('mount="root"', {"mount": "root", "team": "db"})]
    assert found[0].value == pytest.approx(90)
    found = watching.take(disk(30, root=95.0, srv=85.0, tmp=99.0))
    assert [change.series for change in found] == ['mount="srv"']
    assert [change.kind for change in watching.take(disk(60, root=50.0, srv=85.0, tmp=99.0))] == ["resolved"]


def test_machines_that_name_their_disks_otherwise_are_told_apart() -> None:
    watching = Watching([applied("filesystem_used_percent", where={"mount": "a|d"})], hosts=(1, 2))
    one, other = disk(0, a=90.0, b=95.0), disk(0, c=90.0, d=95.0)
    found = watching.take(one, Scrape(2, other.ts, other.session_at, other.vectors))
    assert {(change.host_id, change.series) for change in found} == {(1, 'mount="a"'), (2, 'mount="d"')}


def test_levels_that_differ_by_host_hold_where_they_are_meant() -> None:
    watching = Watching([])
    watching.follow({host_id: [applied(warning=float(host_id))] for host_id in range(1, 51)})
    found = watching.take(*(load(0, 25.5, host_id) for host_id in range(1, 51)))
    assert {change.host_id for change in found} == set(range(1, 26))


@pytest.mark.parametrize(
    ("comparison", "holds", "holds_not"),
    [
        (Comparison.ABOVE, 5.1, 5.0),
        (Comparison.AT_LEAST, 5.0, 4.9),
        (Comparison.BELOW, 4.9, 5.0),
        (Comparison.AT_MOST, 5.0, 5.1),
        (Comparison.EQUAL, 5.0, 5.1),
        (Comparison.NOT_EQUAL, 4.0, 5.0),
    ],
)
def test_every_comparison(comparison: Comparison, holds: float, holds_not: float) -> None:
    watching = Watching([applied(comparison=comparison, warning=5.0)])
    assert watching.take(load(0, holds_not)) == []
    assert len(watching.take(load(5, holds))) == 1
    assert [change.kind for change in watching.take(load(10, holds_not))] == ["resolved"]


def test_rules_that_look_for_one_value_and_rules_that_do_not_stand_side_by_side() -> None:
    watching = Watching([])
    exact, other = applied(comparison=Comparison.EQUAL, warning=3.0), applied(warning=3.5, rule_id=2)
    watching.follow({1: [exact], 2: [other], 3: [exact, applied(rule_id=3, comparison=Comparison.EQUAL, warning=7.0)]})
    found = watching.take(load(0, 3.0), load(0, 3.0, 2), load(0, 7.0, 3))
    assert [(change.host_id, change.rule_id) for change in found] == [(1, 1), (3, 3)]


def test_what_is_looked_at_is_scaled_first() -> None:
    watching = Watching([applied(warning=50.0, scale=10.0, offset=-5.0)])
    assert watching.take(load(0, 5.5)) == []
    assert [change.value for change in watching.take(load(5, 5.6))] == [pytest.approx(51.0)]


def test_the_age_of_a_moment() -> None:
    restarted = applied("boot_time_seconds", function=Function.AGE, comparison=Comparison.BELOW, warning=600.0)
    watching = Watching([restarted])
    boot = {key("boot_time_seconds"): START / 1000}
    fired = watching.take(scrape(599, boot, cadence=Cadence.SLOW))
    assert [change.value for change in fired] == [pytest.approx(599)]
    assert [change.kind for change in watching.take(scrape(629, boot, cadence=Cadence.SLOW))] == ["resolved"]


def test_a_series_that_was_there_and_is_missed_fires_until_it_comes_back() -> None:
    watching = Watching([applied("boot_time_seconds", function=Function.ABSENCE, window_s=600, warning=0.0)])
    boot = {key("boot_time_seconds"): 1.0}
    watching.look(10_000)
    assert watching.changes == []
    watching.take(scrape(0, boot, cadence=Cadence.SLOW))
    for seconds in range(0, 700, 5):
        watching.take(load(seconds, 1.0))
        watching.look(seconds)
    assert watching.told() == [("fired", "warning", 600)]
    watching.take(scrape(700, boot, cadence=Cadence.SLOW))
    assert watching.told()[1:] == [("resolved", "warning", 700)]


def test_nothing_is_missed_of_a_host_that_is_not_read_nor_right_after_it_is_read_again() -> None:
    watching = Watching([applied("boot_time_seconds", function=Function.ABSENCE, window_s=600, warning=0.0)])
    watching.take(scrape(0, {key("boot_time_seconds"): 1.0}, cadence=Cadence.SLOW), load(0, 1.0))
    for seconds in range(5, 900, 5):
        watching.look(seconds)
    for seconds in range(900, 1800, 5):
        watching.take(scrape(seconds, {LOAD: 1.0}, session_at=START + 900_000))
        watching.look(seconds)
    assert watching.told() == [("fired", "warning", 1500)]


def test_a_series_that_its_layout_no_longer_has_is_missed_as_well() -> None:
    watching = Watching([applied("unit_up", function=Function.ABSENCE, window_s=60, warning=0.0)])
    both = {key("unit_up", unit="a"): 1.0, key("unit_up", unit="b"): 1.0}
    watching.take(scrape(0, both, cadence=Cadence.CHECKS))
    for seconds in range(30, 200, 30):
        watching.take(scrape(seconds, {key("unit_up", unit="b"): 1.0}, cadence=Cadence.CHECKS))
        watching.look(seconds)
    assert [(change.series, change.ts) for change in watching.changes] == [('unit="a"', START + 60_000)]
    watching.take(scrape(210, both, cadence=Cadence.CHECKS))
    assert watching.told()[1:] == [("resolved", "warning", 210)]


def test_an_alert_whose_series_the_host_no_longer_has_is_over_after_a_while_but_not_where_nothing_is_read() -> None:
    watching = Watching([applied("filesystem_used_percent")])
    watching.take(disk(0, root=50.0, usb=95.0))
    watching.look(GONE_MS / 1000 + 60)
    assert len(watching.changes) == 1
    for seconds in range(30, GONE_MS // 1000 + 1, 30):
        watching.take(disk(seconds, root=50.0))
        watching.look(seconds)
    (over,) = watching.changes[1:]
    assert (over.series, over.resolution, over.ts) == ('mount="usb"', Resolution.SERIES_GONE, START + GONE_MS)
    assert len(watching.book) == 0


def test_what_fires_is_taken_up_where_another_left_it() -> None:
    first = Watching([applied(warning=5.0)])
    (fired,) = first.take(load(0, 6.0))
    second = Watching([applied(warning=5.0)])
    second.book.restore([firing(fired)], START + 10_000)
    second.take(load(15, 6.0), load(20, 1.0))
    assert second.told() == [("resolved", "warning", 20)]
    assert second.changes[0].fired_at == START


def test_rules_that_change_hold_from_the_next_reading_on_and_others_are_not_disturbed() -> None:
    slow = applied("cpu_usage_percent", warning=50.0, hold_s=30)
    watching = Watching([slow])
    for seconds in range(0, 25, 5):
        watching.take(cpu(seconds, 0.9))
    # The level of one, and another one that looks at something that nobody looked at before.
    watching.follow({1: [slow, applied(rule_id=2, warning=5.0)]})
    for seconds in range(25, 50, 5):
        watching.take(scrape(seconds, {**_values(cpu(seconds, 0.9)), LOAD: 6.0}))
    assert [(change.rule_id, change.ts - START) for change in watching.changes] == [(2, 25_000), (1, 35_000)]


def test_hosts_that_are_not_followed_cost_nothing_and_those_that_leave_are_forgotten() -> None:
    watching = Watching([applied(warning=5.0)])
    assert watching.take(load(0, 9.0, host_id=9)) == []
    watching.take(load(0, 9.0))
    watching.follow({})
    assert watching.take(load(5, 9.0)) == []
    assert len(watching.book) == 0
    watching.follow({1: [applied(warning=5.0)]})
    assert watching.take(load(10, 9.0)) != []


def test_two_readings_of_a_host_that_come_together_are_looked_at_in_their_order() -> None:
    watching = Watching([applied(warning=5.0)])
    found = watching.take(load(0, 6.0), load(5, 1.0), load(10, 6.0))
    assert [change.kind for change in found] == ["fired", "resolved", "fired"]


def test_in_a_large_fleet_what_few_machines_have_waits_a_moment_for_more() -> None:
    hosts = range(1, 200)
    watching = Watching([applied(warning=5.0), applied("load5", rule_id=2, warning=5.0)], hosts)
    live: LiveEvaluation = watching.live
    for host_id in hosts:
        live.take(load(0, 9.0, host_id), 5.0)
    live.take(scrape(0, {key("load5"): 9.0}, host_id=1, cadence=Cadence.PROCESSES), 5.0)
    rounds = [len(live.judge_due()) for _ in range(4)]
    assert rounds[0] == len(hosts)
    assert sum(rounds) == len(hosts) + 1


def test_what_holds_of_every_metric_is_what_is_derived_of_it() -> None:
    """Whatever the names of disks, and whatever else is looked at beside."""
    chance = np.random.default_rng(7)
    rules = [
        applied(name, rule_id=number, warning=-math.inf, comparison=Comparison.ABOVE)
        for number, name in enumerate(CATALOGUE, 1)
    ]
    names = {rule.rule.id: rule.rule.signal.metric for rule in rules}
    series = [
        SeriesKey(metric.name, tuple((label, f"{label}{which}") for label in metric.labels))
        if metric.name != "cpu_seconds_total"
        else SeriesKey(metric.name, (("mode", ("idle", "user", "system")[which]),))
        for metric in CATALOGUE.values()
        if metric.cadence is Cadence.FAST and not _is_derived(metric.name)
        for which in range(3 if metric.labels else 1)
    ]
    growing = chance.uniform(1, 9, len(series))
    readings = [scrape(5.0 * n, dict(zip(series, (growing * (n + 1)).tolist(), strict=True))) for n in range(2)]
    watching = Watching(rules)
    watching.take(readings[0])
    watching.take(readings[1])
    found = {(names[its.rule_id], its.series): entry.value for its, entry in watching.book.entries(1).items()}
    vectors = [reading.vectors[0] for reading in readings]
    deriver = deriver_for(vectors[0].layout)
    derived = deriver.between(np.array([5.0]), vectors[0].values[None], vectors[1].values[None])[0]
    expected = {
        (its.name, ",".join(f'{label}="{value}"' for label, value in its.labels)): value
        for its, value in zip(deriver.series, derived.tolist(), strict=True)
        if not math.isnan(value)
    }
    assert expected
    rates = {place: value for place, value in found.items() if _is_derived(place[0])}
    assert rates == pytest.approx(expected)


@pytest.mark.parametrize("function", Function)
@pytest.mark.parametrize("window_s", [0.0, 60.0, 3600.0, 3601.0])
def test_every_signal_is_worked_out_in_one_place(function: Function, window_s: float) -> None:
    signal = Signal(metric="load1", function=function, window_s=window_s)
    assert is_live(signal) + is_of_history(signal) + (function is Function.UNREACHABLE) == 1


def test_a_metric_that_nobody_knows_is_looked_at_by_nobody() -> None:
    watching = Watching([applied("of_a_newer_version", warning=0.0)])
    assert watching.take(load(0, 5.0)) == []


def test_a_reading_is_held_against_all_that_look_at_it() -> None:
    rules: list[AppliedRule] = [applied(rule_id=number, warning=float(number)) for number in range(1, 5)]
    rules.append(applied(rule_id=1, warning=Level(2.5), owner="kim"))
    found = Watching(rules).take(load(0, 2.7))
    assert {(change.rule_id, change.owner) for change in found} == {(1, ""), (2, ""), (1, "kim")}


def _values(reading: Scrape) -> dict[SeriesKey, float]:
    vector = reading.vectors[0]
    return dict(zip(vector.layout.series, vector.values.tolist(), strict=True))


def _is_derived(name: str) -> bool:
    return CATALOGUE[name].kind.value == "derived"
