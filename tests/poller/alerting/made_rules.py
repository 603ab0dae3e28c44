"""Rules for the tests of a poller: one that holds on every machine, as soon as it is read."""

from alerts.rules.document import rule_body
from alerts.rules.rule import Comparison, Level, NewRule
from alerts.rules.signal import Function, Signal
from storage.alerting.rule_rows import RuleRow, add_rule, edit_rule, list_rules, remove_rule
from storage.database import Database

PROCESSOR = Signal(metric="load1")
ALWAYS = NewRule(name="Any load", signal=PROCESSOR, comparison=Comparison.AT_LEAST, warning=Level(0.0), hold_s=0)
UNREACHABLE = NewRule(
    name="Unreachable", signal=Signal(metric="up", function=Function.UNREACHABLE), critical=Level(1.0), hold_s=0
)


def only(database: Database, *rules: NewRule) -> list[RuleRow]:
    """Has these rules in place of those that every database begins with."""
    with database.writing() as connection:
        for row in list_rules(connection):
            remove_rule(connection, row.id)
        return [add_rule(connection, name=rule.name, body=rule_body(rule), now_ms=0) for rule in rules]


def edit(database: Database, row: RuleRow, rule: NewRule) -> None:
    """Has the rule say something else."""
    with database.writing() as connection:
        edit_rule(connection, row.id, body=rule_body(rule), enabled=rule.enabled, now_ms=0)
