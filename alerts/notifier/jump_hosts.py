"""Behind which jump host a host is, and whether that one is why it cannot be reached. Pure."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from storage.host import Host

_TOLD = re.compile(r"Jump host (\S+): ")


@dataclass(frozen=True, slots=True)
class Behind:
    """What is known of the ways to hosts, by their ids.

    Attributes:
        ways: the jump host before each, by its name in the registry, or its address where it has none.
        failed: the same, where that jump host is why the host cannot be reached.
    """

    ways: Mapping[int, str] = field(default_factory=dict)
    failed: Mapping[int, str] = field(default_factory=dict)


def failed_jump_host(detail: str | None) -> str:
    """The address of the jump host that a session's last word blames; empty where it blames none."""
    match = _TOLD.match(detail or "")
    return match[1] if match else ""


def behind(hosts: Iterable[Host], details: Mapping[int, str | None], configured: Mapping[int, str]) -> Behind:
    """Which hosts are behind which.

    Args:
        hosts: the registry.
        details: the last word on the session of each host that has none now, by host id.
        configured: the address of the jump host that the SSH configuration names, by host id.
    """
    registry = list(hosts)
    names = _names(registry)
    failed = {
        host.id: names.get(address, address) for host in registry if (address := failed_jump_host(details.get(host.id)))
    }
    ways = {host_id: names.get(address, address) for host_id, address in configured.items() if address}
    return Behind({**ways, **failed}, failed)


def _names(hosts: Iterable[Host]) -> dict[str, str]:
    """Names in the registry by what a configuration may call a host: its name before its address."""
    registry = list(hosts)
    by_address = {host.address: host.name for host in reversed(registry) if host.address}
    return by_address | {host.name: host.name for host in registry}
