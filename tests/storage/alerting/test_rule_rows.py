"""Rules as rows, on either kind of database."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Connection, text

from storage.alerting.rule_rows import add_rule, edit_rule, find_rule, list_rules, remove_rule, rules_revision
from storage.alerting.threshold_rows import ThresholdScope, list_thresholds, set_threshold
from storage.database import Database
from storage.errors import AlreadyExistsError, NotFoundError
from storage.host import NewHost
from storage.hosts import add_host, edit_host

NOW = 1_790_000_000_000
BODY = {"version": 1, "warning": {"limit": 80.0}, "texts": ["이름", None]}


@pytest.fixture
def connection(database: Database) -> Iterator[Connection]:
    with database.writing() as opened:
        yield opened


def test_what_was_kept_is_found_again(connection: Connection) -> None:
    added = add_rule(connection, name="CPU", body=BODY, source="default", enabled=False, now_ms=NOW)
    assert find_rule(connection, "CPU") == added
    assert (added.name, added.body, added.source, added.enabled) == ("CPU", BODY, "default", False)
    assert (added.created_at, added.updated_at) == (NOW, NOW)


def test_rules_are_listed_by_name_and_by_where_they_came_from(connection: Connection) -> None:
    for name, source in (("b", "default"), ("a", ""), ("c", "default")):
        add_rule(connection, name=name, body=BODY, source=source, now_ms=NOW)
    assert [row.name for row in list_rules(connection)] == ["a", "b", "c"]
    assert [row.name for row in list_rules(connection, "default")] == ["b", "c"]


def test_an_edit_changes_what_is_given_and_keeps_the_id(connection: Connection) -> None:
    before = add_rule(connection, name="CPU", body=BODY, now_ms=NOW)
    edit_rule(connection, before.id, name="Processor", enabled=False, now_ms=NOW + 5)
    after = find_rule(connection, "Processor")
    assert (after.id, after.body, after.enabled) == (before.id, BODY, False)
    assert (after.created_at, after.updated_at) == (NOW, NOW + 5)


def test_no_two_rules_have_one_name(connection: Connection) -> None:
    add_rule(connection, name="CPU", body=BODY, now_ms=NOW)
    other = add_rule(connection, name="Memory", body=BODY, now_ms=NOW)
    with pytest.raises(AlreadyExistsError, match="CPU"):
        add_rule(connection, name="CPU", body=BODY, now_ms=NOW)
    with pytest.raises(AlreadyExistsError, match="CPU"):
        edit_rule(connection, other.id, name="CPU", now_ms=NOW)
    # The transaction goes on.
    assert [row.name for row in list_rules(connection)] == ["CPU", "Memory"]


def test_a_name_that_is_not_there_is_answered_with_those_that_are_close(connection: Connection) -> None:
    add_rule(connection, name="Disk usage", body=BODY, now_ms=NOW)
    with pytest.raises(NotFoundError) as raised:
        find_rule(connection, "disk usge")
    assert raised.value.hint == "Did you mean “Disk usage”?"
    with pytest.raises(NotFoundError, match="zzz") as raised:
        find_rule(connection, "zzz")
    assert "alerts rules list" in raised.value.hint


def test_a_removed_rule_takes_its_other_levels_with_it_and_its_id_is_not_used_again(connection: Connection) -> None:
    gone = add_rule(connection, name="CPU", body=BODY, now_ms=NOW)
    set_threshold(connection, gone.id, ThresholdScope.HOST, "1", BODY)
    remove_rule(connection, gone.id)
    assert list_rules(connection) == []
    assert list_thresholds(connection) == []
    assert add_rule(connection, name="CPU", body=BODY, now_ms=NOW).id > gone.id


def test_rules_that_name_a_host_go_on_to_mean_it_under_its_new_name(connection: Connection) -> None:
    for name in ("db1", "web1"):
        add_host(connection, NewHost(name=name, address=name), NOW)
    bodies: dict[str, dict[str, Any]] = {
        "named": {"version": 1, "scope": {"hosts": ["web1", "db1"], "tags": ["db1"]}},
        "other": {"version": 1, "scope": {"hosts": ["web1"]}},
        "odd": {"version": 1, "scope": None},
    }
    for name, body in bodies.items():
        add_rule(connection, name=name, body=body, now_ms=NOW)
    before = rules_revision(connection)
    edit_host(connection, "db1", {"address": "10.0.0.1"})
    assert rules_revision(connection) == before
    edit_host(connection, "db1", {"name": "postgres1"})
    assert rules_revision(connection) > before
    after = {row.name: row.body for row in list_rules(connection)}
    assert after == bodies | {"named": {"version": 1, "scope": {"hosts": ["web1", "postgres1"], "tags": ["db1"]}}}


def test_the_revision_grows_with_every_change_also_with_a_removal(connection: Connection) -> None:
    seen = [rules_revision(connection)]
    rule = add_rule(connection, name="CPU", body=BODY, now_ms=NOW)
    seen.append(rules_revision(connection))
    assert rule.revision == seen[-1]
    edit_rule(connection, rule.id, enabled=False, now_ms=NOW)
    seen.append(rules_revision(connection))
    remove_rule(connection, rule.id)
    seen.append(rules_revision(connection))
    assert seen[0] == 0
    assert seen == sorted(set(seen))


def test_a_body_that_is_no_json_is_none_and_breaks_nothing(sqlite_database: Database) -> None:
    with sqlite_database.writing() as connection:
        add_rule(connection, name="broken", body=BODY, now_ms=NOW)
        add_rule(connection, name="sound", body=BODY, now_ms=NOW)
        connection.execute(text("UPDATE alert_rules SET body = '{nonsense' WHERE name = 'broken'"))
        assert [row.body for row in list_rules(connection)] == [None, BODY]
