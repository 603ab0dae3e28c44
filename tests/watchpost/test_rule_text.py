"""Rules in words."""

from dataclasses import replace

import pytest

from alerts.rules.matchers import Matcher, Operator
from alerts.rules.override import Override, PlacedOverride
from alerts.rules.rule import Comparison, Level, NewRule, Scope
from alerts.rules.signal import Function, Signal
from alerts.rules.soundness import UP
from storage.alerting.threshold_rows import ThresholdScope
from tests.watchpost.kept_rules import CPU
from watchpost.rule_text import level_text, override_text, place_text, scope_text, signal_text

MOUNT = Matcher("mount", Operator.MATCHES, "/srv/.*")


@pytest.mark.parametrize(
    ("signal", "text"),
    [
        (Signal(metric="load1"), "load1"),
        (Signal(metric="filesystem_used_percent", matchers=(MOUNT,)), 'filesystem_used_percent{mount=~"/srv/.*"}'),
        (Signal(metric="load1", function=Function.AVERAGE, window_s=600), "average(load1[10m])"),
        (
            Signal(metric="load1", function=Function.FORECAST, window_s=3600, horizon_s=172_800),
            "forecast(load1[1h], 2d)",
        ),
        (Signal(metric="load1", scale=-2, offset=1.5), "load1 * -2 + 1.5"),
        (Signal(metric=UP, function=Function.UNREACHABLE), "up"),
    ],
)
def test_what_is_looked_at_reads_as_promql_does(signal: Signal, text: str) -> None:
    assert signal_text(signal) == text


@pytest.mark.parametrize(
    ("signal", "comparison", "level", "text"),
    [
        (Signal(metric="cpu_usage_percent"), Comparison.ABOVE, Level(80, 75), "> 80 %, well at <= 75 %"),
        (Signal(metric="cpu_usage_percent"), Comparison.ABOVE, Level(80), "> 80 %"),
        (Signal(metric="filesystem_available_bytes"), Comparison.BELOW, Level(2**30, 2**31), "< 1GiB, well at >= 2GiB"),
        (Signal(metric="swap_in_bytes_per_second"), Comparison.AT_LEAST, Level(2**20), ">= 1MiB/s"),
        (Signal(metric="load1"), Comparison.AT_MOST, Level(0.5), "<= 0.5"),
        (Signal(metric=UP, function=Function.UNREACHABLE), Comparison.ABOVE, Level(60), "> 60 s"),
        (Signal(metric="cpu_usage_percent", function=Function.DEPARTURE), Comparison.ABOVE, Level(6), "> 6"),
        (Signal(metric="cpu_usage_percent", scale=0.5), Comparison.ABOVE, Level(6), "> 6"),
        (Signal(metric="load1"), Comparison.ABOVE, None, "-"),
    ],
)
def test_a_level_has_its_unit_where_it_has_one(
    signal: Signal, comparison: Comparison, level: Level | None, text: str
) -> None:
    assert level_text(level, NewRule(name="x", signal=signal, comparison=comparison)) == text


def test_whom_it_is_for() -> None:
    assert scope_text(Scope()) == "every host"
    assert scope_text(Scope(hosts=("db1",), groups=("web", "db"), tags=("서울",))) == (
        "group web, group db, tag 서울, host db1"
    )
    assert scope_text(Scope(tags=("a\x1b[2J",))) == "tag a\ufffd[2J"


def test_for_whom_it_is_otherwise() -> None:
    at_host = PlacedOverride(ThresholdScope.HOST, "3", Override(off=True))
    assert place_text(at_host, {3: "db1"}) == "host db1"
    assert place_text(at_host, {}) == "host 3 (removed)"
    assert place_text(replace(at_host, target="²"), {2: "db2"}) == "host ² (removed)"
    assert place_text(PlacedOverride(ThresholdScope.USER, "anna", Override(off=True)), {}) == "user anna"


@pytest.mark.parametrize(
    ("override", "text"),
    [
        (Override(off=True), "off"),
        (Override(warning=Level(70, 65), critical=None), "warning > 70 %, well at <= 65 %, no critical"),
        (Override(hold_s=90), "for 1m30s"),
    ],
)
def test_what_is_otherwise(override: Override, text: str) -> None:
    assert override_text(override, CPU) == text
