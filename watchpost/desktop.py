"""What this process does for the desktop application."""

from collections.abc import Sequence
from datetime import tzinfo
from pathlib import Path

from alerts.thresholds import Thresholds, from_environment
from fleet.host_sources.ssh_aliases import read_aliases
from fleet.ssh_alias import SshAlias
from monitor_gui.surroundings import UserService
from storage.credentials import list_credentials
from storage.database import Database
from storage.host import NewHost
from storage.keyring_passphrase import passphrase_file
from storage.poller_lock import poller_is_running
from storage.secret_keeper import KeyringChoice, SecretKeeper
from watchpost.configuration import Configuration
from watchpost.database_access import preparation_text, prepare_unless_polled
from watchpost.desktop_files import preferences_file
from watchpost.desktop_poller import DesktopPoller
from watchpost.own_host import own_host
from watchpost.secret_keeping import chosen_backend, keeper_for
from watchpost.secret_sending import known_pollers
from watchpost.user_service import SystemdUserService


class DesktopSurroundings:
    """`monitor_gui.surroundings.Surroundings` for this machine and user.

    Attributes:
        database_url: where the database is, there or not.
        log_folder: where the logs are.
        preferences_file: what the window remembers.
        known_pollers: whose keys this user has confirmed.
        poller: the poller of the window.
        service: the poller as a service of this user.
    """

    def __init__(self, configuration: Configuration) -> None:
        self._configuration = configuration
        self.database_url = configuration.database_url
        self.log_folder: Path = configuration.folders.log
        self.preferences_file: Path = preferences_file()
        self.known_pollers = known_pollers(configuration)
        self.poller = DesktopPoller(self.database_url, self.log_folder)
        self.service: UserService = SystemdUserService(self.database_url, configuration.environment)

    def prepare(self) -> Sequence[str]:
        """Makes the database fit for use where no poller has done so; says what had to be done."""
        done = prepare_unless_polled(self.database_url)
        return preparation_text(done) if done else []

    def thresholds(self) -> Thresholds:
        """Those of the environment, else the defaults."""
        return from_environment(self._configuration.environment)

    def time_zone(self) -> tzinfo | None:
        """The environment's."""
        return self._configuration.time_zone

    def poller_is_running(self) -> bool:
        """Whether the lock beside the database is held."""
        return poller_is_running(self.database_url)

    def needs_passphrase(self, database: Database) -> bool:
        """Whether secrets are in the encrypted file, and only a person can open it."""
        if chosen_backend(self._configuration, database) is not KeyringChoice.ENCRYPTED_FILE:
            return False
        if passphrase_file(self._configuration.environment):
            return False
        with database.reading() as connection:
            return bool(list_credentials(connection))

    def keeper(self, database: Database, passphrase: str | None = None) -> SecretKeeper:
        """The keeper that was chosen; the desktop may ask its user to unlock the keyring."""
        ask = None if passphrase is None else (lambda _: passphrase)
        choice = chosen_backend(self._configuration, database)
        return keeper_for(self._configuration, choice, ask=ask, may_prompt=True)

    def ssh_aliases(self) -> Sequence[SshAlias]:
        """What `~/.ssh/config` names."""
        return read_aliases(Path("~/.ssh/config").expanduser())

    def own_host(self) -> NewHost:
        """This machine."""
        return own_host()
