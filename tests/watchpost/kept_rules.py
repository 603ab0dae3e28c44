"""Rules put into a database, and read out of it, as commands do."""

from alerts.rules.keeping import keep_rule, read_rule
from alerts.rules.rule import Level, NewRule, Rule
from alerts.rules.signal import Signal
from storage.alerting.rule_rows import list_rules
from storage.database import Database

CPU = NewRule(name="CPU", signal=Signal(metric="cpu_usage_percent"), warning=Level(80, 75), critical=Level(90, 85))


def keep(database: Database, *rules: NewRule) -> None:
    with database.writing() as connection:
        for rule in rules:
            keep_rule(connection, rule, 0)


def kept(database: Database, name: str) -> Rule:
    with database.reading() as connection:
        return read_rule(connection, name)


def names(database: Database) -> list[str]:
    with database.reading() as connection:
        return [row.name for row in list_rules(connection)]
