"""The labelled week, on a small scale."""

import numpy as np
import pytest

from benchmarks.alerts.quality import figures, judged_rules, run
from benchmarks.alerts.quality_days import Days
from benchmarks.alerts.quality_plan import (
    DAY_MS,
    FOUND_BY,
    LEARNING_DAYS,
    SHOWS_AS,
    UNREACHABLE,
    Plan,
    make_plan,
)
from benchmarks.alerts.quality_readings import CPU, HOUR_MS, learn_hours, points, read_parts
from benchmarks.alerts.quality_score import in_all
from simulated_fleet.machine import machines
from simulated_fleet.scenario import ScenarioKind
from storage.rollup import Interval

LIVE_MS = 20_370 * DAY_MS
FLEET = machines(12, 7)


def plan_of(days: float = 2.0, seed: int = 5) -> Plan:
    return make_plan(FLEET, seed=seed, live_ms=LIVE_MS, days=days)


def test_the_same_seed_gives_the_same_week_and_another_one_another() -> None:
    assert plan_of() == plan_of()
    assert plan_of() != plan_of(seed=6)


def test_in_the_weeks_before_there_are_backups_and_nothing_else() -> None:
    plan = plan_of()
    assert plan.live_ms - plan.start_ms == LEARNING_DAYS * DAY_MS
    before = {happening.kind for happening in plan.happenings if happening.scenario.start_ms < LIVE_MS}
    assert before == {"backup"}


def test_faults_last_longer_than_rules_wait_and_bursts_do_not() -> None:
    holds = {rule.name: rule.hold_s for rule in judged_rules()}
    for happening in plan_of(days=20).happenings:
        scenario = happening.scenario
        lasts_s = (scenario.end_ms - scenario.start_ms) / 1000
        if happening.kind == "burst" and scenario.kind in (ScenarioKind.CPU_SATURATION, ScenarioKind.NETWORK_ERRORS):
            assert lasts_s < holds[SHOWS_AS[scenario.kind][0]]
        if happening.is_fault:
            assert lasts_s > min(60.0 if name == UNREACHABLE else holds[name] for name in FOUND_BY[scenario.kind])


def test_every_kind_of_fault_that_a_rule_finds_comes_up() -> None:
    kinds = {happening.scenario.kind for happening in plan_of(days=20).happenings if happening.kind == "fault"}
    assert kinds == set(FOUND_BY)


def test_what_is_learnt_from_a_reading_a_minute_is_what_one_every_five_seconds_says() -> None:
    """The one place where the bench takes longer steps than a poller."""
    days = Days(FLEET, plan_of(), 5)
    start = LIVE_MS - 2 * DAY_MS
    seldom = learn_hours(days, start, start + DAY_MS)
    for machine in FLEET[:3]:
        part, _ = read_parts(days, machine.index, np.arange(start, start + DAY_MS, 5000), (), slow_too=False)
        often = points(CPU, part.ts, part.derived(CPU.name)[1][:, 0], Interval.H1, HOUR_MS)
        assert np.array_equal(seldom[machine.index].ts, often.ts)
        # The first hour of a day lacks a minute, and the last minute of an hour counts with the next one.
        apart = np.abs(seldom[machine.index].value - often.value)
        assert apart.max() < 1.0
        assert np.median(apart) < 0.1
        # A smaller range makes the rule for what is unusual more eager, not less.
        assert (seldom[machine.index].maximum <= often.maximum + 0.05).all()


@pytest.mark.timeout(600)
def test_a_short_week_is_judged_well() -> None:
    result = run(11, 5, 0.5)
    every = in_all(result.scores)
    assert result.told.scrapes > 0.95 * 5 * 0.5 * 17_280
    assert len(every.found) >= 3
    assert every.recall == 1.0
    assert every.precision >= 0.9
    assert every.benign_share > 0.3
    assert every.late_s is not None
    assert every.late_s < 10
    names = [figure.name for figure in figures([result], every, "")]
    assert names[:4] == [
        "alerts_wrong_percent", "faults_missed_percent", "detection_late_s", "false_positive_percent",
    ]  # fmt: skip
