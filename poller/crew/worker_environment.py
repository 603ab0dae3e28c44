"""What a worker is started in: the poller's environment without what leads to the database or to secrets. Pure."""

from collections.abc import Mapping

from storage.keyring_passphrase import SYSTEMD_VARIABLE

_LEFT_OUT = frozenset({"DATABASE_URL", "WATCHPOST_DATABASE_URL", SYSTEMD_VARIABLE})
_LEFT_OUT_STARTS = ("PG", "WATCHPOST_KEYRING")
"""Those of libpq, such as PGPASSWORD and PGPASSFILE, and those of the keyring."""


def worker_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """All the rest: logins depend on HOME, PATH, SSH_AUTH_SOCK and whatever an SSH configuration names."""
    return {
        name: value
        for name, value in environment.items()
        if name not in _LEFT_OUT and not name.startswith(_LEFT_OUT_STARTS)
    }
