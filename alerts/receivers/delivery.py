"""What came of telling a receiver."""

from dataclasses import dataclass
from typing import Protocol

from alerts.notifier.message import Message
from storage.alerting.receiver import Receiver


@dataclass(frozen=True, slots=True)
class Answer:
    """The receiver's own answer.

    Attributes:
        delivered: whether it has taken the message.
        text: what it said, printable, without anything secret, at most `TEXT_LIMIT` characters.
        again: whether another try may help; of no meaning where it was delivered.
    """

    delivered: bool
    text: str
    again: bool = True


TEXT_LIMIT = 500


class Deliver(Protocol):
    """Tells receivers, each on its own: one that hangs is in the way of none. Never raises for what a receiver does."""

    async def __call__(self, receiver: Receiver, secret: str | None, message: Message) -> Answer:
        """Tells one, and waits for its answer or a time limit of its own."""
        ...
