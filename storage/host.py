"""A registered host and how it is reached."""

from dataclasses import dataclass
from enum import StrEnum


class Transport(StrEnum):
    """How the probe is reached."""

    SSH = "ssh"
    """asyncssh: thousands of sessions in one process."""
    PARAMIKO = "paramiko"
    """A second implementation of SSH, for servers that the first cannot talk to."""
    LOCAL = "local"


class Reader(StrEnum):
    """How the probe reads its host."""

    AUTO = "auto"
    """/proc on Linux, psutil elsewhere, the shell where there is no Python."""
    PROC = "proc"
    PSUTIL = "psutil"
    SHELL = "shell"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewHost:
    """What a person says about a host.

    Attributes:
        name: unique among the hosts that are not removed; 1 to 255 printable characters.
        address: DNS name, alias of `~/.ssh/config`, IPv4 or IPv6; empty for `Transport.LOCAL`.
        port: None takes what `~/.ssh/config` says, else 22.
        username: None takes what `~/.ssh/config` says, else the poller's own user.
        identity_file: private key to offer; None offers the agent's and the default ones.
        credential: name of a stored credential (password or passphrase).
        interval_s: seconds between scrapes; None takes the global setting.
        enabled: whether it is polled at all.
        group: the one group it belongs to, such as `Postgres`; None where it is in none.
        reader: how the probe reads the host.
        sudo: start the probe with `sudo -n`, to see what only root may.
        top_processes: how many processes by CPU, and how many by memory; None takes 20.
        all_mounts: also file systems that are virtual: tmpfs, overlay, squashfs.
        all_interfaces: also bridges, tunnels and those of containers.
        compression: of the SSH connection; for slow links, as it costs 127 KB of memory a connection.
        tags: what else it can be found by, such as `Seoul`; in the order given, none twice.
    """

    name: str
    address: str = ""
    port: int | None = None
    username: str | None = None
    transport: Transport = Transport.SSH
    identity_file: str | None = None
    credential: str | None = None
    interval_s: float | None = None
    enabled: bool = True
    group: str | None = None
    tags: tuple[str, ...] = ()
    reader: Reader = Reader.AUTO
    sudo: bool = False
    top_processes: int | None = None
    all_mounts: bool = False
    all_interfaces: bool = False
    compression: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Host(NewHost):
    """A row of `hosts`. The id is ours: a rename or a new address keeps the history."""

    id: int
    revision: int
    """Grows with every edit of any host, so the poller sees at a glance what changed."""
