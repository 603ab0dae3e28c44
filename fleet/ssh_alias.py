"""A host as OpenSSH's client configuration knows it, to be offered where hosts are added."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SshAlias:
    """One name of `~/.ssh/config` and what stands behind it.

    Attributes:
        alias: what one types after `ssh`; goes in as the address of a host, as the rest then follows from the file.
        address: the DNS name or IP address that it stands for; the alias itself where the file does not say.
        username: None where the file does not say.
        port: None where the file does not say.
        jump: the jump hosts as they are written; None for a direct way.
    """

    alias: str
    address: str
    username: str | None = None
    port: int | None = None
    jump: str | None = None
