"""What is found to be due, and when it is looked for."""

from storage.database import Database
from storage.scrape import Cadence
from storage.sealing.fresh import GRACE_MS, delay_ms
from storage.sealing.lookout import LOOK_MS, Lookout, Survey
from storage.sealing.seal import Window, seal_window
from storage.tier import BLOCK_MS, SEAL_MS
from tests.storage.sealing.keeping import DAY, HOUR, MINUTE, reading, record, register, steady
from tests.storage.sealing.test_process_seal import table

WINDOW = SEAL_MS[Cadence.FAST]


def look(lookout: Lookout, database: Database, now_ms: int) -> Survey:
    with database.reading() as connection:
        return lookout.survey(connection, now_ms)


def due_at(host_id: int, start: int = DAY) -> int:
    return start + WINDOW + GRACE_MS + delay_ms(host_id)


def test_a_window_is_found_at_its_moment_and_not_before(database: Database, host_id: int) -> None:
    record(database, steady(host_id, range(DAY, DAY + WINDOW + MINUTE, 20_000)))
    lookout = Lookout()
    due = due_at(host_id)
    assert not look(lookout, database, due - 2).seals
    assert not look(lookout, database, due - 1).seals
    (found,) = look(lookout, database, due).seals
    assert (found.host_id, found.start, found.ready_at) == (host_id, DAY, due)


def test_a_host_whose_first_readings_come_after_a_look_is_found_at_its_moment(database: Database, host_id: int) -> None:
    lookout = Lookout()
    due = due_at(host_id)
    assert not look(lookout, database, due - LOOK_MS + 1).seals
    record(database, steady(host_id, range(DAY + WINDOW - 2 * MINUTE, DAY + WINDOW + MINUTE, 20_000)))
    assert look(lookout, database, due).seals


def test_what_is_due_is_found_again_until_it_is_done(database: Database, host_id: int) -> None:
    record(database, steady(host_id, range(DAY, DAY + 3 * WINDOW, 20_000)))
    lookout, now = Lookout(), DAY + 4 * WINDOW
    assert [due.start for due in look(lookout, database, now).seals] == [DAY]
    assert [due.start for due in look(lookout, database, now + 1).seals] == [DAY]
    with database.writing() as connection:
        seal_window(connection, Window(host_id, Cadence.FAST, DAY), before=DAY + 3 * WINDOW, gap_ms=MINUTE)
    assert [due.start for due in look(lookout, database, now + 2).seals] == [DAY + WINDOW]


def test_late_readings_of_a_window_that_is_over_are_found_within_five_minutes(database: Database, host_id: int) -> None:
    now = DAY + HOUR
    record(database, steady(host_id, range(now, now + MINUTE, 20_000)))
    lookout = Lookout()
    assert not look(lookout, database, now + MINUTE).seals
    record(database, steady(host_id, [DAY]))
    (found,) = look(lookout, database, now + MINUTE + LOOK_MS).seals
    assert found.start == DAY


def test_a_clock_that_is_set_back_costs_no_look(database: Database, host_id: int) -> None:
    record(database, steady(host_id, range(DAY, DAY + WINDOW + MINUTE, 20_000)))
    lookout = Lookout()
    look(lookout, database, DAY + 24 * HOUR)
    assert not look(lookout, database, due_at(host_id) - 1).seals
    assert look(lookout, database, due_at(host_id)).seals


def test_the_newest_readings_of_a_group_that_fell_silent_hold_up_no_other(database: Database, host_id: int) -> None:
    record(database, [reading(host_id, DAY - 9 * HOUR, 1.0, 2.0, cadence=Cadence.CHECKS)])
    record(database, steady(host_id, range(DAY, DAY + WINDOW + MINUTE, 20_000)))
    lookout = Lookout()
    assert not look(lookout, database, due_at(host_id) - 1).seals
    assert [due.cadence for due in look(lookout, database, due_at(host_id)).seals] == [Cadence.FAST]


def test_hosts_come_in_the_order_in_which_they_are_due(database: Database) -> None:
    hosts = [register(database, f"host{number}") for number in range(6)]
    for host_id in hosts:
        record(database, steady(host_id, range(DAY, DAY + WINDOW + MINUTE, 20_000)))
    found = [due.host_id for due in look(Lookout(), database, DAY + HOUR).seals]
    assert found == sorted(hosts, key=delay_ms)
    assert found != hosts


def test_a_block_is_to_be_rolled_up_once_nothing_of_it_waits_to_be_sealed(database: Database, host_id: int) -> None:
    record(database, steady(host_id, [DAY, DAY + 20_000, DAY + BLOCK_MS, DAY + BLOCK_MS + 20_000]))
    lookout, now = Lookout(), DAY + BLOCK_MS + 2 * HOUR
    found = look(lookout, database, now)
    assert (len(found.seals), len(found.rolls), found.busy_hosts) == (1, 0, frozenset({host_id}))
    with database.writing() as connection:
        seal_window(connection, Window(host_id, Cadence.FAST, DAY), before=DAY + BLOCK_MS, gap_ms=MINUTE)
    found = look(lookout, database, now + 1)
    assert not found.seals
    assert [due.start for due in found.rolls] == [DAY]


def test_an_hour_of_process_tables_is_found_when_it_is_over(database: Database, host_id: int) -> None:
    record(database, [table(host_id, DAY + ts) for ts in (0, 10_000, HOUR)])
    lookout = Lookout()
    due = DAY + HOUR + GRACE_MS + delay_ms(host_id, HOUR // 3)
    assert not look(lookout, database, due - 1).processes
    (found,) = look(lookout, database, due).processes
    assert (found.host_id, found.start, found.cadence) == (host_id, DAY, None)
