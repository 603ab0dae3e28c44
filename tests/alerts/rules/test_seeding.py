"""Default rules come into a database once, and what people do to them stays."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

import pytest

from alerts.rules.keeping import change_rule, keep_rule, read_rule
from alerts.rules.rule import Level, NewRule
from alerts.rules.seeding import seed_default_rules
from alerts.rules.shipped_rules import default_rules
from storage.alerting.rule_rows import edit_rule, find_rule, list_rules, remove_rule, rules_revision
from storage.database import Database, open_database
from tests.alerts.rules.made_rules import CPU, NOW


def names(database: Database) -> list[str]:
    with database.reading() as connection:
        return [row.name for row in list_rules(connection)]


def release(monkeypatch: pytest.MonkeyPatch, *rules: NewRule) -> None:
    """Makes this program one that comes with these rules."""
    monkeypatch.setattr("alerts.rules.seeding.default_rules", lambda: rules)


FIRST = replace(CPU, source="default")
SECOND = replace(CPU, name="Memory", source="default")


def test_a_new_database_begins_with_all_of_them(database: Database) -> None:
    seed_default_rules(database, now_ms=NOW)
    assert sorted(names(database)) == sorted(rule.name for rule in default_rules())
    with database.reading() as connection:
        for rule in default_rules():
            row = find_rule(connection, rule.name)
            assert (row.source, row.enabled, row.created_at) == ("default", rule.enabled, NOW)


def test_a_second_start_writes_nothing(database: Database) -> None:
    seed_default_rules(database, now_ms=NOW)
    with database.reading() as connection:
        before = rules_revision(connection)
    seed_default_rules(database, now_ms=NOW + 1)
    with database.reading() as connection:
        assert rules_revision(connection) == before


def test_two_pollers_that_start_at_once_bring_each_rule_once(database_url: str) -> None:
    together = Barrier(2)

    def start() -> None:
        opened = open_database(database_url)
        try:
            together.wait(30)
            seed_default_rules(opened, now_ms=NOW)
        finally:
            opened.close()

    with ThreadPoolExecutor(2) as pool:
        for started in [pool.submit(start), pool.submit(start)]:
            started.result()
    opened = open_database(database_url)
    assert len(names(opened)) == len(default_rules())
    opened.close()


def test_a_rule_that_a_file_brought_does_not_follow_the_next_release(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    release(monkeypatch, FIRST)
    seed_default_rules(database, now_ms=NOW)
    with database.writing() as connection:
        remove_rule(connection, find_rule(connection, FIRST.name).id)
        keep_rule(connection, replace(FIRST, source="file mine.yml"), NOW)
    release(monkeypatch, replace(FIRST, hold_s=7))
    seed_default_rules(database, now_ms=NOW)
    with database.reading() as connection:
        assert read_rule(connection, FIRST.name).hold_s == FIRST.hold_s


def test_a_rule_that_a_person_removed_does_not_come_back(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    release(monkeypatch, FIRST)
    seed_default_rules(database, now_ms=NOW)
    with database.writing() as connection:
        remove_rule(connection, find_rule(connection, FIRST.name).id)
    seed_default_rules(database, now_ms=NOW)
    release(monkeypatch, replace(FIRST, hold_s=7), SECOND)
    seed_default_rules(database, now_ms=NOW)
    assert names(database) == ["Memory"]


def test_a_rule_that_a_person_edited_or_renamed_stays_so(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    release(monkeypatch, FIRST, SECOND)
    seed_default_rules(database, now_ms=NOW)
    with database.writing() as connection:
        change_rule(connection, replace(read_rule(connection, "CPU"), warning=Level(70)), NOW)
        change_rule(connection, replace(read_rule(connection, "Memory"), name="RAM"), NOW)
    release(monkeypatch, replace(FIRST, hold_s=7), replace(SECOND, hold_s=7))
    seed_default_rules(database, now_ms=NOW)
    with database.reading() as connection:
        assert names(database) == ["CPU", "RAM"]
        assert read_rule(connection, "CPU").warning == Level(70)
        assert read_rule(connection, "RAM").hold_s == SECOND.hold_s


def test_a_rule_that_nobody_touched_follows_a_later_release(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    release(monkeypatch, FIRST)
    seed_default_rules(database, now_ms=NOW)
    with database.writing() as connection:
        edit_rule(connection, find_rule(connection, "CPU").id, enabled=False, now_ms=NOW)
    release(monkeypatch, replace(FIRST, hold_s=7), SECOND)
    seed_default_rules(database, now_ms=NOW)
    with database.reading() as connection:
        assert names(database) == ["CPU", "Memory"]
        assert read_rule(connection, "CPU").hold_s == 7
        # Whether it is on, the person has said.
        assert not read_rule(connection, "CPU").enabled


def test_a_persons_rule_of_the_same_name_is_left_alone(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    own = replace(CPU, hold_s=42)
    with database.writing() as connection:
        keep_rule(connection, own, NOW)
    release(monkeypatch, FIRST)
    seed_default_rules(database, now_ms=NOW)
    seed_default_rules(database, now_ms=NOW)
    with database.reading() as connection:
        (row,) = list_rules(connection)
        assert (row.source, read_rule(connection, "CPU").hold_s) == ("", 42)
