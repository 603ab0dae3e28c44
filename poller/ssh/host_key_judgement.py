"""Decides whether the key that a host presents is the one that is trusted. Strict: there is no third answer."""

from collections.abc import Collection, Iterable, Sequence

import asyncssh

from poller.failure import SessionError
from storage.host_key import HostKey
from storage.reason import Reason

# What a host is asked for when nothing is trusted yet.
_PREFERENCE = (
    "ssh-ed25519",
    "ecdsa-sha2-nistp256",
    "ecdsa-sha2-nistp384",
    "ecdsa-sha2-nistp521",
    "rsa-sha2-512",
    "rsa-sha2-256",
    "ssh-rsa",
)
_CERTIFIED = "-cert-v01@openssh.com"
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


def judge_revoked(revoked: Collection[str], presented: HostKey) -> SessionError | None:
    """The failure with which to refuse a key that known_hosts marks as `@revoked`, whoever else trusts it.

    Without the key: it must not be offered to be trusted.
    """
    if " ".join(presented.public_key.split()[:2]) not in revoked:
        return None
    return revoked_key(f"{presented.algorithm} {presented.fingerprint}")


def revoked_key(shown: str) -> SessionError:
    """The refusal of a host with such a key, or whose certificate was signed with one."""
    return SessionError(
        Reason.HOST_KEY_CHANGED,
        f"The host key is revoked: known_hosts marks {shown} as @revoked.",
        hint="Whoever presents it may have stolen it. Give the host a new key; if it was revoked by mistake, take the "
        "line out of known_hosts.",
    )


def host_key_algorithms(
    trusted: Iterable[HostKey], allowed: Collection[str] = (), *, certificates: bool = False
) -> list[str]:
    """What to ask a host for, those of the trusted keys first: else a host with keys of two kinds looks changed.

    Args:
        trusted: the keys that it may present.
        allowed: those that the configuration names (`HostKeyAlgorithms`); () allows what is usual.
        certificates: somebody is known who signs certificates of this host; they come first then, as for ssh.
    """
    wanted = [name for key in trusted for name in _SIGNATURES.get(key.algorithm, (key.algorithm,))]
    known = [name for name in wanted if name in _PREFERENCE or name in allowed]
    plain = list(dict.fromkeys((*known, *_PREFERENCE)))
    names = [*(f"{name}{_CERTIFIED}" for name in plain if certificates), *plain]
    if not allowed:
        return names
    more = [name for name in allowed if name not in names and (certificates or not name.endswith(_CERTIFIED))]
    return [name for name in names if name in allowed] + more


def host_key_of(key: asyncssh.SSHKey, address: str, port: int) -> HostKey:
    """A key as it came over the wire, as the key of that host."""
    algorithm, encoded = key.export_public_key("openssh").decode("ascii", "replace").split()[:2]
    return HostKey(address, port, algorithm, f"{algorithm} {encoded}", key.get_fingerprint())


def _same(one: HostKey, other: HostKey) -> bool:
    """The same key; a comment behind it does not count."""
    return one.public_key.split()[:2] == other.public_key.split()[:2]
