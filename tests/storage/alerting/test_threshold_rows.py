"""Where a rule has other levels than its own, on either kind of database."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection

from storage.alerting.rule_rows import add_rule, rules_revision
from storage.alerting.threshold_rows import ThresholdScope, list_thresholds, remove_threshold, set_threshold
from storage.database import Database

NOW = 1_790_000_000_000
BODY = {"version": 1, "off": True}


@pytest.fixture
def connection(database: Database) -> Iterator[Connection]:
    with database.writing() as opened:
        yield opened


@pytest.fixture
def rule_id(connection: Connection) -> int:
    return add_rule(connection, name="CPU", body={"version": 1}, now_ms=NOW).id


def test_what_was_kept_is_found_again(connection: Connection, rule_id: int) -> None:
    set_threshold(connection, rule_id, ThresholdScope.TAG, "서울", BODY)
    (row,) = list_thresholds(connection, rule_id)
    assert (row.rule_id, row.scope, row.target, row.body) == (rule_id, "tag", "서울", BODY)
    assert row.revision == rules_revision(connection)
    assert list_thresholds(connection, rule_id + 1) == []


def test_for_the_same_there_is_one_and_the_newest_counts(connection: Connection, rule_id: int) -> None:
    set_threshold(connection, rule_id, ThresholdScope.HOST, "1", BODY)
    set_threshold(connection, rule_id, ThresholdScope.HOST, "1", {"version": 1, "hold_s": 60.0})
    set_threshold(connection, rule_id, ThresholdScope.USER, "1", BODY)
    found = [(row.scope, row.body) for row in list_thresholds(connection)]
    assert found == [("host", {"version": 1, "hold_s": 60.0}), ("user", BODY)]


def test_what_is_taken_away_is_gone_and_the_revision_says_so(connection: Connection, rule_id: int) -> None:
    set_threshold(connection, rule_id, ThresholdScope.GROUP, "web", BODY)
    before = rules_revision(connection)
    assert remove_threshold(connection, rule_id, ThresholdScope.GROUP, "web")
    assert list_thresholds(connection) == []
    assert rules_revision(connection) > before


def test_taking_away_what_is_not_there_changes_nothing(connection: Connection, rule_id: int) -> None:
    before = rules_revision(connection)
    assert not remove_threshold(connection, rule_id, ThresholdScope.GROUP, "web")
    assert rules_revision(connection) == before
