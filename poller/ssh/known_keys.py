"""Trusts the keys that known_hosts has for hosts, many at a time. Connects to none of them."""

from collections.abc import Iterable

from poller.ssh.host_key_trust import TrustedKeys
from storage.database import Database
from storage.host import Host, Transport
from storage.host_keys import HostKey, KeySource


async def trust_known_keys(database: Database, hosts: Iterable[Host], now_ms: int) -> list[Host]:
    """Trusts what known_hosts has for each of these hosts, and returns those for which it has something.

    A host whose key is trusted already keeps it. About 1 ms a host; all is written in one transaction at the end.

    Raises:
        InvalidInputError: known_hosts cannot be read.
        SessionError: the SSH configuration cannot be read.
    """
    found: list[tuple[TrustedKeys[Host], list[HostKey]]] = []
    for host in hosts:
        if host.transport is not Transport.LOCAL:
            keys = TrustedKeys(database, host)
            if known := await keys.in_known_hosts():
                found.append((keys, known))
    if found:
        with database.writing() as connection:
            for keys, known in found:
                keys.note(connection, known, KeySource.KNOWN_HOSTS, now_ms, replacing=False)
    return [keys.host for keys, _known in found]
