"""Decides whether the key that a host presents is the one that is trusted. Strict: there is no third answer."""

from collections.abc import Iterable, Sequence

import asyncssh

from poller.failure import SessionError
from storage.host_keys import HostKey
from storage.reason import Reason

# What a host is asked for when nothing is trusted yet. No certificates: nobody here vouches for an authority.
_PREFERENCE = (
    "ssh-ed25519",
    "ecdsa-sha2-nistp256",
    "ecdsa-sha2-nistp384",
    "ecdsa-sha2-nistp521",
    "rsa-sha2-512",
    "rsa-sha2-256",
    "ssh-rsa",
)
_SIGNATURES = {"ssh-rsa": ("rsa-sha2-512", "rsa-sha2-256", "ssh-rsa")}


def judge_host_key(trusted: Sequence[HostKey], presented: HostKey) -> SessionError | None:
    """None when the presented key is trusted, else the failure with which to refuse the host.

    A key of another algorithm than the trusted ones counts as changed: the host was asked for the trusted ones first
    (`host_key_algorithms`), so it no longer has them.
    """
    if any(_same(key, presented) for key in trusted):
        return None
    shown = f"{presented.algorithm} {presented.fingerprint}"
    if not trusted:
        message = f"The host key is not trusted yet: {shown}."
        return SessionError(Reason.HOST_KEY_UNKNOWN, message, host_key=presented)
    expected = " or ".join(f"{key.algorithm} {key.fingerprint}" for key in trusted[:3])
    message = f"The host key has changed: it is {shown}, but trusted is {expected}."
    return SessionError(Reason.HOST_KEY_CHANGED, message, host_key=presented)


def host_key_algorithms(trusted: Iterable[HostKey]) -> list[str]:
    """What to ask a host for, those of the trusted keys first: else a host with keys of two kinds looks changed."""
    wanted = [name for key in trusted for name in _SIGNATURES.get(key.algorithm, (key.algorithm,))]
    known = [name for name in wanted if name in _PREFERENCE]
    return list(dict.fromkeys((*known, *_PREFERENCE)))


def host_key_of(key: asyncssh.SSHKey, address: str, port: int) -> HostKey:
    """A key as it came over the wire, as the key of that host."""
    algorithm, encoded = key.export_public_key("openssh").decode("ascii", "replace").split()[:2]
    return HostKey(address, port, algorithm, f"{algorithm} {encoded}", key.get_fingerprint())


def _same(one: HostKey, other: HostKey) -> bool:
    """The same key; a comment behind it does not count."""
    return one.public_key.split()[:2] == other.public_key.split()[:2]
