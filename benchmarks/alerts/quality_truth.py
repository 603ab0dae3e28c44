"""What is true of a labelled week, worked out from the fleet itself and not from what the rules say."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from alerts.history.needs import present_s
from alerts.rules.rule import Rule
from benchmarks.alerts.quality_days import Days
from benchmarks.alerts.quality_plan import FOUND_BY, UNREACHABLE, UNUSUAL, Happening, Plan
from benchmarks.alerts.quality_readings import CPU, Floats, Part
from simulated_fleet.history_past import layout_of, skew_s
from simulated_fleet.machine import Machine
from simulated_fleet.scenario import ScenarioKind
from storage.catalogue import CATALOGUE
from storage.scrape import Cadence

_FAST_S = 2.5
_SLOW_S = 10.0
_RATE_STEPS = 2
"""Rates are taken over 5 s, as with readings."""
_UNUSUAL_POINTS = 25.0
"""Of CPU, more than without the fault: what nobody could take for an ordinary hour."""
_UNREACHABLE_S = 60.0


class Symptom(NamedTuple):
    """A fault as one rule has to see it, on one host.

    Attributes:
        happening: the fault.
        host: on which host it shows.
        rule: the name of the rule.
        onset: from when on it is beyond the level for as long as the rule waits, UTC milliseconds.
        waits_s: for how long the rule waits.
    """

    happening: Happening
    host: int
    rule: str
    onset: int
    waits_s: float


def symptoms(days: Days, calm: Days, plan: Plan, rules: Mapping[str, Rule]) -> list[Symptom]:
    """All that has to be found: faults that last for longer than their rules wait.

    Args:
        days: the fleet, with all that happens.
        calm: the same fleet with its backups and nothing else.
        plan: what happens.
        rules: those that are judged, by name.
    """
    dark = _dark(plan, days.machines)
    found = []
    for happening in plan.happenings:
        scenario = happening.scenario
        if happening.kind != "fault":
            continue
        for name in FOUND_BY.get(scenario.kind, ()):
            rule = rules.get(name)
            for host in _shows_on(happening, days.machines) if rule is not None else ():
                if rule is None or (name != UNREACHABLE and _in_the_dark(host, happening, dark)):
                    continue
                onset = _onset(days, calm, happening, host, rule)
                if onset is not None:
                    found.append(Symptom(happening, host, name, onset, waits_s(rule)))
    return found


def waits_s(rule: Rule) -> float:
    """For how long something has to be so before a rule tells of it."""
    if rule.name == UNREACHABLE:
        return _UNREACHABLE_S + rule.hold_s
    return rule.hold_s + (present_s(rule.signal) if rule.name == UNUSUAL else 0.0)


def _onset(days: Days, calm: Days, happening: Happening, host: int, rule: Rule) -> int | None:
    """From when on; None where it does not last."""
    scenario = happening.scenario
    lasts_s = (scenario.end_ms - scenario.start_ms) / 1000
    if rule.name == UNREACHABLE:
        return scenario.start_ms if lasts_s > waits_s(rule) + 5 else None
    if rule.name == UNUSUAL:
        if lasts_s <= waits_s(rule) or _more_cpu(days, calm, happening, host) < _UNUSUAL_POINTS:
            return None
        return scenario.start_ms
    ts, values = _values(days, happening, host, rule.signal.metric)
    level = min(each.limit for each in (rule.warning, rule.critical) if each is not None)
    return _first_run(ts, values > level, rule.hold_s * 1000)


def _first_run(ts: Floats, beyond: np.ndarray, least_ms: float) -> int | None:
    edges = np.flatnonzero(np.diff(np.concatenate(([False], beyond, [False])).astype(np.int8)))
    for first, last in edges.reshape(-1, 2).tolist():
        if ts[last - 1] - ts[first] > least_ms + 5000:
            return int(ts[first])
    return None


def _values(days: Days, happening: Happening, host: int, metric: str) -> tuple[Floats, Floats]:
    """The metric while the fault goes on; of several series the highest."""
    scenario = happening.scenario
    world = days.world(scenario.start_ms)
    is_slow = CATALOGUE[metric].cadence is Cadence.SLOW
    step_s = _SLOW_S if is_slow else _FAST_S
    # Readings start only after the counters of a fault have begun to move.
    at_s = np.arange(scenario.start_ms / 1000 - 2 * step_s, scenario.end_ms / 1000, step_s)
    if metric == "clock_skew_seconds":
        skews = np.array([skew_s(world, host, round(moment * 1000)) for moment in at_s.tolist()])
        return at_s * 1000, skews
    readings = world.read([host] * len(at_s), at_s.tolist())
    ts = np.round(at_s * 1000).astype(np.int64)
    if is_slow:
        layout = layout_of(days.machines[host], Cadence.SLOW)
        rows = np.stack(readings.slow(list(range(len(ts)))))
        part = Part(ts, np.zeros_like(ts), layout, np.column_stack((rows, np.zeros(len(ts)))))
        return at_s * 1000, np.nanmax(part.derived(metric)[1], axis=1)
    layout = layout_of(days.machines[host], Cadence.FAST)
    values = readings.fast().values.reshape(len(ts), -1)
    return at_s[_RATE_STEPS:] * 1000, _over_five_seconds(Part(ts, np.zeros_like(ts), layout, values), metric)


def _over_five_seconds(part: Part, metric: str) -> Floats:
    """The highest series of a metric, of rates those of the last 5 s, from the third reading on."""
    found = np.empty(len(part.ts) - _RATE_STEPS)
    for shift in range(_RATE_STEPS):
        rows = slice(shift, None, _RATE_STEPS)
        each = Part(part.ts[rows], part.session_at[rows], part.layout, part.values[rows])
        with np.errstate(all="ignore"):
            values = each.derived(metric)[1]
        highest = np.where(np.isnan(values), -np.inf, values).max(axis=1, initial=-np.inf)
        found[shift::_RATE_STEPS] = highest[1:][: len(found[shift::_RATE_STEPS])]
    return found


def _more_cpu(days: Days, calm: Days, happening: Happening, host: int) -> float:
    """By how many points more CPU is in use in the mean."""
    _, with_it = _values(days, happening, host, CPU.name)
    _, without = _values(calm, happening, host, CPU.name)
    return float(np.mean(with_it) - np.mean(without))


def _shows_on(happening: Happening, machines: Sequence[Machine]) -> list[int]:
    hosts = list(happening.scenario.hosts)
    if happening.scenario.kind is ScenarioKind.JUMP_HOST_DOWN:
        hosts += [machine.index for machine in machines if machine.behind in hosts]
    return hosts


def _dark(plan: Plan, machines: Sequence[Machine]) -> dict[int, list[Happening]]:
    """The outages of jump hosts, by the hosts behind them."""
    found: dict[int, list[Happening]] = {}
    for happening in plan.happenings:
        if happening.scenario.kind is ScenarioKind.JUMP_HOST_DOWN:
            for host in _shows_on(happening, machines):
                found.setdefault(host, []).append(happening)
    return found


def _in_the_dark(host: int, happening: Happening, dark: Mapping[int, list[Happening]]) -> bool:
    """Whether the host cannot be seen for a part of it, through no doing of its own."""
    mine = happening.scenario
    return any(
        each.scenario.start_ms < mine.end_ms and mine.start_ms < each.scenario.end_ms
        for each in dark.get(host, ())
        if each is not happening
    )
