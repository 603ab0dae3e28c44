"""Starts the probe of a registered host, with the keys and the secret that the database and the keyring have for it."""

from poller.any_transport import ssh_target, start_probe
from poller.probe_start.probe_options import ProbeOptions
from poller.stored_trust import StoredTrust
from poller.transport import OnStep, ProbeConnection, ProbeSink
from storage.database import Database
from storage.host import NewHost
from storage.secret_keeper import SecretKeeper

__all__ = ["Connector", "ssh_target"]


class Connector:
    """Knows how to reach any registered host. Shared by the poller, connection tests and one-shot readings.

    Attributes:
        trust: what it logs in with.
    """

    def __init__(self, database: Database, keeper: SecretKeeper) -> None:
        self.trust = StoredTrust(database, keeper)

    async def start(
        self, host: NewHost, options: ProbeOptions, sink: ProbeSink, on_step: OnStep | None = None
    ) -> ProbeConnection:
        """As `start_probe`."""
        return await start_probe(host, options, sink, self.trust, on_step)
