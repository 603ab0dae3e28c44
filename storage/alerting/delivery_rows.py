"""Deliveries: written before a message is sent, and again with what came of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, select, update

from storage.engines.statements import insert_new
from storage.printable import printable
from storage.schema import deliveries

ANSWER_LIMIT = 1_000
FOUND_LIMIT = 1_000
_FORGOTTEN_AT_ONCE = 1_000


class DeliveryState(StrEnum):
    """How far it is. Stored: never rename."""

    DUE = "due"
    """It is logged, and may have been sent: whoever logged it has not said so."""
    RETRYING = "retrying"
    DELIVERED = "delivered"
    GIVEN_UP = "given_up"


OPEN = (DeliveryState.DUE.value, DeliveryState.RETRYING.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDelivery:
    """A message that is to be sent.

    Attributes:
        idempotency_key: the same for every try, and for the same decision.
        receiver: the name of who is told.
        group_key: of which group.
        reason: why now.
        message: what is said, as msgpack.
        is_test: whether somebody only wants to see it arrive; the notifier leaves it alone.
    """

    idempotency_key: str
    receiver: str
    group_key: str
    reason: str
    message: bytes
    is_test: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryRow(NewDelivery):
    """A row of `deliveries`. Times are UTC milliseconds.

    Attributes:
        id: never used twice.
        state: how far it is.
        tries: how often it was sent.
        created_at: when it was logged.
        next_try_at: when it is tried again; None where that is at once, or never.
        finished_at: when it was delivered or given up.
        answer: what the receiver said last, without secrets.
    """

    id: int
    state: DeliveryState
    tries: int
    created_at: int
    next_try_at: int | None
    finished_at: int | None
    answer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """What came of a try.

    Attributes:
        id: of the delivery.
        state: how far it is now.
        tries: how often it was sent.
        ts: when this try was over, UTC milliseconds.
        next_try_at: when it is tried again; None for never.
        answer: what the receiver said.
    """

    id: int
    state: DeliveryState
    tries: int
    ts: int
    next_try_at: int | None
    answer: str


def log_due(connection: Connection, new: Sequence[NewDelivery], now_ms: int) -> None:
    """Logs that messages are about to be sent; those that were logged before are left as they are."""
    rows = [
        {
            "idempotency_key": each.idempotency_key,
            "receiver": each.receiver,
            "group_key": each.group_key,
            "reason": each.reason,
            "state": DeliveryState.DUE.value,
            "created_at": now_ms,
            "message": each.message,
            "is_test": each.is_test,
        }
        for each in new
    ]
    if rows:
        connection.execute(insert_new(connection, deliveries), rows)


def open_deliveries(connection: Connection) -> list[DeliveryRow]:
    """Those that are neither delivered nor given up, tests left out, in the order in which they were logged."""
    found = select(deliveries).where(deliveries.c.state.in_(OPEN), ~deliveries.c.is_test).order_by(deliveries.c.id)
    return [_delivery(row) for row in connection.execute(found)]


def claim_try(connection: Connection, row: DeliveryRow) -> bool:
    """Counts the next try of a delivery; False where it is over, or somebody else has made that try."""
    mine = (deliveries.c.id == row.id, deliveries.c.state.in_(OPEN), deliveries.c.tries == row.tries)
    return connection.execute(update(deliveries).where(*mine).values(tries=row.tries + 1)).rowcount == 1


def log_tried(connection: Connection, tried: Tried) -> None:
    """Logs what came of a try. One that is delivered stays so, whoever else has tried it."""
    over = tried.state.value not in OPEN
    values = {
        "state": tried.state.value,
        "tries": tried.tries,
        "next_try_at": tried.next_try_at,
        "finished_at": tried.ts if over else None,
        "answer": printable(tried.answer, ANSWER_LIMIT),
    }
    mine = (deliveries.c.id == tried.id, deliveries.c.state != DeliveryState.DELIVERED.value)
    connection.execute(update(deliveries).where(*mine).values(values))


def list_deliveries(
    connection: Connection, *, since: int = 0, receiver: str | None = None, limit: int = FOUND_LIMIT
) -> list[DeliveryRow]:
    """Those that were logged since a moment, the newest first."""
    found = select(deliveries).where(deliveries.c.created_at >= since)
    if receiver is not None:
        found = found.where(deliveries.c.receiver == receiver)
    newest = found.order_by(deliveries.c.created_at.desc(), deliveries.c.id.desc()).limit(limit)
    return [_delivery(row) for row in connection.execute(newest)]


def forget_deliveries(connection: Connection, before: int) -> int:
    """Deletes some of those that were logged before a moment and are over; returns how many."""
    old = (
        select(deliveries.c.id)
        .where(deliveries.c.created_at < before, deliveries.c.state.not_in(OPEN))
        .limit(_FORGOTTEN_AT_ONCE)
    )
    return connection.execute(deliveries.delete().where(deliveries.c.id.in_(old))).rowcount


def _delivery(row: Row[Any]) -> DeliveryRow:
    values = row._asdict()
    return DeliveryRow(**{**values, "state": DeliveryState(row.state), "message": bytes(row.message)})
