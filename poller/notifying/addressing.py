"""Where a receiver is, with its secret. Blocks: it asks the database and the keyring."""

from dataclasses import dataclass, field, replace

from storage.alerting.receiver import Receiver
from storage.alerting.receiver_rows import find_receiver, receiver_credential
from storage.database import Database
from storage.secret_keeper import SecretKeeper
from storage.settings import read_setting


@dataclass(frozen=True, slots=True)
class Address:
    """A receiver and what it is reached with; None where that takes no secret."""

    receiver: Receiver
    secret: str | None = field(default=None, repr=False)


class AddressBook:
    """Looks each up when it is told something, so that an edit holds for the next try. For any thread."""

    def __init__(self, database: Database, keeper: SecretKeeper) -> None:
        self._database = database
        self._keeper = keeper

    def find(self, name: str) -> Address:
        """That of a receiver.

        Raises:
            NotFoundError: there is none of that name.
            DatabaseUnavailableError: nobody knows just now.
            KeyringUnavailableError: its secret is not to be had.
        """
        with self._database.reading() as connection:
            receiver = find_receiver(connection, name)
            credential = receiver_credential(connection, receiver)
            zone = read_setting(connection, "time_zone")
        if zone and not receiver.options.get("time_zone"):
            receiver = replace(receiver, options={**receiver.options, "time_zone": zone})
        # The keyring may take long, and is asked outside of any transaction.
        return Address(receiver, None if credential is None else self._keeper.secret(credential))
