"""SSH servers that were found on a network, as hosts that could be registered."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fleet.host_sources.candidate import Candidate, SourceReading
from storage.connection import Connection
from storage.host import Host, NewHost, Transport
from storage.host_keys import HostKey, trusted_keys

_SSH_PORT = 22


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundServer:
    """Something that speaks SSH.

    Attributes:
        address: as it was looked for: an address, or a name that was given.
        port: where it listens.
        banner: its version, as it says; printable.
        name: what DNS calls its address; None where that is not known.
        key: the host key that it presents; None where it was not looked at.
    """

    address: str
    port: int
    banner: str
    name: str | None = None
    key: HostKey | None = None


def found_as_source(
    servers: Sequence[FoundServer], hosts: Iterable[NewHost], owners: Mapping[str, str]
) -> SourceReading:
    """The servers as candidates, each under a name of its own: the short name in DNS, the long one, or the address.

    Args:
        servers: what was found.
        hosts: those that are registered; their names are taken.
        owners: which host has a public key that is trusted.
    """
    taken = {host.name for host in hosts}
    candidates = []
    keys = dict(owners)
    for server in servers:
        name = _free_name(server, taken)
        taken.add(name)
        said: dict[str, Any] = {"name": name, "address": server.address, "port": _registered_port(server.port)}
        twin = None
        if server.key is not None:
            twin = keys.get(server.key.public_key)
            keys.setdefault(server.key.public_key, name)
        candidates.append(Candidate(where="", said=said, twin=twin))
    return SourceReading(candidates)


def key_owners(connection: Connection, hosts: Iterable[Host]) -> dict[str, str]:
    """The name of the host by each public key that is trusted. A query for each host: 0.1 ms."""
    owners: dict[str, str] = {}
    for host in hosts:
        if host.transport is not Transport.LOCAL:
            for key in trusted_keys(connection, host.address, host.port or _SSH_PORT):
                owners.setdefault(key.public_key, host.name)
    return owners


def _free_name(server: FoundServer, taken: set[str]) -> str:
    long = (server.name or "").rstrip(".")
    port = f"-{server.port}"
    names = (long.partition(".")[0], long, server.address, f"{server.address}{port}")
    # With a port to each address at the most, the last one is free unless somebody has called another host so.
    return next((name for name in names if name and name not in taken), names[-1])


def _registered_port(port: int) -> int | None:
    """None for the usual one, so that `~/.ssh/config` keeps its say."""
    return None if port == _SSH_PORT else port
