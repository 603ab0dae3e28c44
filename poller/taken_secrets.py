"""Which secrets came by envelope: when their credential is removed, nobody but this poller can take them away."""

from collections.abc import Collection

import msgspec

from storage.database import Database
from storage.database_identity import database_identity
from storage.secret_keeper import SecretKeeper

_NOTE = "taken-secrets"


class TakenSecrets:
    """Credentials by database, noted in the keyring itself. Every call may raise KeyringUnavailableError."""

    def __init__(self, database: Database, keeper: SecretKeeper) -> None:
        self._database = database
        self._keeper = keeper
        self._by_database: dict[str, list[int]] | None = None

    def add(self, credential_ids: Collection[int]) -> None:
        """Notes secrets that have come."""
        if not credential_ids:
            return
        noted, database_id = self._read(), self._database_id()
        together = sorted({*noted.get(database_id, ()), *credential_ids})
        if together != noted.get(database_id):
            self._write({**noted, database_id: together})

    def forget_all_but(self, credential_ids: Collection[int]) -> None:
        """Takes secrets out of the keyring that came for credentials which are no longer there."""
        noted = self._read()
        if not noted:
            return
        database_id = self._database_id()
        gone = [each for each in noted.get(database_id, ()) if each not in credential_ids]
        for credential_id in gone:
            self._keeper.forget(credential_id)
        if gone:
            self._write({**noted, database_id: [each for each in noted[database_id] if each not in gone]})

    def _database_id(self) -> str:
        with self._database.writing() as connection:
            return database_identity(connection)

    def _read(self) -> dict[str, list[int]]:
        if self._by_database is None:
            try:
                self._by_database = msgspec.json.decode(self._keeper.note(_NOTE) or "{}", type=dict[str, list[int]])
            except msgspec.MsgspecError:
                self._by_database = {}
        return self._by_database

    def _write(self, noted: dict[str, list[int]]) -> None:
        self._keeper.write_note(_NOTE, msgspec.json.encode(noted).decode())
        self._by_database = noted
