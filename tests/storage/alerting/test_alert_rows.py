"""Alerts in either database: what happened is written once, whoever tells of it how often."""

import threading
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from sqlalchemy import Connection

from storage.alerting.alert_change import AlertChange, ChangeKind, Resolution
from storage.alerting.alert_rows import (
    AlertQuery,
    acknowledge,
    alerts_changed_since,
    find_alert,
    find_alerts,
    open_alerts,
    take_back,
    transitions_of,
    write_changes,
)
from storage.database import Database
from storage.errors import InvalidInputError, NotFoundError
from storage.schema import alerts

FIRED_AT = 1_790_000_000_000


def change(kind: ChangeKind = ChangeKind.FIRED, ts: int = FIRED_AT, **other: Any) -> AlertChange:  # noqa: ANN401
    said: Mapping[str, Any] = {
        "rule_id": 1,
        "rule_name": "Disk usage",
        "host_id": 7,
        "series": 'mount="/"',
        "metric": "filesystem_used_percent",
        "labels": {"mount": "/"},
        "severity": "warning",
        "value": 85.0,
        "worst_value": 85.0,
        "fired_at": FIRED_AT,
        "resolution": Resolution.WELL if kind is ChangeKind.RESOLVED else "",
    }
    return AlertChange(kind=kind, ts=ts, **{**said, **other})


FIRED = change()
WORSE = change(ChangeKind.WORSE, FIRED_AT + 60_000, severity="critical", value=95.0, worst_value=95.0)
RESOLVED = change(ChangeKind.RESOLVED, FIRED_AT + 120_000, severity="critical", value=50.0, worst_value=97.0)
AGAIN = change(ts=FIRED_AT + 600_000, fired_at=FIRED_AT + 600_000)


@pytest.fixture
def connection(database: Database) -> Iterator[Connection]:
    with database.writing() as opened:
        yield opened


def test_an_alert_is_a_row_from_when_it_fires_until_it_is_over(connection: Connection) -> None:
    assert write_changes(connection, [change(explanation={"code": "full_in", "seconds": 5.5})]) == 1
    (row,) = open_alerts(connection)
    assert (row.rule_id, row.rule_name, row.host_id, row.series) == (1, "Disk usage", 7, 'mount="/"')
    assert (row.metric, row.labels, row.owner) == ("filesystem_used_percent", {"mount": "/"}, "")
    assert (row.severity, row.value, row.worst_value) == ("warning", 85.0, 85.0)
    assert row.explanation == {"code": "full_in", "seconds": 5.5}
    assert (row.fired_at, row.changed_at, row.resolved_at, row.resolution) == (FIRED_AT, FIRED_AT, None, "")
    write_changes(connection, [WORSE])
    (row,) = open_alerts(connection)
    assert (row.severity, row.value, row.changed_at, row.explanation) == ("critical", 95.0, WORSE.ts, None)
    write_changes(connection, [RESOLVED])
    assert open_alerts(connection) == []
    row = find_alert(connection, row.id)
    assert (row.resolved_at, row.resolution, row.worst_value) == (RESOLVED.ts, "well", 97.0)
    told = [
        (each.kind, each.ts, each.severity, each.value, each.comment) for each in transitions_of(connection, row.id)
    ]
    assert told == [
        ("fired", FIRED.ts, "warning", 85.0, ""),
        ("worse", WORSE.ts, "critical", 95.0, ""),
        ("resolved", RESOLVED.ts, "critical", 50.0, "well"),
    ]


@pytest.mark.parametrize(
    "batches",
    [
        [[FIRED, WORSE, RESOLVED, AGAIN]],
        [[FIRED, WORSE, RESOLVED, AGAIN]] * 2,
        [[FIRED], [FIRED, WORSE], [WORSE, RESOLVED], [FIRED, WORSE, RESOLVED], [AGAIN], [RESOLVED, AGAIN], [FIRED]],
        [[FIRED, FIRED, WORSE, WORSE, RESOLVED, RESOLVED, AGAIN, AGAIN]],
    ],
    ids=["at once", "twice", "with what was written before", "each twice"],
)
def test_however_often_changes_are_written_they_are_there_once(
    connection: Connection, batches: list[list[AlertChange]]
) -> None:
    for batch in batches:
        write_changes(connection, batch)
    again, first = find_alerts(connection, AlertQuery())
    assert (first.fired_at, first.resolved_at, again.fired_at, again.resolved_at) == (
        FIRED_AT,
        RESOLVED.ts,
        AGAIN.ts,
        None,
    )
    assert [each.kind for each in transitions_of(connection, first.id)] == ["fired", "worse", "resolved"]
    assert [each.kind for each in transitions_of(connection, again.id)] == ["fired"]


def test_of_the_same_series_one_fires_at_a_time_whoever_began_to_watch_anew(connection: Connection) -> None:
    write_changes(connection, [FIRED])
    later = FIRED_AT + 300_000
    write_changes(connection, [change(ts=later, fired_at=later)])
    (row,) = open_alerts(connection)
    assert row.fired_at == FIRED_AT
    worse = change(ChangeKind.WORSE, later + 1, fired_at=later, severity="critical")
    write_changes(connection, [worse, change(ChangeKind.RESOLVED, later + 2, fired_at=later)])
    assert open_alerts(connection) == []
    assert [each.kind for each in transitions_of(connection, row.id)] == ["fired", "worse", "resolved"]


def test_what_got_worse_is_there_even_where_that_it_fired_was_lost(connection: Connection) -> None:
    write_changes(connection, [WORSE])
    (row,) = open_alerts(connection)
    assert (row.fired_at, row.severity) == (FIRED_AT, "critical")
    # But of one that nobody knows of, that it is over says nothing.
    write_changes(connection, [change(ChangeKind.RESOLVED, series="")])
    assert len(find_alerts(connection, AlertQuery())) == 1


def test_the_end_of_an_earlier_one_does_not_end_a_later_one(connection: Connection) -> None:
    write_changes(connection, [AGAIN])
    write_changes(connection, [FIRED, WORSE, RESOLVED])
    assert [row.fired_at for row in open_alerts(connection)] == [AGAIN.fired_at]


def test_rules_hosts_series_and_owners_are_told_apart(connection: Connection) -> None:
    others = [change(rule_id=2), change(host_id=8), change(series=""), change(owner="kim")]
    write_changes(connection, [FIRED, *others])
    assert len(open_alerts(connection)) == 5
    assert [row.host_id for row in open_alerts(connection, {8, 9})] == [8]
    write_changes(connection, [RESOLVED])
    assert len(open_alerts(connection)) == 4


def test_a_series_that_no_index_could_hold_is_shortened_and_found_again(connection: Connection) -> None:
    text = ",".join(f'label{number}="{"한" * 100}"' for number in range(50))
    write_changes(connection, [change(series=text, owner="한" * 255), change(series=text + "x")])
    rows = open_alerts(connection)
    assert len(rows) == 2
    assert all(len(row.series.encode()) <= 1000 for row in rows)
    over = change(ChangeKind.RESOLVED, FIRED_AT + 1, series=text + "x")
    write_changes(connection, [over])
    assert len(open_alerts(connection)) == 1


def test_what_comes_late_is_found_by_when_it_was_written(connection: Connection) -> None:
    write_changes(connection, [FIRED, RESOLVED], written_at=FIRED_AT + 3_600_000)
    (row,) = alerts_changed_since(connection, FIRED_AT + 3_599_000)
    assert row.resolved_at == RESOLVED.ts
    assert alerts_changed_since(connection, FIRED_AT + 3_600_001) == []


def test_what_fires_is_always_among_what_has_changed(connection: Connection) -> None:
    write_changes(connection, [FIRED])
    assert len(alerts_changed_since(connection, FIRED_AT * 2)) == 1


@pytest.mark.parametrize(
    ("query", "found"),
    [
        (AlertQuery(), [3, 2, 1]),
        (AlertQuery(firing=True), [3, 2]),
        (AlertQuery(firing=False), [1]),
        (AlertQuery(severity="critical"), [2]),
        (AlertQuery(host_ids=[1, 3, 99]), [3, 1]),
        (AlertQuery(host_ids=[]), []),
        (AlertQuery(rule="Other"), [3]),
        (AlertQuery(until=2_000), [1]),
        (AlertQuery(since=1_500), [3, 2]),
        (AlertQuery(since=1_400), [3, 2, 1]),
        (AlertQuery(limit=1), [3]),
    ],
)
def test_alerts_are_found_the_last_one_first(connection: Connection, query: AlertQuery, found: list[int]) -> None:
    write_changes(connection, [change(host_id=1, ts=1_000, fired_at=1_000)])
    write_changes(connection, [change(ChangeKind.RESOLVED, 1_400, host_id=1, fired_at=1_000)])
    write_changes(connection, [change(host_id=2, ts=2_000, fired_at=2_000, severity="critical")])
    write_changes(connection, [change(host_id=3, ts=3_000, fired_at=3_000, rule_name="Other")])
    assert [row.host_id for row in find_alerts(connection, query)] == found


def test_somebody_is_on_it_and_says_so_until_they_take_it_back(connection: Connection) -> None:
    write_changes(connection, [FIRED])
    (row,) = open_alerts(connection)
    on_it = acknowledge(connection, row.id, author="kim", why="disk\nis ordered", ts=FIRED_AT + 5)
    assert (on_it.acknowledged_by, on_it.acknowledged_why, on_it.acknowledged_at) == (
        "kim",
        "disk is ordered",
        FIRED_AT + 5,
    )
    assert on_it.changed_at == FIRED_AT + 5
    write_changes(connection, [WORSE])
    assert open_alerts(connection)[0].acknowledged_by == "kim"
    nobody = take_back(connection, row.id, author="lee", ts=FIRED_AT + 9)
    assert (nobody.acknowledged_by, nobody.acknowledged_why, nobody.acknowledged_at) == ("", "", None)
    told = [(each.kind, each.author, each.comment) for each in transitions_of(connection, row.id)]
    assert told == [
        ("fired", "", ""),
        ("acknowledged", "kim", "disk is ordered"),
        ("taken_back", "lee", ""),
        ("worse", "", ""),
    ]


def test_nobody_can_be_on_what_is_over_or_was_never_there(connection: Connection) -> None:
    write_changes(connection, [FIRED])
    (row,) = open_alerts(connection)
    with pytest.raises(InvalidInputError):
        acknowledge(connection, row.id, author=" ", ts=0)
    with pytest.raises(InvalidInputError):
        take_back(connection, row.id, author="kim", ts=0)
    write_changes(connection, [RESOLVED])
    acts: list[Callable[[int], object]] = [
        lambda alert_id: acknowledge(connection, alert_id, author="kim", ts=0),
        lambda alert_id: take_back(connection, alert_id, author="kim", ts=0),
    ]
    for act in acts:
        with pytest.raises(InvalidInputError):
            act(row.id)
        for unknown in (row.id + 1, 0, -1, 2**70):
            with pytest.raises(NotFoundError):
                act(unknown)


def test_two_who_write_the_same_at_once_write_it_once(database: Database) -> None:
    barrier = threading.Barrier(4)

    def write() -> None:
        barrier.wait()
        with database.writing() as connection:
            write_changes(connection, [FIRED, WORSE])

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.reading() as connection:
        assert len(connection.execute(alerts.select()).all()) == 1
