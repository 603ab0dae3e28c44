"""The rules that come with Watchpost."""

from dataclasses import fields

import pytest

from alerts.rules.matchers import matches
from alerts.rules.rule import Comparison, NewRule
from alerts.rules.shipped_rules import PRESET_NAMES, default_rules, find_preset, shipped_rules
from alerts.rules.signal import Function
from alerts.rules.soundness import UP, objections
from alerts.rules.template import parse_template, render
from alerts.thresholds import DEFAULTS, Threshold
from storage.errors import NotFoundError
from storage.retentions import PRESETS

KEPT = PRESETS["default"]
BY_NAME = {rule.name: rule for rule in shipped_rules()}
OF_THRESHOLDS = {
    "cpu": "CPU usage",
    "memory": "Memory usage",
    "disk": "Disk usage",
    "network_errors": "Network errors",
}


def limits(name: str) -> tuple[float | None, float | None]:
    rule = BY_NAME[name]
    return rule.warning.limit if rule.warning else None, rule.critical.limit if rule.critical else None


@pytest.mark.parametrize("rule", shipped_rules(), ids=lambda rule: rule.name)
def test_each_is_sound_with_what_is_kept_by_default(rule: NewRule) -> None:
    assert objections(rule, retention_s=KEPT.raw_s, history_s=KEPT.h1_s) == ()


def test_no_two_have_one_name() -> None:
    assert len(BY_NAME) == len(shipped_rules())


@pytest.mark.parametrize("rule", shipped_rules(), ids=lambda rule: rule.name)
def test_each_says_what_and_where_in_both_languages(rule: NewRule) -> None:
    texts = dict(rule.annotations)
    for name in ("summary", "summary_ko"):
        said = render(parse_template(texts[name]), {"host": "db1", "mount": "/srv"}, 93.25)
        assert "db1" in said
        assert "{{" not in said
    assert ("description" in texts) == ("description_ko" in texts)


@pytest.mark.parametrize("rule", default_rules(), ids=lambda rule: rule.name)
def test_each_default_says_what_to_do_next(rule: NewRule) -> None:
    assert len(dict(rule.annotations)["description"]) > 60


@pytest.mark.parametrize(
    ("name", "metric", "expected", "hold_s"),
    [
        ("CPU usage", "cpu_usage_percent", (80, 90), 300),
        ("Memory usage", "memory_used_percent", (85, 95), 300),
        ("Disk usage", "filesystem_used_percent", (80, 90), 300),
        ("Network errors", "network_error_percent", (1, None), 300),
        ("Host unreachable", UP, (None, 60), 0),
    ],
)
def test_the_defaults_that_were_promised_are_on(
    name: str, metric: str, expected: tuple[float | None, float | None], hold_s: float
) -> None:
    rule = BY_NAME[name]
    assert (rule.signal.metric, rule.hold_s, rule.enabled) == (metric, hold_s, True)
    assert rule.comparison is Comparison.ABOVE
    assert limits(name) == expected


def test_what_is_noise_on_some_machines_is_off() -> None:
    assert [rule.name for rule in default_rules() if not rule.enabled] == [
        "Temperature",
        "Host restarted",
        "CPU unlike itself",
    ]


def test_swapping_is_a_rate_and_not_mere_use() -> None:
    rule = BY_NAME["Swapping"]
    assert rule.enabled
    assert rule.signal.metric.endswith("_bytes_per_second")


def test_a_disk_that_fills_up_is_told_of_before_it_is_full() -> None:
    signal = BY_NAME["Disk full soon"].signal
    assert (signal.function, signal.metric) == (Function.FORECAST, "filesystem_used_percent")
    assert signal.horizon_s >= 86_400


@pytest.mark.parametrize(
    ("unit", "is_told"),
    [
        ("nginx.service", True),
        ("run-nginx.mount", True),
        ("my-wait-online.service", True),
        ("NetworkManager-wait-online.service", False),
        ("fwupd-refresh.service", False),
        ("user@1000.service", False),
        ("run-user-1000.mount", False),
    ],
)
def test_a_failed_unit_is_told_of_by_its_name_unless_it_fails_on_healthy_machines(unit: str, is_told: bool) -> None:
    rule = BY_NAME["Failed units"]
    assert rule.signal.metric == "unit_failed"
    assert matches(rule.signal.matchers, {"unit": unit}) == is_told
    assert "{{ $labels.unit }}" in dict(rule.annotations)["summary"]


@pytest.mark.parametrize("rule", default_rules(), ids=lambda rule: rule.name)
def test_no_default_looks_at_what_comes_and_goes_within_a_minute(rule: NewRule) -> None:
    patient = (Function.UNREACHABLE, Function.ABSENCE, Function.AGE)
    assert rule.hold_s >= 120 or rule.signal.function in patient


@pytest.mark.parametrize("field", [field.name for field in fields(DEFAULTS)])
def test_what_is_coloured_is_what_is_told_of(field: str) -> None:
    threshold: Threshold = getattr(DEFAULTS, field)
    assert (threshold.warning, threshold.critical) == limits(OF_THRESHOLDS[field])


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("exporter: CPU", (">", 80, None, 300)),
        ("exporter: memory", (">", None, 90, 180)),
        ("exporter: disk", (">", 85, None, 0)),
        ("exporter: swap in use", (">", 0, None, 0)),
        ("script: CPU", (">=", 80, 95, 0)),
        ("script: memory", (">=", 80, 95, 0)),
        ("script: disk", (">=", 80, 95, 0)),
        ("openmanager: CPU", (">", None, 95, 120)),
        ("openmanager: memory", (">", 85, None, 300)),
    ],
)
def test_presets_have_the_levels_of_their_sources(
    name: str, expected: tuple[str, float | None, float | None, float]
) -> None:
    rule = BY_NAME[name]
    assert (rule.comparison.value, *limits(name), rule.hold_s) == expected
    assert rule.source == f"preset {name.partition(':')[0]}"


def test_a_preset_that_is_not_there_is_answered_with_those_that_are() -> None:
    assert {find_preset(name).name for name in PRESET_NAMES} == {"exporter", "script", "openmanager"}
    with pytest.raises(NotFoundError, match="nagios") as raised:
        find_preset("nagios")
    assert "exporter" in raised.value.hint
