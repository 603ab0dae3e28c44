"""Looks at alerts as the notifier does, for commands that say what became of them."""

from collections.abc import Mapping
from dataclasses import dataclass

from alerts.notifier.memory import Memory, memory_of
from alerts.notifier.round import Decision, decide
from alerts.notifier.scene_reading import Reading, SceneReader
from storage.alerting.delivery_rows import DeliveryRow, DeliveryState, open_deliveries
from storage.alerting.notifier_memory_rows import read_memory
from storage.connection import Connection


@dataclass(frozen=True, slots=True)
class Looked:
    """What a look brings.

    Attributes:
        reading: alerts and all that is around them.
        memory: what the notifier remembers.
        decision: what it would say now; nothing is sent.
        stuck: by receiver, messages that have been tried in vain so far.
    """

    reading: Reading
    memory: Memory
    decision: Decision
    stuck: Mapping[str, list[DeliveryRow]]


def look(connection: Connection, now_ms: int) -> Looked:
    """A look at this moment; nothing is changed by it."""
    memory = memory_of(read_memory(connection))
    reading = SceneReader().read(connection, memory, now_ms)
    stuck: dict[str, list[DeliveryRow]] = {}
    for row in open_deliveries(connection):
        if row.state is DeliveryState.RETRYING:
            stuck.setdefault(row.receiver, []).append(row)
    return Looked(reading, memory, decide(reading.scene, memory, reading.describe, now_ms), stuck)
