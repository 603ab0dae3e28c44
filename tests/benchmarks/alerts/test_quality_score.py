"""How what was told is held against what was true."""

import pytest

from benchmarks.alerts.quality_plan import CPU, DISK_SOON, UNREACHABLE, Happening
from benchmarks.alerts.quality_score import Causes, hours_ahead, in_all, score
from benchmarks.alerts.quality_truth import Symptom
from benchmarks.alerts.quality_week import Crossing
from simulated_fleet.machine import machines
from simulated_fleet.scenario import Scenario, ScenarioKind
from storage.alerting.alert_change import AlertChange, ChangeKind

FLEET = machines(12, 7)
MINUTE = 60_000
HOUR = 60 * MINUTE


def happening(kind: ScenarioKind, host: int, start: int, end: int, label: str = "fault") -> Happening:
    return Happening(Scenario(kind, (host,), start, end), label)


def fired(rule: str, host: int, ts: int, kind: ChangeKind = ChangeKind.FIRED) -> AlertChange:
    return AlertChange(
        rule_id=1, rule_name=rule, host_id=host, series="", metric="", kind=kind, severity="warning", ts=ts, fired_at=ts
    )


SATURATED = happening(ScenarioKind.CPU_SATURATION, 3, HOUR, 2 * HOUR)
BURST = happening(ScenarioKind.CPU_SATURATION, 4, HOUR, HOUR + 4 * MINUTE, "burst")
CAUSES = Causes([SATURATED, BURST], FLEET)
SYMPTOM = Symptom(SATURATED, 3, CPU, HOUR + 30_000, 300.0)


def test_an_alert_that_a_fault_is_the_cause_of_is_right() -> None:
    its = score([fired(CPU, 3, HOUR + 6 * MINUTE)], [], [SYMPTOM], CAUSES)[CPU]
    assert (its.right, its.wrong, its.precision, its.recall) == (1, [], 1.0, 1.0)
    assert its.late_s == 30.0


@pytest.mark.parametrize(
    ("rule", "host", "ts"),
    [
        (CPU, 4, HOUR + 3 * MINUTE),
        (CPU, 5, HOUR + 6 * MINUTE),
        (CPU, 3, HOUR - 1),
        (CPU, 3, 2 * HOUR + 3 * MINUTE),
        ("Disk usage", 3, HOUR + 6 * MINUTE),
    ],
    ids=["a burst", "another host", "before it", "long after it", "another rule"],
)
def test_any_other_is_wrong(rule: str, host: int, ts: int) -> None:
    found = score([fired(rule, host, ts)], [], [SYMPTOM], CAUSES)
    assert (found[rule].right, len(found[rule].wrong)) == (0, 1)
    assert found[CPU].missed == [SYMPTOM]
    assert in_all(found).precision == in_all(found).recall == 0.0


def test_what_follows_upon_an_alert_is_no_other_one() -> None:
    changes = [fired(CPU, 3, HOUR + MINUTE, kind) for kind in ChangeKind if kind is not ChangeKind.FIRED]
    assert score(changes, [], [SYMPTOM], CAUSES)[CPU].right == 0


def test_a_jump_host_is_the_cause_of_what_is_behind_it() -> None:
    behind = next(machine for machine in FLEET if machine.behind is not None)
    assert behind.behind is not None
    causes = Causes([happening(ScenarioKind.JUMP_HOST_DOWN, behind.behind, HOUR, 2 * HOUR)], FLEET)
    assert causes.fault(behind.index, UNREACHABLE, HOUR + MINUTE) is not None
    assert causes.fault(behind.index, CPU, HOUR + MINUTE) is None


def test_crossings_are_benign_where_no_fault_is_on_and_one_that_hovers_counts_once() -> None:
    crossings = [
        Crossing(3, CPU, "", HOUR + 30_000),
        Crossing(4, CPU, "", HOUR + 30_000),
        Crossing(4, CPU, "", HOUR + 90_000),
        Crossing(5, CPU, "", 5 * HOUR),
    ]
    its = score([fired(CPU, 5, 5 * HOUR + 5 * MINUTE)], crossings, [], CAUSES)[CPU]
    assert (its.crossings, its.benign, its.benign_told) == (3, 2, 1)
    assert its.benign_share == pytest.approx(2 / 3)
    assert its.false_positives == 0.5


def test_what_is_said_of_an_unreachable_host_is_inhibited_and_neither_right_nor_wrong() -> None:
    away = [fired(UNREACHABLE, 5, HOUR), fired(UNREACHABLE, 5, 2 * HOUR, ChangeKind.RESOLVED)]
    rule = "File systems not answering"
    its = score([*away, fired(rule, 5, HOUR + MINUTE), fired(rule, 5, 3 * HOUR)], [], [], CAUSES)[rule]
    assert (its.right, len(its.wrong), its.inhibited) == (0, 1, 1)


def test_a_forecast_is_worth_the_hours_that_it_leaves() -> None:
    fills = [happening(ScenarioKind.DISK_FILLING, host, 0, 72 * HOUR, "slow fill") for host in (1, 2)]
    changes = [fired(DISK_SOON, 1, 24 * HOUR), fired(DISK_SOON, 1, 48 * HOUR), fired(CPU, 2, 24 * HOUR)]
    assert hours_ahead(changes, fills) == [48.0, None]
