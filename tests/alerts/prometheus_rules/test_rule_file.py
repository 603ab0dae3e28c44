"""A rule file as it is written."""

import pytest

from alerts.prometheus_rules.refusal import Reason, RuleFileError
from alerts.prometheus_rules.rule_file import read_rule_file

WHOLE = """\
groups:
- name: node
  interval: 30s
  limit: 5
  labels: {team: infra}
  rules:
  - record: job:up:sum
    expr: sum(up)
  - alert: Down
    expr: |
      up
        == 0
    for: 1h30m
    keep_firing_for: 5m
    labels:
      severity: critical
      tier: 1
    annotations:
      summary: It is down
"""


def test_all_that_a_rule_says_is_read_with_its_lines() -> None:
    file = read_rule_file(WHOLE, "node.yml")
    recorded, down = file.rules
    assert (recorded.name, recorded.records, recorded.line) == ("job:up:sum", True, 7)
    assert (down.name, down.records, down.line, down.expr_line) == ("Down", False, 9, 10)
    assert down.expr == "up\n  == 0\n"
    assert (down.hold_s, down.keep_firing_s) == (5400, 300)
    assert dict(down.labels) == {"team": "infra", "severity": "critical", "tier": "1"}
    assert down.annotations == (("summary", "It is down"),)
    assert file.limited == ("node",)


@pytest.mark.parametrize("text", ["", "groups:\n", "groups: []\n", "groups:\n- name: empty\n"])
def test_a_file_without_rules_is_one(text: str) -> None:
    if text:
        assert read_rule_file(text, "a.yml").rules == ()
    else:
        with pytest.raises(RuleFileError):
            read_rule_file(text, "a.yml")


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("groups:", "grups:", 1, "grups"),
        ("  interval: 30s", "  interval: soon", 3, "soon"),
        ("- name: node", "- nme: node", 2, "nme"),
        ("  - alert: Down", "  - alarm: Down", 9, "alarm"),
        ("  - alert: Down", "  - alert: ''", 9, "alert"),
        ("    for: 1h30m", "    for: [1]", 13, "for"),
        ("    for: 1h30m", "    fro: 1h", 13, "fro"),
        ("    for: 1h30m", "    record: x", 9, "either"),
        ("      severity: critical", "      sev-erity: critical", 16, "sev-erity"),
        ("      severity: critical", "      severity: [a]", 16, "severity"),
        ("      summary: It is down", "      - It is down", 19, "annotations"),
        ("    expr: sum(up)", "    expr: sum(up)\n    for: 5m", 9, "record"),
        ("  - record: job:up:sum", "  - record: job-up", 7, "job-up"),
    ],
)
def test_each_fault_is_told_with_its_line(old: str, new: str, line: int, words: str) -> None:
    with pytest.raises(RuleFileError) as raised:
        read_rule_file(WHOLE.replace(old, new), "node.yml")
    faults = raised.value.refusals
    assert any(fault.line == line and words in fault.message for fault in faults), [str(fault) for fault in faults]
    assert {fault.reason for fault in faults} == {Reason.MALFORMED}


def test_all_faults_are_told_at_once() -> None:
    text = WHOLE.replace("interval: 30s", "interval: x").replace("for: 1h30m", "for: y")
    with pytest.raises(RuleFileError) as raised:
        read_rule_file(text, "node.yml")
    assert [fault.line for fault in raised.value.refusals] == [3, 13]
