"""Where a host is and how to log in there: what was registered, completed by `~/.ssh/config`."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import asyncssh

from storage.host_key import HostKey

SSH_PORT = 22
DEFAULT_CONFIG = Path("~/.ssh/config")
DEFAULT_KEYS = ("id_ed25519", "id_ecdsa", "id_rsa")
"""In `~/.ssh`. Not the ones of security keys: nobody is there to touch those."""


@dataclass(frozen=True, slots=True)
class SshTarget:
    """A host to be reached over SSH.

    Attributes:
        address: DNS name, alias of the SSH configuration, IPv4 or IPv6.
        port: None takes the configuration's, else 22.
        username: None takes the configuration's, else the local user.
        identity_file: the only key to offer; None offers the agent's, and those of the configuration or the default.
        secret: passphrase where it opens one of these keys, and then nothing else; else the password. Never shown.
        compression: of the connection; also where the configuration asks for it.
        trusted_keys: the keys that the host may present.
        connect_timeout_s: for the name and the TCP connection.
        login_timeout_s: from there until logged in.
        start_timeout_s: from there until the probe runs. Long: a host at a load of 475 needs 30 s to start a Python.
        ssh_config: OpenSSH client configuration, taken when it is there; None reads none.
    """

    address: str
    port: int | None = None
    username: str | None = None
    identity_file: Path | None = None
    secret: str | None = field(default=None, repr=False)
    trusted_keys: Sequence[HostKey] = ()
    connect_timeout_s: float = 15.0
    login_timeout_s: float = 15.0
    start_timeout_s: float = 60.0
    ssh_config: Path | None = DEFAULT_CONFIG
    compression: bool = False


def default_key_files() -> tuple[Path, ...]:
    """The keys that are offered where nothing is said of keys; they need not exist."""
    return tuple(Path("~/.ssh", name).expanduser() for name in DEFAULT_KEYS)


# Nothing is known to asyncssh, so every key comes to us. Neither may be None: that switches checking off.
_NO_KNOWN_HOSTS: tuple[list[str], list[str], list[str]] = ([], [], [])


def login_options() -> dict[str, object]:
    """What is given to asyncssh for every login, whatever the configuration says."""
    return {
        "config": [],
        "known_hosts": _NO_KNOWN_HOSTS,
        "x509_trusted_certs": None,
        "x509_trusted_cert_paths": (),
        "gss_host": None,
        "host_based_auth": False,
        "agent_path": None,
        "agent_forwarding": False,
        "utf8_decode_errors": "replace",
        "keepalive_interval": 7,
        "keepalive_count_max": 2,
    }


def config_paths(target: SshTarget) -> list[str]:
    """The configuration to read, if it is there."""
    path = target.ssh_config.expanduser() if target.ssh_config else None
    return [str(path)] if path is not None and path.is_file() else []


async def resolve(target: SshTarget) -> asyncssh.SSHClientConnectionOptions:
    """What asyncssh's own parser makes of the configuration. Reads no keys.

    Raises:
        ValueError: the configuration cannot be understood.
        OSError: it cannot be read.
    """
    settings: asyncssh.SSHClientConnectionOptions = await asyncssh.SSHClientConnectionOptions.construct(
        host=target.address,
        port=target.port if target.port is not None else (),
        username=target.username or (),
        client_keys=None,
        **{**login_options(), "config": config_paths(target)},
    )
    if settings.config.has_match_final():
        # As asyncssh does where it reads the configuration itself, in the middle of connecting.
        settings.update(host=settings.host, reload=True, final=True)
    return settings
