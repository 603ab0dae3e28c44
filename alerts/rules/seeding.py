"""Puts the default rules into a database, each once: what people did to them since is left as it is."""

import hashlib
from collections.abc import Iterable

import msgspec

from alerts.rules.document import rule_body
from alerts.rules.rule import NewRule
from alerts.rules.shipped_rules import DEFAULT, default_rules
from storage.alerting.offered_rules import read_offered, write_offered
from storage.alerting.rule_rows import RuleRow, add_rule, edit_rule, list_rules
from storage.connection import Connection
from storage.database import Database


def seed_default_rules(database: Database, *, now_ms: int) -> None:
    """Sees to it that the database has been given every default rule. Cheap where it has.

    A rule that a person has removed does not come back, and one that was edited stays as it is. One that nobody has
    touched follows this release. Where a rule of a person has the name already, that one stays.
    """
    rules = default_rules()
    with database.reading() as connection:
        offered = read_offered(connection)
    # A look before, as every start comes by here and nearly none has anything to write.
    if any(offered.get(rule.name) != body_mark(rule_body(rule)) for rule in rules):
        with database.writing() as connection:
            _offer(connection, rules, now_ms)


def body_mark(body: object) -> str:
    """The same for the same body, whatever the order of its fields."""
    return hashlib.sha256(msgspec.json.encode(body, order="sorted")).hexdigest()[:16]


def is_as_shipped(row: RuleRow, rule: NewRule) -> bool:
    """Whether nobody has changed what it says, or switched it on or off."""
    return row.enabled == rule.enabled and body_mark(row.body) == body_mark(rule_body(rule))


def _offer(connection: Connection, rules: Iterable[NewRule], now_ms: int) -> None:
    # Of two pollers that start at once the second one finds here what the first has written.
    offered = read_offered(connection)
    there = {row.name: row for row in list_rules(connection)}
    for rule in rules:
        body = rule_body(rule)
        before, row = offered.get(rule.name), there.get(rule.name)
        if before is None and row is None:
            add_rule(connection, name=rule.name, body=body, source=DEFAULT, enabled=rule.enabled, now_ms=now_ms)
        elif row is not None and row.source == DEFAULT and before == body_mark(row.body) != body_mark(body):
            edit_rule(connection, row.id, body=body, now_ms=now_ms)
        offered[rule.name] = body_mark(body)
    write_offered(connection, offered)
