"""What a form needs to know before it can judge: hosts, credentials, names of `~/.ssh/config`. Read in one errand."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import structlog

from fleet.ssh_alias import SshAlias
from monitor_gui.hosts.alias_offers import still_to_add
from monitor_gui.surroundings import Surroundings
from storage.credentials import list_credentials
from storage.database import Database
from storage.errors import WatchpostError
from storage.host import Host, NewHost, Transport
from storage.hosts import list_hosts
from storage.secret_keeper import Credential, CredentialKind
from storage.translation import _

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownThings:
    """All of it at one moment.

    Attributes:
        hosts: by name.
        credentials: by name.
        aliases: those that are not registered yet.
        aliases_failure: why they cannot be offered.
        own_host: this machine, ready to be registered.
    """

    hosts: Sequence[Host] = ()
    credentials: Sequence[Credential] = ()
    aliases: Sequence[SshAlias] = ()
    aliases_failure: WatchpostError | None = None
    own_host: NewHost = field(default_factory=lambda: NewHost(name=_("this machine"), transport=Transport.LOCAL))


def read_known(database: Database, surroundings: Surroundings) -> KnownThings:
    """Reads it; an SSH configuration that cannot be read costs its offers alone. Raises WatchpostError."""
    with database.reading() as connection:
        hosts = list_hosts(connection)
        # With what a receiver of alerts is reached, nobody logs in.
        credentials = [each for each in list_credentials(connection) if each.kind is not CredentialKind.RECEIVER]
    aliases: Sequence[SshAlias] = ()
    failure = None
    try:
        aliases = still_to_add(surroundings.ssh_aliases(), hosts)
    except WatchpostError as error:
        _log.info("ssh_aliases_not_offered", kind=error.kind, detail=error.message)
        failure = error
    return KnownThings(
        hosts=hosts,
        credentials=credentials,
        aliases=aliases,
        aliases_failure=failure,
        own_host=surroundings.own_host(),
    )
