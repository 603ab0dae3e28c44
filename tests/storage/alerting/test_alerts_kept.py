"""What is done about alerts that nobody watches any more."""

import pytest

from storage.alerting.alert_change import AlertChange, ChangeKind
from storage.alerting.alert_rows import AlertQuery, AlertRow, find_alerts, transitions_of, write_changes
from storage.alerting.alerts_kept import FORGET_MS, AlertsKept, forget_alerts
from storage.database import Database
from storage.host import NewHost
from storage.hosts import add_host, edit_host, remove_host
from storage.settings import write_setting
from tests.storage.alerting.test_alert_rows import FIRED_AT, change

DAY_MS = 86_400_000


def write(database: Database, *changes: AlertChange) -> None:
    with database.writing() as connection:
        write_changes(connection, changes)


def every(database: Database) -> list[AlertRow]:
    with database.reading() as connection:
        return find_alerts(connection, AlertQuery())


def test_alerts_of_hosts_that_are_gone_end_and_others_do_not(database: Database) -> None:
    with database.writing() as connection:
        there, disabled, removed = (
            add_host(connection, NewHost(name=name, address=name), 0).id for name in ("there", "disabled", "removed")
        )
        edit_host(connection, "disabled", {"enabled": False})
        remove_host(connection, "removed", 0)
    write(database, *(change(host_id=host_id) for host_id in (there, disabled, removed, 99)))
    kept = AlertsKept(database)
    kept.step(FIRED_AT + 5)
    found = {row.host_id: (row.resolution, row.resolved_at) for row in every(database)}
    assert found == {
        there: ("", None),
        disabled: ("host_disabled", FIRED_AT + 5),
        removed: ("host_removed", FIRED_AT + 5),
        99: ("host_removed", FIRED_AT + 5),
    }


def test_what_was_over_long_ago_is_forgotten_with_all_that_happened_to_it(database: Database, host_id: int) -> None:
    old, new = (change(host_id=host_id, fired_at=ts, ts=ts) for ts in (FIRED_AT, FIRED_AT + DAY_MS))
    ends = (change(ChangeKind.RESOLVED, its.ts + 1, host_id=host_id, fired_at=its.ts) for its in (old, new))
    write(database, old, next(ends), new, next(ends), change(host_id=host_id, series="", fired_at=0, ts=0))
    (gone,) = [row for row in every(database) if row.fired_at == FIRED_AT]
    with database.writing() as connection:
        write_setting(connection, "retention_alerts_s", 10 * 86_400)
    AlertsKept(database).step(FIRED_AT + 10 * DAY_MS + 2)
    # What fires is kept, however long it has.
    assert [row.fired_at for row in every(database)] == [FIRED_AT + DAY_MS, 0]
    with database.reading() as connection:
        assert transitions_of(connection, gone.id) == []


@pytest.mark.parametrize("leap_ms", [0, 60 * DAY_MS])
def test_a_clock_that_has_leapt_makes_nobody_forget_for_a_while(database: Database, host_id: int, leap_ms: int) -> None:
    write(database, change(host_id=host_id), change(ChangeKind.RESOLVED, FIRED_AT + 1, host_id=host_id))
    kept = AlertsKept(database, calm_ms=600_000)
    start = FIRED_AT + 500 * DAY_MS + leap_ms
    for since_ms in range(0, 600_000, 60_000):
        kept.step(start + since_ms)
        assert len(every(database)) == 1
    kept.step(start + 600_000)
    assert every(database) == []


def test_it_is_not_looked_again_and_again_for_what_is_old(database: Database, host_id: int) -> None:
    kept, start = AlertsKept(database), FIRED_AT + 500 * DAY_MS
    kept.step(start)
    write(database, change(host_id=host_id), change(ChangeKind.RESOLVED, FIRED_AT + 1, host_id=host_id))
    for since_ms in range(0, FORGET_MS, 300_000):
        kept.step(start + since_ms)
    assert len(every(database)) == 1
    kept.step(start + FORGET_MS)
    assert every(database) == []


def test_so_much_is_forgotten_at_a_time_that_others_can_write(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.alerting.alerts_kept.FORGET_LIMIT", 2)
    for number in range(5):
        write(database, change(host_id=number), change(ChangeKind.RESOLVED, FIRED_AT + 1, host_id=number))
    with database.writing() as connection:
        assert forget_alerts(connection, before=FIRED_AT + DAY_MS) == 2
    assert len(every(database)) == 3
