"""Rules as JSON bodies, and back."""

import json
from dataclasses import replace
from typing import Any

import pytest

from alerts.rules.document import VERSION, DocumentError, override_body, override_of, rule_body, rule_of
from alerts.rules.override import Override, PlacedOverride
from alerts.rules.rule import Level, NewRule
from storage.alerting.rule_rows import RuleRow
from storage.alerting.threshold_rows import ThresholdRow, ThresholdScope
from tests.alerts.rules.made_rules import CPU, EVERYTHING_SAID, NOW


def row(rule: NewRule, body: object) -> RuleRow:
    stored = json.loads(json.dumps(body))
    return RuleRow(
        id=7,
        name=rule.name,
        enabled=rule.enabled,
        source=rule.source,
        body=stored,
        revision=3,
        created_at=NOW,
        updated_at=NOW,
    )


def threshold(body: object, scope: str = "host") -> ThresholdRow:
    return ThresholdRow(id=1, rule_id=7, scope=scope, target="12", body=json.loads(json.dumps(body)), revision=3)


@pytest.mark.parametrize("rule", [CPU, EVERYTHING_SAID])
def test_a_rule_comes_back_as_it_was(rule: NewRule) -> None:
    found = rule_of(row(rule, rule_body(rule)))
    assert (found.id, found.revision) == (7, 3)
    for field in NewRule.__dataclass_fields__:
        assert getattr(found, field) == getattr(rule, field), field


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        "text",
        {},
        {"version": "1"},
        {"version": 1},
        rule_body(CPU) | {"comparison": "~"},
        rule_body(CPU) | {"warning": {"limit": "80"}},
        rule_body(CPU) | {"hold_s": None},
        rule_body(CPU) | {"signal": {"metric": "load1", "function": "magic"}},
        rule_body(CPU) | {"another": 1},
    ],
)
def test_a_broken_body_is_refused_with_the_reason(body: Any) -> None:  # noqa: ANN401 - anything
    with pytest.raises(DocumentError, match="stored of it"):
        rule_of(row(CPU, body))


def test_a_body_of_a_newer_version_is_not_half_understood() -> None:
    with pytest.raises(DocumentError, match="newer Watchpost"):
        rule_of(row(CPU, rule_body(CPU) | {"version": VERSION + 1}))
    with pytest.raises(DocumentError, match="newer Watchpost"):
        override_of(threshold(override_body(Override(off=True)) | {"version": VERSION + 1}))


@pytest.mark.parametrize(
    "override",
    [
        Override(off=True),
        Override(warning=Level(70, 65)),
        Override(warning=None, critical=Level(99)),
        Override(hold_s=600.0),
        Override(),
    ],
)
def test_what_is_otherwise_comes_back_as_it_was(override: Override) -> None:
    found = override_of(threshold(override_body(override)))
    assert found == PlacedOverride(ThresholdScope.HOST, "12", override)


@pytest.mark.parametrize(
    ("body", "scope"),
    [
        ({"version": 1, "off": "yes"}, "host"),
        ({"version": 1, "warning": 80}, "host"),
        ({"version": 1, "more": 1}, "host"),
        ({"version": 1}, "planet"),
        (None, "host"),
    ],
)
def test_a_broken_override_is_refused_with_the_reason(body: object, scope: str) -> None:
    with pytest.raises(DocumentError, match="stored of it"):
        override_of(threshold(body, scope))


def test_a_body_says_all_so_that_another_default_later_changes_no_rule() -> None:
    said = set(rule_body(replace(CPU, warning=None)))
    assert said == set(NewRule.__dataclass_fields__) - {"name", "enabled", "source"} | {"version"}
