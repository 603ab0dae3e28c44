"""Keeps a demonstration apart from its user's own Watchpost: another home and keyring, none of their settings. Pure.

Only the processes that are started have this environment. The window keeps its user's: it saves pictures and exports
where they are wanted.
"""

from collections.abc import Mapping

from storage.secret_keeper import KeyringChoice
from watchpost.configuration import DOTENV_NAMES, Configuration, configure
from watchpost.demo.place import DemoPlace

_UNWANTED = frozenset({"SSH_AUTH_SOCK", "SSH_AGENT_PID", "CREDENTIALS_DIRECTORY", "NOTIFY_SOCKET", "WATCHDOG_USEC"})
"""Keys of the user's that no simulated host knows, and what a service manager has handed to another process."""


def demo_environment(environment: Mapping[str, str], place: DemoPlace) -> dict[str, str]:
    """The environment of the processes that a demonstration starts."""
    kept = {
        name: value
        for name, value in environment.items()
        if name not in DOTENV_NAMES | _UNWANTED and not name.startswith(("WATCHPOST_", "XDG_"))
    }
    return kept | {
        "HOME": str(place.home),
        # The log lies beside the database and not in the home folder, where it is looked for by whoever keeps it all.
        "XDG_STATE_HOME": str(place.folders.state),
        "WATCHPOST_KEYRING": KeyringChoice.ENCRYPTED_FILE.value,
        "WATCHPOST_KEYRING_PASSPHRASE_FILE": str(place.passphrase_file),
        "WATCHPOST_SPOOL_DIR": str(place.folders.state / "spool"),
    }


def demo_configuration(environment: Mapping[str, str], place: DemoPlace) -> Configuration:
    """The configuration of this process, with the same places."""
    return configure(place.database_url, demo_environment(environment, place), {}, place.folders)
