"""How a host's key comes to be trusted: known_hosts has it already, or a person has confirmed its fingerprint."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Generic, TypeVar

from poller.connector import ssh_target
from poller.failure import SessionError
from poller.ssh.configuration import read_configuration
from poller.ssh.host_key_judgement import judge_host_key
from poller.ssh.host_key_policy import keys_from_known_hosts, scan
from poller.ssh.known_hosts import read_marks
from poller.ssh.settings import SSH_PORT
from storage.connection import Connection
from storage.database import Database
from storage.errors import InvalidInputError, WatchpostError
from storage.host import NewHost, Transport
from storage.host_keys import HostKey, KeySource, trust_host_key, trusted_keys

AnyHost = TypeVar("AnyHost", bound=NewHost)


class WrongFingerprintError(WatchpostError):
    """The key that was presented is not the one that was expected."""

    kind = "wrong_fingerprint"


class TrustedKeys(Generic[AnyHost]):
    """The trusted keys of one host, registered or about to be. Everything here blocks but what is `async`."""

    def __init__(self, database: Database, host: AnyHost) -> None:
        """They are kept under the registered port, whatever the SSH configuration makes of it."""
        self._database = database
        self.target = ssh_target(host)
        self.host = host
        self.port = host.port or SSH_PORT

    def now(self) -> list[HostKey]:
        """Those trusted now."""
        with self._database.reading() as connection:
            return trusted_keys(connection, self.host.address, self.port)

    def trust(self, keys: Sequence[HostKey], source: KeySource, now_ms: int, *, replacing: bool = False) -> None:
        """Trusts these keys from now on, and with `replacing` no others."""
        with self._database.writing() as connection:
            self.note(connection, keys, source, now_ms, replacing=replacing)

    def note(
        self, connection: Connection, keys: Sequence[HostKey], source: KeySource, now_ms: int, *, replacing: bool
    ) -> None:
        """As `trust`, within a transaction of the caller."""
        for key in keys:
            own = replace(key, address=self.host.address, port=self.port)
            trust_host_key(connection, own, source, now_ms, replace=replacing)

    async def in_known_hosts(self) -> list[HostKey]:
        """What known_hosts has under the host's address, or else under the name and port behind its alias.

        Raises:
            InvalidInputError: a file cannot be read.
            SessionError: the SSH configuration cannot be read.
        """
        configuration = await read_configuration(self.target)
        places = ((self.host.address, self.port), configuration.known_place)
        return await asyncio.to_thread(_first_known, configuration.known_hosts, tuple(dict.fromkeys(places)))

    async def has_authority(self) -> bool:
        """Whether known_hosts names somebody who signs certificates of this host: then nobody has to be asked.

        Raises SessionError where the SSH configuration cannot be read.
        """
        configuration = await read_configuration(self.target)
        marks = await asyncio.to_thread(read_marks, configuration.known_hosts, *configuration.known_place)
        return bool(marks.authorities)

    async def import_known(self, now_ms: int) -> list[HostKey]:
        """Trusts what known_hosts has, and returns what is trusted then. Raises as `in_known_hosts`."""
        keys = await self.in_known_hosts()
        if not keys:
            return []
        await asyncio.to_thread(self.trust, keys, KeySource.KNOWN_HOSTS, now_ms)
        return await asyncio.to_thread(self.now)


def _first_known(files: Sequence[Path], places: Sequence[tuple[str, int]]) -> list[HostKey]:
    """The keys under the first of these names that is known at all."""
    for address, port in places:
        if keys := [key for file in files for key in keys_from_known_hosts(file, address, port)]:
            return keys
    return []


@dataclass(frozen=True, slots=True)
class KnownHostsWord:
    """What known_hosts says of a key that the database does not know.

    Attributes:
        vouched: the key of the host that it vouches for; None where it does not.
        contradiction: the failure, where it knows the host by other keys alone.
        known: those.
    """

    vouched: HostKey | None = None
    contradiction: SessionError | None = None
    known: tuple[HostKey, ...] = ()


async def ask_known_hosts(keys: TrustedKeys[AnyHost], presented: HostKey) -> KnownHostsWord:
    """Whether known_hosts vouches for the key that a host presented.

    Where it only has keys of other algorithms, the host is asked for one of those, as ssh would.

    Raises:
        WatchpostError: known_hosts cannot be read, or the host was not to be reached again.
    """
    known = await keys.in_known_hosts()
    if not known:
        return KnownHostsWord()
    if judge_host_key(known, presented) is not None:
        presented = await scan(replace(keys.target, trusted_keys=known))
    contradiction = judge_host_key(known, presented)
    return KnownHostsWord(None if contradiction else presented, contradiction, tuple(known))


async def scan_for(keys: TrustedKeys[AnyHost], trusted: Sequence[HostKey], fingerprint: str) -> HostKey:
    """The key of that fingerprint, as the host presents it now.

    Asked for as a connection would, by the algorithms of the trusted keys first, and then as a plain scan would: a
    host with several keys shows one or the other, and a person may have seen either.

    Raises:
        WrongFingerprintError: the host presents another key.
        SessionError: it could not be asked.
    """
    presented: HostKey | None = None
    for asked in dict.fromkeys((tuple(trusted), ())):
        presented = await scan(replace(keys.target, trusted_keys=asked))
        if presented.fingerprint == fingerprint:
            return presented
    shown = f"{presented.algorithm} {presented.fingerprint}" if presented else ""
    raise WrongFingerprintError(
        f"The host presents {shown}, not the key that was confirmed ({fingerprint}).",
        hint="Nothing was trusted. Look at the key once more; if it differs again, somebody may be in between.",
    )


def checked_fingerprint(said: object) -> str:
    """A fingerprint as a person confirmed it. Raises InvalidInputError."""
    if isinstance(said, str) and said.startswith("SHA256:") and len(said) < 100:
        return said
    raise InvalidInputError("A fingerprint begins with SHA256:.", hint="“ssh-keygen -l” shows it.")


def refuse_without_key(host: NewHost) -> None:
    """Raises InvalidInputError for a host that is not reached over SSH."""
    if host.transport is Transport.LOCAL:
        raise InvalidInputError(f"“{host.name}” is this machine; it has no host key.")
