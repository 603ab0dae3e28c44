"""Pollers whose keys a person has confirmed: a file of one's own, as known_hosts is.

Anybody who may write the database could put another key there, and have secrets sealed to it.
"""

import os
import tempfile
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path

import msgspec

from storage.envelopes import Recipient
from storage.errors import InvalidInputError, KeyringUnavailableError

LIMIT_BYTES = 1024 * 1024


class KeyStanding(StrEnum):
    """What is known about a poller's key."""

    CONFIRMED = "confirmed"
    NEW = "new"
    CHANGED = "changed"
    """Another key of a poller of that name was confirmed before."""


class KnownPollers:
    """The file. Each call reads it anew: a window and a command may both be open."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def standing(self, recipient: Recipient, database_id: str) -> KeyStanding:
        """What is known about the key of a poller of this database. Raises KeyringUnavailableError."""
        of_name = [each for each in self._read() if (each.database, each.name) == (database_id, recipient.name)]
        if any(each.key == recipient.public_key for each in of_name):
            return KeyStanding.CONFIRMED
        return KeyStanding.CHANGED if of_name else KeyStanding.NEW

    def confirm(self, recipient: Recipient, database_id: str) -> None:
        """Notes a key as a person has confirmed it, in place of an older one. Raises KeyringUnavailableError."""
        kept = [each for each in self._read() if (each.database, each.name) != (database_id, recipient.name)]
        self._write([*kept, _Known(database_id, recipient.name, recipient.public_key)])

    def _read(self) -> list["_Known"]:
        try:
            with self._path.open("rb") as file:
                return msgspec.json.decode(file.read(LIMIT_BYTES), type=list[_Known])
        except FileNotFoundError:
            return []
        except OSError as error:
            raise self._unusable(f"cannot be read: {error.strerror}") from error
        except msgspec.MsgspecError as error:
            raise self._unusable("is damaged") from error

    def _write(self, known: Sequence["_Known"]) -> None:
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(prefix=f".{self._path.name}.", dir=self._path.parent)
            with os.fdopen(handle, "wb") as file:
                file.write(msgspec.json.format(msgspec.json.encode(known)) + b"\n")
            Path(name).replace(self._path)
        except OSError as error:
            raise self._unusable(f"cannot be written: {error.strerror}") from error

    def _unusable(self, what: str) -> KeyringUnavailableError:
        return KeyringUnavailableError(
            f"{self._path}, which knows the keys of pollers, {what}.",
            hint="Check its owner and mode, or move it away and confirm the keys again.",
        )


def confirm_by_fingerprint(
    known: KnownPollers, found: Sequence[Recipient], fingerprints: Sequence[str], database_id: str
) -> None:
    """Confirms the pollers whose keys have these fingerprints.

    Raises:
        InvalidInputError: no poller has such a key.
        KeyringUnavailableError: the file cannot be written.
    """
    for wanted in fingerprints:
        named = [recipient for recipient in found if recipient.fingerprint == wanted.strip().lower()]
        if not named:
            there = ", ".join(sorted({recipient.fingerprint for recipient in found})) or "none"
            raise InvalidInputError(
                f"No poller has the key {wanted}.",
                hint=f"There are: {there}. If it should be there, somebody may have changed it: find out first.",
            )
        for recipient in named:
            known.confirm(recipient, database_id)


class _Known(msgspec.Struct, frozen=True):
    database: str
    name: str
    key: bytes
