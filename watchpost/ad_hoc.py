"""A host that is not registered: `[USER@]ADDRESS[:PORT]`, as long as its key is trusted already."""

from dataclasses import dataclass, replace

from fleet.host_address import parse_address
from poller.connector import ssh_target
from poller.probe_start.probe_options import ProbeOptions
from poller.ssh.configuration import read_configuration
from poller.ssh.known_hosts import keys_from_known_hosts, read_marks
from poller.ssh.settings import SshTarget
from poller.ssh.transport import start_ssh
from poller.transport import ProbeConnection, ProbeSink
from storage.database import Database
from storage.errors import WatchpostError
from storage.host import NewHost
from storage.host_keys import HostKey, trusted_keys


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


async def find_ad_hoc(text: str, database: Database | None) -> AdHocHost | None:
    """The host that the text names; None when nobody vouches for its key, or it is no address at all.

    Args:
        text: `[USER@]ADDRESS[:PORT]`, also an alias of the SSH configuration.
        database: whose trusted keys count beside those of known_hosts; None without one.

    Raises:
        SessionError: the SSH configuration cannot be read.
    """
    try:
        username, address, port = parse_address(text)
    except WatchpostError:
        return None
    host = NewHost(name=text, address=address, port=port, username=username)
    target = ssh_target(host)
    configuration = await read_configuration(target)
    keys = _trusted(database, address, configuration.port)
    # OpenSSH notes a key under the name that the alias stands for.
    for place in dict.fromkeys(((address, configuration.port), configuration.known_place)):
        for file in configuration.known_hosts:
            keys += keys_from_known_hosts(file, *place)
    if not keys and not read_marks(configuration.known_hosts, *configuration.known_place).authorities:
        return None
    return AdHocHost(host, replace(target, trusted_keys=tuple(keys)))


def _trusted(database: Database | None, address: str, port: int) -> list[HostKey]:
    if database is None:
        return []
    with database.reading() as connection:
        return trusted_keys(connection, address, port)
