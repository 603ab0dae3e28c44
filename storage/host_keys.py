"""Host keys that a person, or a known_hosts file of theirs, has vouched for; the same for every poller."""

import base64
import binascii
import hashlib
from collections.abc import Iterable
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, func, select

from storage.engines.statements import insert_new
from storage.errors import InvalidInputError
from storage.host_key import HostKey
from storage.schema import host_keys

__all__ = [
    "KEY_LIMIT",
    "HostKey",
    "KeySource",
    "fingerprint_of",
    "forget_host_keys",
    "host_keys_mark",
    "trust_host_key",
    "trusted_keys",
    "trusted_keys_of",
]

KEY_LIMIT = 16_384
"""Characters of a public key; RSA with 16384 bits takes under 3,000."""


_AT_ONCE = 500
"""Addresses in one statement; SQLite takes 999 parameters, where it is old."""


class KeySource(StrEnum):
    """Who vouched for a key."""

    PERSON = "person"
    ACCEPT_NEW = "accept_new"
    KNOWN_HOSTS = "known_hosts"


def trusted_keys(connection: Connection, address: str, port: int) -> list[HostKey]:
    """The keys that a server may present, the one trusted first in front."""
    query = select(host_keys).where(*_of(address, port)).order_by(host_keys.c.trusted_at, host_keys.c.id)
    return [_host_key(row) for row in connection.execute(query)]


def trusted_keys_of(
    connection: Connection, places: Iterable[tuple[str, int]]
) -> dict[tuple[str, int], tuple[HostKey, ...]]:
    """As `trusted_keys`, of many servers at once: each address in lower case, with its port."""
    found: dict[tuple[str, int], tuple[HostKey, ...]] = dict.fromkeys(places, ())
    addresses = list({address for address, _ in found})
    for start in range(0, len(addresses), _AT_ONCE):
        query = select(host_keys).where(host_keys.c.address.in_(addresses[start : start + _AT_ONCE]))
        for row in connection.execute(query.order_by(host_keys.c.trusted_at, host_keys.c.id)):
            if (place := (row.address, row.port)) in found:
                found[place] = (*found[place], _host_key(row))
    return found


def trust_host_key(connection: Connection, key: HostKey, source: KeySource, now_ms: int, *, replace: bool) -> None:
    """Trusts a key from now on; one that is trusted already stays as it is.

    Args:
        connection: for writing.
        key: which.
        source: who vouched for it.
        now_ms: when.
        replace: forget every other key of that address and port, as after a server was set up anew.

    Raises:
        InvalidInputError: no OpenSSH public key, or another algorithm or fingerprint than it says.
    """
    _check(key)
    if replace:
        others = host_keys.c.public_key != key.public_key
        connection.execute(host_keys.delete().where(*_of(key.address, key.port), others))
    connection.execute(
        insert_new(connection, host_keys).values(
            address=key.address.lower(),
            port=key.port,
            algorithm=key.algorithm,
            public_key=key.public_key,
            fingerprint=key.fingerprint,
            source=source.value,
            trusted_at=now_ms,
        )
    )


def forget_host_keys(connection: Connection, address: str, port: int) -> int:
    """Trusts no key of that address and port any longer; returns how many there were."""
    return connection.execute(host_keys.delete().where(*_of(address, port))).rowcount


def host_keys_mark(connection: Connection) -> object:
    """A value that differs whenever a key was added or forgotten."""
    row = connection.execute(
        select(func.count(), func.max(host_keys.c.id), func.max(host_keys.c.trusted_at), func.sum(host_keys.c.id))
    ).one()
    return tuple(row)


def fingerprint_of(public_key: str) -> str:
    """The SHA-256 fingerprint of a key in OpenSSH form. Raises InvalidInputError when it is none."""
    return "SHA256:" + base64.b64encode(hashlib.sha256(_blob(public_key)).digest()).decode("ascii").rstrip("=")


def _blob(public_key: str) -> bytes:
    """The wire form of a key, which begins with its algorithm."""
    algorithm, _, encoded = public_key.partition(" ")
    try:
        blob = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        blob = b""
    name = algorithm.encode("utf-8", "surrogateescape")
    if len(public_key) > KEY_LIMIT or not name or not blob.startswith(len(name).to_bytes(4, "big") + name):
        raise InvalidInputError("This is no public key.", hint="OpenSSH writes one as “ssh-ed25519 AAAA…”.")
    return blob


def _check(key: HostKey) -> None:
    fingerprint = fingerprint_of(key.public_key)
    if key.fingerprint != fingerprint:
        raise InvalidInputError(f"The fingerprint of the key is {fingerprint}, not {key.fingerprint}.")
    if key.algorithm != key.public_key.partition(" ")[0]:
        raise InvalidInputError(f"The key is {key.public_key.partition(' ')[0]}, not {key.algorithm}.")
    if not key.address or not 1 <= key.port <= 65_535:
        raise InvalidInputError("A host key needs an address and a port.")


def _of(address: str, port: int) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return host_keys.c.address == address.lower(), host_keys.c.port == port


def _host_key(row: Row[Any]) -> HostKey:
    return HostKey(row.address, row.port, row.algorithm, row.public_key, row.fingerprint)
