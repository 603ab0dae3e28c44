"""Which hosts are reached through which jump host, as far as `~/.ssh/config` says so by their names."""

from collections.abc import Iterable, Mapping

from fleet.host_sources.ssh_aliases import CONFIG, all_aliases
from poller.ssh.answer import jump_place
from storage.errors import InvalidInputError
from storage.host import Host, Transport


def configured_jumps(hosts: Iterable[Host]) -> Mapping[int, str]:
    """The address of the last jump host before each, by host id; those that are reached directly are left out. Blocks.

    What only a pattern of the configuration names is left out as well: it is known once it cannot be reached.
    """
    path = CONFIG.expanduser()
    try:
        aliases = {alias.alias: alias.jump for alias in all_aliases(path)} if path.exists() else {}
    except (InvalidInputError, OSError):
        return {}
    return {
        host.id: jump_place(jump.split(",")[-1])[1]
        for host in hosts
        if host.transport is not Transport.LOCAL and (jump := aliases.get(host.address))
    }
