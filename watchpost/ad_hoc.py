"""A host that is not registered: `[USER@]ADDRESS[:PORT]`, as long as its key is trusted already."""

from dataclasses import dataclass, replace
from pathlib import Path

from fleet.host_address import parse_address
from poller.connector import ssh_target
from poller.failure import classify
from poller.known_hosts import keys_from_known_hosts
from poller.probe_options import ProbeOptions
from poller.ssh_settings import SshTarget, resolve
from poller.ssh_transport import start_ssh
from poller.transport import ProbeConnection, ProbeSink
from storage.database import Database
from storage.errors import WatchpostError
from storage.host import NewHost
from storage.host_keys import HostKey, trusted_keys

KNOWN_HOSTS = Path("~/.ssh/known_hosts")


@dataclass(frozen=True, slots=True)
class AdHocHost:
    """A host to be read once.

    Attributes:
        host: as it was named.
        target: how it is reached, with its trusted keys.
    """

    host: NewHost
    target: SshTarget

    async def start(self, options: ProbeOptions, sink: ProbeSink) -> ProbeConnection:
        """Starts the probe. Raises SessionError."""
        return await start_ssh(self.target, options, sink)


async def find_ad_hoc(text: str, database: Database | None, known_hosts: Path = KNOWN_HOSTS) -> AdHocHost | None:
    """The host that the text names; None when no key of it is trusted, or it is no address at all.

    Args:
        text: `[USER@]ADDRESS[:PORT]`, also an alias of the SSH configuration.
        database: whose trusted keys count; None without one.
        known_hosts: OpenSSH's file, whose keys count as well.
    """
    try:
        username, address, port = parse_address(text)
    except WatchpostError:
        return None
    host = NewHost(name=text, address=address, port=port, username=username)
    target = ssh_target(host)
    try:
        settings = await resolve(target)
    except (OSError, ValueError) as error:
        raise classify(error) from error
    keys = _trusted(database, address, settings.port)
    # OpenSSH notes a key under the name that the alias stands for.
    for name in dict.fromkeys((address, settings.host)):
        keys += keys_from_known_hosts(known_hosts, name, settings.port)
    return AdHocHost(host, replace(target, trusted_keys=tuple(keys))) if keys else None


def _trusted(database: Database | None, address: str, port: int) -> list[HostKey]:
    if database is None:
        return []
    with database.reading() as connection:
        return trusted_keys(connection, address, port)
