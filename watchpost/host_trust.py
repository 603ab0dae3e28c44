"""Comes to trust a host's key: from known_hosts, or the key that it presents once somebody vouches for it."""

import asyncio
import shlex
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from poller.connector import ssh_target
from poller.failure import SessionError, classify
from poller.host_key_policy import keys_from_known_hosts
from poller.ssh_settings import SSH_PORT, config_paths, resolve
from storage.database import Database
from storage.errors import WatchpostError
from storage.host import Host
from storage.host_keys import HostKey, KeySource, trust_host_key, trusted_keys
from storage.reason import Reason
from watchpost.invocation import now_ms

KNOWN_HOSTS = Path("~/.ssh/known_hosts")


class WrongFingerprintError(WatchpostError):
    """The key that was presented is not the one that was expected."""

    kind = "wrong_fingerprint"


@dataclass(frozen=True, slots=True, kw_only=True)
class Vouching:
    """Who may vouch for a key that is not trusted yet.

    Attributes:
        accept_new: the first key of a host is trusted; a changed one never is.
        accept_any: whatever is presented is trusted, a changed key, too.
        fingerprint: only this one is trusted, and without a question.
        ask: asks a person about the presented key, given those trusted so far; None where nobody is there.
    """

    accept_new: bool = False
    accept_any: bool = False
    fingerprint: str | None = None
    ask: Callable[[HostKey, Sequence[HostKey]], bool] | None = None


class TrustedKeys:
    """The trusted keys of one host."""

    def __init__(self, database: Database, host: Host) -> None:
        """They are kept under the registered port, whatever the SSH configuration makes of it."""
        self._database = database
        self._target = ssh_target(host)
        self.host = host
        self.port = host.port or SSH_PORT

    def now(self) -> list[HostKey]:
        """Those trusted now."""
        with self._database.reading() as connection:
            return trusted_keys(connection, self.host.address, self.port)

    def import_known(self) -> list[HostKey]:
        """Trusts what known_hosts has under the host's address, or under the name and port behind its alias.

        Raises:
            InvalidInputError: the file cannot be read.
            SessionError: the SSH configuration cannot be read.
        """
        places = [(self.host.address, self.port), asyncio.run(self._real_place())]
        for address, port in dict.fromkeys(places):
            if keys := keys_from_known_hosts(KNOWN_HOSTS, address, port):
                self.trust(keys, KeySource.KNOWN_HOSTS)
                return self.now()
        return []

    def trust(self, keys: Sequence[HostKey], source: KeySource, *, replacing: bool = False) -> None:
        """Trusts these keys from now on, and with `replacing` no others."""
        with self._database.writing() as connection:
            for key in keys:
                own = replace(key, address=self.host.address, port=self.port)
                trust_host_key(connection, own, source, now_ms(), replace=replacing)

    async def _real_place(self) -> tuple[str, int]:
        if not config_paths(self._target):
            return self.host.address, self.port
        try:
            settings = await resolve(self._target)
        except (OSError, ValueError) as error:
            raise classify(error) from error
        return str(settings.host), int(settings.port)


def decide(name: str, key: HostKey, trusted: Sequence[HostKey], vouching: Vouching) -> KeySource | None:
    """Who vouches for the presented key; None when it is trusted already.

    Args:
        name: of the host.
        key: what it presents.
        trusted: the keys that it may present so far.
        vouching: who may vouch for it.

    Raises:
        SessionError: nobody does; the reason says whether the key is new or has changed.
        WrongFingerprintError: another key was expected.
    """
    if vouching.fingerprint is not None and key.fingerprint != vouching.fingerprint:
        raise WrongFingerprintError(
            f"The host presents {key.algorithm} {key.fingerprint}, not {vouching.fingerprint}.",
            hint="Nothing was trusted. Either the fingerprint is of another key, or somebody is in between.",
        )
    if any(known.public_key == key.public_key for known in trusted):
        return None
    if vouching.fingerprint is not None or vouching.accept_any:
        return KeySource.PERSON
    if vouching.accept_new and not trusted:
        return KeySource.ACCEPT_NEW
    if vouching.ask is not None and vouching.ask(key, trusted):
        return KeySource.PERSON
    raise _refusal(name, key, trusted)


def _refusal(name: str, key: HostKey, trusted: Sequence[HostKey]) -> SessionError:
    shown = f"{key.algorithm} {key.fingerprint}"
    command = f"watchpost hosts trust {shlex.quote(name)} --fingerprint {key.fingerprint}"
    if not trusted:
        return SessionError(
            Reason.HOST_KEY_UNKNOWN,
            f"The host key is not trusted yet: {shown}.",
            hint=f"Compare the fingerprint with the host's own (ssh-keygen -l), then type: {command}",
            host_key=key,
        )
    known = " or ".join(f"{old.algorithm} {old.fingerprint}" for old in trusted[:3])
    return SessionError(
        Reason.HOST_KEY_CHANGED,
        f"The host key has changed: it is {shown}, but trusted is {known}.",
        hint="Was the host set up anew? If nobody knows of that, somebody may be in between. "
        f"Compare the fingerprint on the host itself (ssh-keygen -l), then type: {command}",
        host_key=key,
    )
