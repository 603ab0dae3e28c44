"""What the process around does for the application. Implemented in `watchpost`; never called while painting."""

from collections.abc import Sequence
from datetime import tzinfo
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from alerts.thresholds import Thresholds
from fleet.ssh_alias import SshAlias
from storage.database import Database
from storage.host import NewHost
from storage.known_pollers import KnownPollers
from storage.secret_keeper import SecretKeeper


class PollerProcess(Protocol):
    """A poller of our own. Every call may take seconds."""

    def start(self, passphrase: str | None = None) -> None:
        """Starts it and waits until it polls. Raises WatchpostError."""

    def check(self) -> None:
        """Raises WatchpostError with its last words when it has ended by itself."""

    def stop(self) -> None:
        """Ends it and waits until everything is stored. Raises WatchpostError when that did not go well."""


class ServiceState(StrEnum):
    """The poller as a service of this user."""

    UNSUPPORTED = "unsupported"
    ABSENT = "absent"
    STOPPED = "stopped"
    RUNNING = "running"


class UserService(Protocol):
    """A poller that the system keeps running for this user. Every call may take seconds."""

    @property
    def explanation(self) -> str:
        """One sentence: what it would do, or why it cannot."""

    def state(self) -> ServiceState:
        """How it is now."""

    def install(self) -> None:
        """Installs and starts it. Raises WatchpostError."""

    def remove(self) -> None:
        """Stops it and takes it away. Raises WatchpostError."""


class Surroundings(Protocol):
    """Everything that the application has others do. Every call may take seconds."""

    @property
    def database_url(self) -> str:
        """Where the database is, there or not."""

    @property
    def log_folder(self) -> Path:
        """Where the logs are."""

    @property
    def preferences_file(self) -> Path:
        """Where the window keeps what it remembers."""

    @property
    def poller(self) -> PollerProcess:
        """The poller of this window."""

    @property
    def service(self) -> UserService:
        """The poller as a service."""

    @property
    def known_pollers(self) -> KnownPollers:
        """Whose keys this user has confirmed."""

    def prepare(self) -> Sequence[str]:
        """Makes the database fit for use where no poller has done so. Returns sentences to show.

        Raises:
            WatchpostError: it cannot be used.
        """

    def thresholds(self) -> Thresholds:
        """What counts as a warning and as critical. Raises WatchpostError."""

    def time_zone(self) -> tzinfo | None:
        """The zone that was chosen for this run."""

    def poller_is_running(self) -> bool:
        """Whether any poller works on this database."""

    def needs_passphrase(self, database: Database) -> bool:
        """Whether a person has to type the passphrase of the encrypted file before a poller can use its secrets."""

    def keeper(self, database: Database, passphrase: str | None = None) -> SecretKeeper:
        """Who keeps secrets. Raises WatchpostError."""

    def ssh_aliases(self) -> Sequence[SshAlias]:
        """What `~/.ssh/config` holds; nothing where there is none. Raises WatchpostError."""

    def own_host(self) -> NewHost:
        """This machine, ready to be registered."""
