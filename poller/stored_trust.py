"""What a login needs, out of the database and the keyring."""

from collections.abc import Mapping, Sequence
from functools import partial

from poller.batched import Batched
from poller.ssh.settings import SSH_PORT
from poller.trust import Grant
from storage.credentials import secret_of
from storage.database import Database
from storage.errors import WatchpostError
from storage.host import NewHost
from storage.host_keys import HostKey, trusted_keys_of
from storage.secret_keeper import SecretKeeper


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
