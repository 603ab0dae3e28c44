"""Surroundings for tests: real databases and keepers, no process of its own."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from pathlib import Path

from alerts.thresholds import DEFAULTS, Thresholds
from fleet.ssh_alias import SshAlias
from monitor_gui.surroundings import ServiceState
from storage.database import Database, prepare_database
from storage.errors import WatchpostError
from storage.host import NewHost, Transport
from storage.keyrings import open_keeper
from storage.known_pollers import KnownPollers
from storage.poller_lock import poller_is_running
from storage.secret_keeper import KeyringChoice, SecretKeeper


@dataclass
class IdlePoller:
    """A poller process that only notes what was asked of it."""

    said: list[str] = field(default_factory=list)
    failure: WatchpostError | None = None

    def start(self, passphrase: str | None = None) -> None:
        self.said.append("start")
        self.check()

    def check(self) -> None:
        if self.failure is not None:
            raise self.failure

    def stop(self) -> None:
        self.said.append("stop")


@dataclass
class IdleService:
    """A service that only notes what was asked of it."""

    now: ServiceState = ServiceState.ABSENT
    explanation: str = "Watchpost goes on after you log out, and starts with the machine."
    said: list[str] = field(default_factory=list)

    def state(self) -> ServiceState:
        return self.now

    def install(self) -> None:
        self.said.append("install")
        self.now = ServiceState.RUNNING

    def remove(self) -> None:
        self.said.append("remove")
        self.now = ServiceState.ABSENT


@dataclass
class TestSurroundings:
    """Everything in one folder."""

    __test__ = False

    database_url: str
    folder: Path
    poller: IdlePoller = field(default_factory=IdlePoller)
    service: IdleService = field(default_factory=IdleService)
    aliases: list[SshAlias] = field(default_factory=list)
    passphrase_needed: bool = False

    @property
    def log_folder(self) -> Path:
        return self.folder / "logs"

    @property
    def preferences_file(self) -> Path:
        return self.folder / "preferences.ini"

    @property
    def known_pollers(self) -> KnownPollers:
        return KnownPollers(self.folder / "known_pollers.json")

    def prepare(self) -> Sequence[str]:
        prepare_database(self.database_url, now_ms=0)
        return []

    def thresholds(self) -> Thresholds:
        return DEFAULTS

    def time_zone(self) -> tzinfo | None:
        return UTC

    def poller_is_running(self) -> bool:
        return poller_is_running(self.database_url)

    def needs_passphrase(self, database: Database) -> bool:
        return self.passphrase_needed

    def keeper(self, database: Database, passphrase: str | None = None) -> SecretKeeper:
        words = passphrase or "correct horse"
        return open_keeper(KeyringChoice.ENCRYPTED_FILE, file=self.folder / "secrets.cfg", passphrase=lambda new: words)

    def ssh_aliases(self) -> Sequence[SshAlias]:
        return self.aliases

    def own_host(self) -> NewHost:
        return NewHost(name="this-machine", transport=Transport.LOCAL)
