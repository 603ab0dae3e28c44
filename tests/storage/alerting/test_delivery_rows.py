"""Deliveries in the database."""

from storage.alerting.delivery_rows import (
    DeliveryRow,
    DeliveryState,
    NewDelivery,
    Tried,
    claim_try,
    forget_deliveries,
    list_deliveries,
    log_due,
    log_tried,
    open_deliveries,
)
from storage.database import Database

DAY = 86_400_000


def new(key: str, receiver: str = "mail", *, is_test: bool = False) -> NewDelivery:
    return NewDelivery(
        idempotency_key=key, receiver=receiver, group_key="g", reason="first", message=b"\x00\xff", is_test=is_test
    )


def log(database: Database, *rows: NewDelivery, at: int = 1000) -> None:
    with database.writing() as connection:
        log_due(connection, rows, at)


def waiting(database: Database) -> list[DeliveryRow]:
    with database.reading() as connection:
        return open_deliveries(connection)


def tried(database: Database, row: DeliveryRow, state: DeliveryState, ts: int = 2000) -> None:
    with database.writing() as connection:
        again = ts + 5000 if state is DeliveryState.RETRYING else None
        done = Tried(id=row.id, state=state, tries=row.tries + 1, ts=ts, next_try_at=again, answer="a\x1bb")
        log_tried(connection, done)


def test_what_is_logged_is_due_with_all_that_was_said(database: Database) -> None:
    log(database, new("a"), new("b", "slack"))
    first, second = waiting(database)
    assert (first.idempotency_key, first.receiver, first.message) == ("a", "mail", b"\x00\xff")
    assert (first.state, first.tries, first.created_at, first.finished_at) == (DeliveryState.DUE, 0, 1000, None)
    assert second.receiver == "slack"


def test_the_same_is_logged_once(database: Database) -> None:
    log(database, new("a"))
    log(database, new("a", "other"), new("b"), at=2000)
    assert [(row.idempotency_key, row.receiver) for row in waiting(database)] == [("a", "mail"), ("b", "mail")]


def test_a_test_is_left_to_whoever_made_it(database: Database) -> None:
    log(database, new("a", is_test=True))
    assert waiting(database) == []


def test_each_try_is_made_by_one(database: Database) -> None:
    log(database, new("a"))
    (row,) = waiting(database)
    with database.writing() as connection:
        assert claim_try(connection, row)
        assert not claim_try(connection, row)
    (again,) = waiting(database)
    assert again.tries == 1


def test_what_came_of_it_is_kept_harmless_and_what_is_delivered_stays_so(database: Database) -> None:
    log(database, new("a"))
    (row,) = waiting(database)
    tried(database, row, DeliveryState.RETRYING)
    (row,) = waiting(database)
    assert (row.state, row.next_try_at, row.answer) == (DeliveryState.RETRYING, 7000, "a\ufffdb")
    tried(database, row, DeliveryState.DELIVERED, 8000)
    tried(database, row, DeliveryState.GIVEN_UP, 9000)
    with database.reading() as connection:
        (done,) = list_deliveries(connection)
    assert (done.state, done.finished_at, done.next_try_at) == (DeliveryState.DELIVERED, 8000, None)
    assert waiting(database) == []
    with database.writing() as connection:
        assert not claim_try(connection, done)


def test_what_is_old_and_over_is_forgotten(database: Database) -> None:
    log(database, new("over"), new("open"))
    tried(database, waiting(database)[0], DeliveryState.DELIVERED)
    log(database, new("later"), at=2 * DAY)
    with database.writing() as connection:
        assert forget_deliveries(connection, DAY) == 1
    with database.reading() as connection:
        assert [row.idempotency_key for row in list_deliveries(connection)] == ["later", "open"]
        assert [row.idempotency_key for row in list_deliveries(connection, since=DAY)] == ["later"]
        assert list_deliveries(connection, receiver="nobody") == []
