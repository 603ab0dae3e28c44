"""Who vouches for the key that a host presents, where it is not trusted yet. Pure."""

import shlex
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from poller.failure import SessionError
from poller.ssh.host_key_trust import WrongFingerprintError
from storage.host_keys import HostKey, KeySource
from storage.reason import Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Vouching:
    """Who may vouch for a key that is not trusted yet.

    Attributes:
        accept_new: the first key of a host is trusted; a changed one never is.
        accept_any: whatever is presented is trusted, a changed key, too.
        fingerprint: only this one is trusted, and without a question.
        ask: asks a person about the presented key, given those trusted so far; None where nobody is there.
    """

    accept_new: bool = False
    accept_any: bool = False
    fingerprint: str | None = None
    ask: Callable[[HostKey, Sequence[HostKey]], bool] | None = None


def decide(name: str, key: HostKey, trusted: Sequence[HostKey], vouching: Vouching) -> KeySource | None:
    """Who vouches for the presented key; None when it is trusted already.

    Args:
        name: of the host.
        key: what it presents.
        trusted: the keys that it may present so far.
        vouching: who may vouch for it.

    Raises:
        SessionError: nobody does; the reason says whether the key is new or has changed.
        WrongFingerprintError: another key was expected.
    """
    if vouching.fingerprint is not None and key.fingerprint != vouching.fingerprint:
        raise WrongFingerprintError(
            f"The host presents {key.algorithm} {key.fingerprint}, not {vouching.fingerprint}.",
            hint="Nothing was trusted. Either the fingerprint is of another key, or somebody is in between.",
        )
    if any(known.public_key == key.public_key for known in trusted):
        return None
    if vouching.fingerprint is not None or vouching.accept_any:
        return KeySource.PERSON
    if vouching.accept_new and not trusted:
        return KeySource.ACCEPT_NEW
    if vouching.ask is not None and vouching.ask(key, trusted):
        return KeySource.PERSON
    raise _refusal(name, key, trusted)


def _refusal(name: str, key: HostKey, trusted: Sequence[HostKey]) -> SessionError:
    shown = f"{key.algorithm} {key.fingerprint}"
    command = f"watchpost hosts trust {shlex.quote(name)} --fingerprint {key.fingerprint}"
    if not trusted:
        return SessionError(
            Reason.HOST_KEY_UNKNOWN,
            f"The host key is not trusted yet: {shown}.",
            hint=f"Compare the fingerprint with the host's own (ssh-keygen -l), then type: {command}",
            host_key=key,
        )
    known = " or ".join(f"{old.algorithm} {old.fingerprint}" for old in trusted[:3])
    return SessionError(
        Reason.HOST_KEY_CHANGED,
        f"The host key has changed: it is {shown}, but trusted is {known}.",
        hint="Was the host set up anew? If nobody knows of that, somebody may be in between. "
        f"Compare the fingerprint on the host itself (ssh-keygen -l), then type: {command}",
        host_key=key,
    )
