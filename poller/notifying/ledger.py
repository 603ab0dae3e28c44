"""Where deliveries are written down: logged before they are sent, claimed for each try, and what came of it. Blocks."""

from collections.abc import Collection, Iterable, Sequence

from alerts.notifier.message import encode_message
from alerts.notifier.round import Planned
from storage.alerting.delivery_rows import (
    DeliveryRow,
    NewDelivery,
    Tried,
    claim_try,
    forget_deliveries,
    log_due,
    log_tried,
    open_deliveries,
)
from storage.alerting.notifier_memory_rows import MemoryRow, write_memory
from storage.database import Database

KEPT_MS = 90 * 86_400_000


class Ledger:
    """For any thread."""

    def __init__(self, database: Database, duties: Database) -> None:
        """Takes the database, and the same one which refuses writing where another poller is the leader."""
        self._database = database
        self._duties = duties

    def plan(
        self,
        messages: Iterable[Planned],
        changed: Sequence[MemoryRow],
        forgotten: Collection[tuple[str, str]],
        ts: int,
    ) -> None:
        """Logs what is to be said and remembers that it was, or neither. Raises DutiesLostError."""
        due = [_delivery(planned) for planned in messages]
        with self._duties.writing() as connection:
            write_memory(connection, changed, forgotten, ts)
            log_due(connection, due, ts)

    def open(self) -> list[DeliveryRow]:
        """Those that are neither delivered nor given up."""
        with self._database.reading() as connection:
            return open_deliveries(connection)

    def claim(self, row: DeliveryRow) -> bool:
        """Whether we may make the next try. Raises DutiesLostError."""
        with self._duties.writing() as connection:
            return claim_try(connection, row)

    def write_down(self, tried: Tried) -> None:
        """What came of a try; also without the leader's lease, as what was sent was sent."""
        with self._database.recording() as connection:
            log_tried(connection, tried)

    def forget(self, ts: int) -> None:
        """Deletes some of what is too old. Raises DutiesLostError."""
        with self._duties.writing() as connection:
            forget_deliveries(connection, ts - KEPT_MS)


def _delivery(planned: Planned) -> NewDelivery:
    message = planned.message
    return NewDelivery(
        idempotency_key=message.idempotency_key,
        receiver=message.receiver,
        group_key=planned.group,
        reason=message.reason.value,
        message=encode_message(message),
    )
