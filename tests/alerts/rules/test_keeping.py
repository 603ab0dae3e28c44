"""Rules are looked at before they are kept."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from alerts.rules.keeping import (
    Brought,
    UnsoundRuleError,
    bring_in,
    change_rule,
    forget_override,
    keep_override,
    keep_rule,
    read_overrides,
    read_rule,
    reset_rule,
    would_bring,
)
from alerts.rules.override import Override, PlacedOverride
from alerts.rules.rule import Level, NewRule
from alerts.rules.signal import Function, Signal
from storage.alerting.rule_rows import edit_rule, find_rule, list_rules
from storage.alerting.threshold_rows import ThresholdScope
from storage.connection import Connection
from storage.database import Database
from storage.errors import AlreadyExistsError, InvalidInputError
from tests.alerts.rules.made_rules import CPU, EVERYTHING_SAID, NOW

OTHER = replace(CPU, name="Other")


@pytest.fixture
def connection(database: Database) -> Iterator[Connection]:
    with database.writing() as opened:
        yield opened


def at(override: Override, scope: ThresholdScope = ThresholdScope.HOST, target: str = "1") -> PlacedOverride:
    return PlacedOverride(scope, target, override)


def names(connection: Connection) -> list[str]:
    return [row.name for row in list_rules(connection)]


@pytest.mark.parametrize("rule", [CPU, EVERYTHING_SAID])
def test_a_sound_rule_is_kept_as_it_was_said(connection: Connection, rule: NewRule) -> None:
    kept = keep_rule(connection, rule, NOW)
    assert read_rule(connection, rule.name) == kept
    assert (kept.signal, kept.scope, kept.enabled, kept.source) == (rule.signal, rule.scope, rule.enabled, rule.source)


@pytest.mark.parametrize(
    ("rule", "said", "hint"),
    [
        (replace(CPU, signal=Signal(metric="cpu_use_percent")), "cpu_use_percent", "cpu_usage_percent"),
        (replace(CPU, warning=Level(95)), "wrong way round", "Exchange"),
        (replace(CPU, hold_s=86_401), "24 h", "keep readings longer"),
        (
            replace(CPU, signal=Signal(metric="load1", function=Function.AVERAGE, window_s=31 * 86_400)),
            "31 d, and readings are kept for 30 d",
            "keep readings longer",
        ),
        (replace(CPU, annotations=(("a", '{{ template "a" }}'),)), "template", "What there is"),
    ],
)
def test_what_makes_no_sense_is_refused_with_the_reason_and_not_kept(
    connection: Connection, rule: NewRule, said: str, hint: str
) -> None:
    with pytest.raises(UnsoundRuleError, match=said) as raised:
        keep_rule(connection, rule, NOW)
    assert hint in raised.value.hint
    assert names(connection) == []


def test_all_that_is_wrong_is_told_at_once(connection: Connection) -> None:
    with pytest.raises(UnsoundRuleError, match="wrong way round") as raised:
        keep_rule(connection, replace(CPU, warning=Level(95), hold_s=1e9), NOW)
    assert "Also: It is to hold" in raised.value.hint


def test_a_rule_is_changed_in_its_place(connection: Connection) -> None:
    kept = keep_rule(connection, CPU, NOW)
    changed = change_rule(connection, replace(kept, name="Processor", warning=Level(70)), NOW)
    assert (changed.id, changed.name, changed.warning) == (kept.id, "Processor", Level(70))
    assert changed.revision > kept.revision


def test_a_change_that_makes_no_sense_where_the_rule_is_otherwise_is_refused(connection: Connection) -> None:
    kept = keep_rule(connection, CPU, NOW)
    keep_override(connection, kept, at(Override(critical=Level(85)), ThresholdScope.TAG, "Seoul"))
    with pytest.raises(UnsoundRuleError, match="tag Seoul") as raised:
        change_rule(connection, replace(kept, warning=Level(88)), NOW)
    assert "wrong way round" in raised.value.message
    assert read_rule(connection, "CPU").warning == CPU.warning


def test_levels_elsewhere_are_kept_and_forgotten(connection: Connection) -> None:
    kept = keep_rule(connection, CPU, NOW)
    first, second = at(Override(off=True)), at(Override(warning=Level(85), hold_s=60), ThresholdScope.USER, "anna")
    keep_override(connection, kept, first)
    keep_override(connection, kept, second)
    assert read_overrides(connection, kept.id) == [first, second]
    assert forget_override(connection, kept, ThresholdScope.HOST, "1")
    assert read_overrides(connection, kept.id) == [second]


@pytest.mark.parametrize(
    ("placed", "said"),
    [
        (at(Override(warning=Level(95))), "wrong way round"),
        (at(Override(warning=None, critical=None)), "neither a warning nor a critical"),
        (at(Override(hold_s=86_401)), "24 h"),
        (at(Override(warning=Level(70, 79))), "beyond the level"),
        (at(Override(warning=Level(float("nan")))), "no usable number"),
        (at(Override()), "Nothing would be otherwise"),
        (at(Override(off=True, hold_s=3)), "off it has no levels"),
        (at(Override(off=True), ThresholdScope.USER, "anna"), "off for one user"),
    ],
)
def test_levels_elsewhere_that_make_no_sense_are_refused(
    connection: Connection, placed: PlacedOverride, said: str
) -> None:
    kept = keep_rule(connection, CPU, NOW)
    with pytest.raises(InvalidInputError, match=said):
        keep_override(connection, kept, placed)
    assert read_overrides(connection, kept.id) == []


def test_bringing_in_again_takes_the_place_of_what_came_before(connection: Connection) -> None:
    first = bring_in(connection, [CPU, OTHER], "file a", NOW)
    assert first == Brought(added=("CPU", "Other"))
    assert not first.loses
    before = find_rule(connection, "CPU")
    keep_override(connection, read_rule(connection, "CPU"), at(Override(hold_s=9)))
    edit_rule(connection, before.id, enabled=False, now_ms=NOW)
    third = replace(CPU, name="Third")
    again = bring_in(connection, [replace(CPU, hold_s=5), third], "file a", NOW)
    assert again == Brought(added=("Third",), changed=("CPU",), removed=("Other",))
    assert again.loses
    after = read_rule(connection, "CPU")
    # Its id, its other levels and whether it is on stay: they are what people said here.
    assert (after.id, after.hold_s, after.enabled) == (before.id, 5, False)
    assert len(read_overrides(connection, after.id)) == 1
    assert bring_in(connection, [CPU, third], "file a", NOW).unchanged == ("Third",)


def test_rules_from_elsewhere_are_not_touched(connection: Connection) -> None:
    keep_rule(connection, replace(CPU, name="own"), NOW)
    bring_in(connection, [CPU], "file a", NOW)
    bring_in(connection, [OTHER], "file b", NOW)
    assert bring_in(connection, [], "file a", NOW) == Brought(removed=("CPU",))
    assert names(connection) == ["Other", "own"]


def test_a_name_that_is_taken_by_something_else_is_in_the_way_of_the_whole(connection: Connection) -> None:
    keep_rule(connection, replace(CPU, hold_s=1), NOW)
    with pytest.raises(AlreadyExistsError, match="CPU"):
        bring_in(connection, [OTHER, CPU], "file a", NOW)
    assert names(connection) == ["CPU"]
    done = bring_in(connection, [OTHER, CPU], "file a", NOW, over=True)
    assert done == Brought(added=("Other",), changed=("CPU",))
    assert (read_rule(connection, "CPU").hold_s, read_rule(connection, "CPU").source) == (300, "")


def test_the_same_rule_from_elsewhere_is_there_already(connection: Connection) -> None:
    keep_rule(connection, CPU, NOW)
    assert bring_in(connection, [CPU], "file a", NOW) == Brought(unchanged=("CPU",))
    assert find_rule(connection, "CPU").source == ""


def test_one_that_makes_no_sense_is_in_the_way_of_the_whole(connection: Connection) -> None:
    with pytest.raises(UnsoundRuleError, match=r"“Other”.*wrong way round"):
        bring_in(connection, [CPU, replace(OTHER, warning=Level(95))], "file a", NOW)
    assert names(connection) == []


def test_what_would_be_done_is_told_and_not_done(connection: Connection) -> None:
    assert would_bring(connection, [CPU], "file a") == Brought(added=("CPU",))
    assert names(connection) == []


def test_a_reset_rule_is_as_it_comes_and_keeps_its_other_levels(connection: Connection) -> None:
    shipped = replace(CPU, source="default")
    reset_rule(connection, shipped, NOW)
    kept = read_rule(connection, "CPU")
    keep_override(connection, kept, at(Override(off=True)))
    change_rule(connection, replace(kept, warning=Level(10), enabled=False), NOW)
    reset_rule(connection, shipped, NOW)
    after = read_rule(connection, "CPU")
    assert (after.id, after.warning, after.enabled) == (kept.id, CPU.warning, True)
    assert len(read_overrides(connection, kept.id)) == 1


def test_a_persons_rule_is_no_rule_that_came_with_watchpost(connection: Connection) -> None:
    keep_rule(connection, replace(CPU, hold_s=1), NOW)
    with pytest.raises(AlreadyExistsError):
        reset_rule(connection, replace(CPU, source="default"), NOW)
    assert read_rule(connection, "CPU").hold_s == 1
