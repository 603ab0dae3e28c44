"""What a login needs of the database and the keyring: which keys a host may present, and the secret that it takes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol

from poller.batched import Batched
from poller.ssh.settings import SSH_PORT
from storage.credentials import secret_of
from storage.database import Database
from storage.errors import WatchpostError
from storage.host import NewHost
from storage.host_keys import HostKey, trusted_keys_of
from storage.secret_keeper import SecretKeeper


@dataclass(frozen=True, slots=True)
class Grant:
    """What one host is logged in to with.

    Attributes:
        trusted_keys: that the host may present, the one trusted first in front.
        secret: password or passphrase; None where there is none. Never shown.
    """

    trusted_keys: tuple[HostKey, ...] = ()
    secret: str | None = field(default=None, repr=False)


class Trust(Protocol):
    """Knows what a login needs."""

    async def of(self, host: NewHost) -> Grant:
        """What is granted for a host.

        Raises:
            DatabaseUnavailableError: trusted keys could not be read.
            KeyringUnavailableError: the host's secret could not be read.
        """


class StoredTrust:
    """As the database and the keyring have it. Read anew for each login, many hosts with one look."""

    def __init__(self, database: Database, keeper: SecretKeeper) -> None:
        self._database = database
        self._keeper = keeper
        self._keys: Batched[tuple[str, int], tuple[HostKey, ...]] = Batched(self._read_keys)
        # Apart from keys: a keyring may take as long as it likes.
        self._secrets: Batched[str, str] = Batched(self._read_secrets)

    async def of(self, host: NewHost) -> Grant:
        """As `Trust.of`."""
        # Under the registered port, whatever the SSH configuration makes of it: that is how keys are trusted.
        keys = await self._keys.ask((host.address.lower(), host.port or SSH_PORT))
        return Grant(keys, await self._secrets.ask(host.credential) if host.credential else None)

    def _read_keys(self, places: Sequence[tuple[str, int]]) -> Mapping[tuple[str, int], tuple[HostKey, ...]]:
        with self._database.reading() as connection:
            return trusted_keys_of(connection, places)

    def _read_secrets(self, credentials: Sequence[str]) -> Mapping[str, str | Exception]:
        with self._database.reading() as connection:
            return {name: _tried(partial(secret_of, connection, name, self._keeper)) for name in credentials}


def _tried(read: "partial[str]") -> str | Exception:
    """One secret that cannot be read is no reason to keep the others back."""
    try:
        return read()
    except WatchpostError as error:
        return error
