"""What has to be found out before a poller of our own is started."""

from enum import Enum, auto

from monitor_gui.surroundings import ServiceState, Surroundings
from storage.database import Database


class Before(Enum):
    """What stands in the way."""

    READY = auto()
    SERVICE = auto()
    """The system is about to start its own: a service that failed comes back after some seconds."""
    PASSPHRASE = auto()
    """A person has to type the passphrase of the encrypted file."""


def before_start(
    surroundings: Surroundings, database: Database, *, asks_service: bool, knows_passphrase: bool
) -> Before:
    """Finds out. Takes up to some seconds.

    Args:
        surroundings: of the application.
        database: which one.
        asks_service: whether another poller was there a moment ago.
        knows_passphrase: whether a person has been asked already.

    Raises:
        WatchpostError: the database cannot be read now.
    """
    if asks_service and surroundings.service.state() is ServiceState.RUNNING:
        return Before.SERVICE
    if not knows_passphrase and surroundings.needs_passphrase(database):
        return Before.PASSPHRASE
    return Before.READY
