"""Which rules, with which levels, are for a host."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.rules.document import override_body, rule_body
from alerts.rules.override import Override
from alerts.rules.rule import Level, NewRule, Scope
from alerts.rules.rulebook import Rulebook, read_rulebook, rulebook_of
from alerts.rules.signal import Signal
from storage.alerting.rule_rows import RuleRow, add_rule, rules_revision
from storage.alerting.threshold_rows import ThresholdRow, ThresholdScope, set_threshold
from storage.database import Database
from tests.alerts.rules.made_rules import CPU, NOW, host

Otherwise = tuple[str, str, Override]


def row(rule: NewRule, rule_id: int = 1) -> RuleRow:
    return RuleRow(
        id=rule_id,
        name=rule.name,
        enabled=rule.enabled,
        source=rule.source,
        body=rule_body(rule),
        revision=1,
        created_at=NOW,
        updated_at=NOW,
    )


def book(*otherwise: Otherwise, rule: NewRule = CPU) -> Rulebook:
    thresholds = [
        ThresholdRow(id=number, rule_id=1, scope=scope, target=target, body=override_body(override), revision=1)
        for number, (scope, target, override) in enumerate(otherwise)
    ]
    return rulebook_of([row(rule)], thresholds)


def levels(rulebook: Rulebook, **host_is: object) -> list[tuple[str, float | None, float | None, float]]:
    return [
        (
            applied.owner,
            applied.warning.limit if applied.warning else None,
            applied.critical.limit if applied.critical else None,
            applied.hold_s,
        )
        for applied in rulebook.for_host(host(**host_is))  # type: ignore[arg-type]
    ]


def test_without_more_the_levels_are_the_rules_own() -> None:
    assert levels(book()) == [("", 80, 90, 300)]


@pytest.mark.parametrize(
    ("host_is", "warning"),
    [
        ({"host_id": 1, "group": "Postgres", "tags": ("prod", "Seoul")}, 81),
        ({"host_id": 2, "group": "Postgres", "tags": ("prod", "Seoul")}, 82),
        ({"host_id": 2, "group": "Postgres", "tags": ("Seoul", "prod")}, 83),
        ({"host_id": 2, "group": "Postgres", "tags": ("other",)}, 84),
        ({"host_id": 2, "group": "web"}, 80),
    ],
    ids=["the host", "its first tag", "its other tag first", "its group", "none of these"],
)
def test_the_most_specific_word_counts(host_is: dict[str, object], warning: float) -> None:
    rulebook = book(
        ("group", "Postgres", Override(warning=Level(84))),
        ("tag", "Seoul", Override(warning=Level(83))),
        ("tag", "prod", Override(warning=Level(82))),
        ("host", "1", Override(warning=Level(81))),
    )
    assert levels(rulebook, **host_is) == [("", warning, 90, 300)]


def test_each_word_is_put_upon_the_rule_itself() -> None:
    rulebook = book(("group", "web", Override(hold_s=10)), ("host", "1", Override(critical=None)))
    assert levels(rulebook, group="web") == [("", 80, None, 300)]


def test_where_a_rule_is_off_nothing_is_looked_at_for_users_neither() -> None:
    rulebook = book(("host", "1", Override(off=True)), ("user", "anna", Override(warning=Level(60))))
    assert levels(rulebook) == []
    assert levels(rulebook, host_id=2) == [("", 80, 90, 300), ("anna", 60, 90, 300)]


def test_a_users_own_levels_come_besides_and_never_in_the_way_of_others() -> None:
    rulebook = book(
        ("user", "anna", Override(warning=Level(60))),
        ("host", "1", Override(warning=Level(85))),
        ("user", "bora", Override(hold_s=0)),
    )
    assert levels(rulebook) == [("", 85, 90, 300), ("anna", 60, 90, 300), ("bora", 80, 90, 0)]


@pytest.mark.parametrize(
    ("scope", "is_for"),
    [
        (Scope(), True),
        (Scope(hosts=("db1",)), True),
        (Scope(hosts=("db2",)), False),
        (Scope(groups=("Postgres",)), True),
        (Scope(groups=("web",)), False),
        (Scope(tags=("Seoul",)), True),
        (Scope(hosts=("db2",), tags=("Seoul",)), True),
        (Scope(tags=("Busan",), groups=("web",)), False),
    ],
)
def test_a_rule_is_for_the_hosts_that_it_names(scope: Scope, is_for: bool) -> None:
    rulebook = book(rule=replace(CPU, scope=scope))
    assert bool(rulebook.for_host(host(group="Postgres", tags=("prod", "Seoul")))) is is_for


def test_a_rule_that_is_off_is_in_no_book() -> None:
    assert book(rule=replace(CPU, enabled=False)).rules == ()


def test_hosts_with_the_same_levels_share_what_says_so() -> None:
    rulebook = book(("group", "web", Override(hold_s=10)))
    for host_is in ({"group": "web"}, {"group": "x"}):
        one, another = (rulebook.for_host(host(number, **host_is)) for number in (1, 2))  # type: ignore[arg-type]
        assert one[0] is another[0]


def test_hosts_that_are_alike_to_the_rules_share_all_of_it_and_others_do_not() -> None:
    named = replace(CPU, name="named", scope=Scope(hosts=("db9",)))
    own = ThresholdRow(id=1, rule_id=1, scope="host", target="8", body=override_body(Override(hold_s=1)), revision=1)
    rulebook = rulebook_of([row(CPU, 1), row(named, 2)], [own])
    assert rulebook.for_host(host(1)) is rulebook.for_host(host(2, name="db2"))
    assert [each.hold_s for each in rulebook.for_host(host(8, name="db8"))] == [1]
    assert [each.rule.name for each in rulebook.for_host(host(9, name="db9"))] == ["CPU", "named"]
    assert [each.rule.name for each in rulebook.for_host(host(1))] == ["CPU"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
FIELDS = [*rule_body(CPU), "signal.metric", "signal.matchers", "signal.window_s", "signal.scale", "warning.limit"]


@given(field=st.sampled_from(FIELDS), value=JSON)
def test_whatever_stands_in_a_row_nothing_fails(field: str, value: object) -> None:
    body = json.loads(json.dumps(rule_body(CPU)))
    outer, _, inner = field.partition(".")
    if inner:
        body[outer][inner] = value
    else:
        body[outer] = value
    rulebook = rulebook_of([replace(row(CPU), body=body)], [])
    assert len(rulebook.rules) + len(rulebook.broken) == 1
    rulebook.for_host(host())


@given(value=JSON, scope=st.sampled_from(["host", "tag", "user", "x"]))
def test_whatever_stands_in_a_row_of_other_levels_the_rule_holds(value: object, scope: str) -> None:
    for body in (value, {"version": 1, "warning": value}, {"version": 1, "hold_s": value}):
        odd = ThresholdRow(id=1, rule_id=1, scope=scope, target="1", body=body, revision=1)
        rulebook = rulebook_of([row(CPU)], [odd])
        assert [rule.name for rule in rulebook.rules] == ["CPU"]
        rulebook.for_host(host(1, tags=("1",)))


def test_what_is_broken_is_left_out_and_named() -> None:
    newer = replace(CPU, name="newer")
    unknown = replace(CPU, name="unknown", signal=Signal(metric="quantum_percent"))
    rows = [replace(row(newer, 2), body={"version": 99}), row(unknown, 3), row(CPU, 1)]
    wrong = ThresholdRow(
        id=1, rule_id=1, scope="tag", target="a", body=override_body(Override(warning=Level(95))), revision=1
    )
    odd = ThresholdRow(id=2, rule_id=1, scope="planet", target="b", body={"version": 1}, revision=1)
    rulebook = rulebook_of(rows, [wrong, odd])
    assert [rule.name for rule in rulebook.rules] == ["CPU"]
    assert levels(rulebook, tags=("a",)) == [("", 80, 90, 300)]
    told = {(each.name, each.place): each.reason for each in rulebook.broken}
    assert "newer Watchpost" in told["newer", ""]
    assert "quantum_percent" in told["unknown", ""]
    assert "wrong way round" in told["CPU", "tag a"]
    assert "planet" in told["CPU", "planet b"]


def test_it_is_read_from_the_database(database: Database) -> None:
    with database.writing() as connection:
        added = add_rule(connection, name=CPU.name, body=rule_body(CPU), now_ms=NOW)
        set_threshold(connection, added.id, ThresholdScope.HOST, "5", override_body(Override(hold_s=7)))
    with database.reading() as connection:
        rulebook = read_rulebook(connection)
        assert rulebook.revision == rules_revision(connection) > 0
    assert levels(rulebook, host_id=5) == [("", 80, 90, 7)]
