"""Where a host is and how to log in there: what was registered, completed by `~/.ssh/config`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import asyncssh

from storage.host_keys import HostKey

SSH_PORT = 22
DEFAULT_CONFIG = Path("~/.ssh/config")


@dataclass(frozen=True, slots=True)
class SshTarget:
    """A host to be reached over SSH.

    Attributes:
        address: DNS name, alias of the SSH configuration, IPv4 or IPv6.
        port: None takes the configuration's, else 22.
        username: None takes the configuration's, else the local user.
        identity_file: the only key to offer; None offers the agent's, and those of the configuration or the default.
        secret: passphrase where it opens one of these keys, and then nothing else; else the password. Never shown.
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


# Nothing is known to asyncssh, so every key comes to us. Neither may be None: that switches checking off.
_NO_KNOWN_HOSTS: tuple[list[str], list[str], list[str]] = ([], [], [])


def login_options(target: SshTarget) -> dict[str, object]:
    """What is given to asyncssh for every login, whatever the configuration says."""
    return {
        "config": config_paths(target),
        "port": target.port if target.port is not None else (),
        "username": target.username or (),
        "known_hosts": _NO_KNOWN_HOSTS,
        "x509_trusted_certs": None,
        "x509_trusted_cert_paths": (),
        "gss_host": None,
        "host_based_auth": False,
        "agent_forwarding": False,
        "compression_algs": None,
        "utf8_decode_errors": "replace",
        "keepalive_interval": 7,
        "keepalive_count_max": 2,
    }


def config_paths(target: SshTarget) -> list[str]:
    """The configuration to read, if it is there."""
    path = target.ssh_config.expanduser() if target.ssh_config else None
    return [str(path)] if path is not None and path.is_file() else []


async def resolve(target: SshTarget) -> asyncssh.SSHClientConnectionOptions:
    """What the configuration makes of a target: host, port, user, jump hosts. Reads no keys.

    Raises:
        ValueError: the configuration cannot be understood.
        OSError: it cannot be read.
    """
    settings: asyncssh.SSHClientConnectionOptions = await asyncssh.SSHClientConnectionOptions.construct(
        host=target.address, client_keys=None, **login_options(target)
    )
    return settings


def configured(settings: asyncssh.SSHClientConnectionOptions, name: str) -> list[str]:
    """A keyword of the configuration that may be given several times or with several values."""
    value = settings.config.get(name)
    if value is None:
        return []
    return [str(item) for item in value] if isinstance(value, (list, tuple)) else [str(value)]


def ciphers(settings: asyncssh.SSHClientConnectionOptions) -> Mapping[str, object]:
    """AES-128-GCM first: the cheapest on any CPU of today. A configuration that names ciphers has its way."""
    return {} if configured(settings, "Ciphers") else {"encryption_algs": "^aes128-gcm@openssh.com"}
