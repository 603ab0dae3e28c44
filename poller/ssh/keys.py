"""Which keys and which password to offer in a login. Reads key files; may take a second for one with a passphrase."""

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import asyncssh

from poller.failure import SessionError
from poller.ssh.answer import SshConfiguration
from poller.ssh.settings import SshTarget
from storage.reason import Reason

KeyToOffer = asyncssh.SSHKey | tuple[asyncssh.SSHKey, str]


@dataclass(frozen=True, slots=True)
class Offer:
    """What to log in with.

    Attributes:
        keys: private keys, with the path of their certificate where there is one.
        password: None when there is none, or when the secret was a passphrase: that one never goes to a host.
        agent_keys: public keys and certificates to which the agent is held; None takes any.
        named_keys: public keys that were named, in order: the agent's come first among its own.
        certificates: for any key of these or of the agent's, whichever they certify.
        locked: the key file that has a passphrase nobody gave; the agent may have the key.
    """

    keys: list[KeyToOffer]
    password: str | None = field(default=None, repr=False)
    agent_keys: list[bytes] | None = None
    named_keys: tuple[bytes, ...] = ()
    certificates: tuple[Path, ...] = ()
    locked: Path | None = None


class _LockedError(Exception):
    """The key file needs a passphrase, or another one."""


def choose_offer(target: SshTarget, configuration: SshConfiguration) -> Offer:
    """Decides what to offer: the one key that was registered, else what the configuration names.

    Key files of the configuration that are missing or locked are passed over, as ssh does.

    Raises:
        SessionError: the one key that was registered is missing, no key, or its passphrase is wrong (`CREDENTIAL`).
    """
    if target.identity_file is not None:
        return _offer_one(target.identity_file.expanduser(), target.secret, configuration.certificate_files)
    paths = configuration.identity_files
    keys, opened = _usable(paths, target.secret)
    named = tuple(blob for path in paths for blob in _public_blobs(path))
    return Offer(
        keys,
        None if opened else target.secret,
        _agent_keys(paths, configuration.certificate_files) if configuration.identities_only else None,
        named,
        _certificates(paths, configuration.certificate_files),
    )


def _offer_one(path: Path, secret: str | None, certificates: Sequence[Path]) -> Offer:
    agent_keys = _agent_keys([path], certificates)
    beside = _certificates([path], certificates)
    try:
        key, opened = _open_key(path, secret)
    except FileNotFoundError:
        raise SessionError(
            Reason.CREDENTIAL,
            f"The key file {path} does not exist.",
            hint="It is looked for on the machine that polls, as the user who polls.",
        ) from None
    except OSError as error:
        raise SessionError(Reason.CREDENTIAL, f"The key file {path} cannot be read: {error.strerror}.") from None
    except _LockedError as error:
        if secret is None:
            return _offer_locked(path, beside, agent_keys)
        raise SessionError(
            Reason.CREDENTIAL,
            f"The stored secret does not open the key file {path}: {error}.",
            hint="Store the right passphrase for it.",
        ) from None
    except (asyncssh.KeyImportError, asyncssh.KeyEncryptionError) as error:
        raise SessionError(Reason.CREDENTIAL, f"The file {path} cannot be used as a key: {error}.") from None
    held_to = list(dict.fromkeys([key.public_data, *filter(None, agent_keys)]))
    password = None if opened else secret
    return Offer([_with_certificate(path, key)], password, held_to, (key.public_data,), beside)


def _offer_locked(path: Path, certificates: tuple[Path, ...], agent_keys: list[bytes]) -> Offer:
    """The agent may have the key; its public half is what to ask for it by."""
    named = tuple(_public_blobs(path))
    if not named:
        raise locked_key(path)
    return Offer([], None, agent_keys, named, certificates, path)


def locked_key(path: Path) -> SessionError:
    """The failure of a login that needed a key nobody could open."""
    return SessionError(
        Reason.CREDENTIAL,
        f"The key file {path} has a passphrase, none is stored, and no agent has the key.",
        hint="Store the passphrase as a credential of the host, or add the key to the agent (`ssh-add`).",
    )


def _usable(paths: Sequence[Path], secret: str | None) -> tuple[list[KeyToOffer], bool]:
    """The keys that can be opened, and whether the secret opened one of them."""
    keys: list[KeyToOffer] = []
    any_opened = False
    for path in paths:
        with contextlib.suppress(OSError, _LockedError, asyncssh.KeyImportError, asyncssh.KeyEncryptionError):
            key, opened = _open_key(path, secret)
            keys.append(_with_certificate(path, key))
            any_opened |= opened
    return keys, any_opened


def _open_key(path: Path, secret: str | None) -> tuple[asyncssh.SSHKey, bool]:
    """The key in a file, and whether the secret was needed. Raises _LockedError where it did not help."""
    stat = path.stat()
    return _open_version(path, stat.st_mtime_ns, stat.st_size, secret)


# A fleet shares a few keys, and the key derivation of a passphrase takes 0.1-0.5 s of CPU each time.
@lru_cache(maxsize=64)
def _open_version(path: Path, _mtime_ns: int, _size: int, secret: str | None) -> tuple[asyncssh.SSHKey, bool]:
    data = path.read_bytes()
    try:
        return asyncssh.import_private_key(data), False
    except asyncssh.KeyImportError as error:
        if not str(error).startswith("Passphrase"):
            raise
    if secret is None:
        raise _LockedError
    try:
        return asyncssh.import_private_key(data, secret), True
    except (asyncssh.KeyImportError, asyncssh.KeyEncryptionError) as error:
        raise _LockedError(error) from None


def _with_certificate(path: Path, key: asyncssh.SSHKey) -> KeyToOffer:
    certificate = Path(f"{path}-cert.pub")
    return (key, str(certificate)) if certificate.is_file() else key


def _certificates(paths: Sequence[Path], more: Sequence[Path]) -> tuple[Path, ...]:
    """The certificate files that are there: those that were named, and those beside the keys."""
    beside = (Path(f"{path}-cert.pub") for path in paths)
    return tuple(path for path in dict.fromkeys((*more, *beside)) if path.is_file())


def _agent_keys(paths: Sequence[Path], certificates: Sequence[Path]) -> list[bytes]:
    """Public keys of these files, and their certificates: an agent holds either as a key of its own."""
    blobs = [blob for path in paths for blob in _public_blobs(path)]
    for path in _certificates(paths, certificates):
        with contextlib.suppress(OSError, asyncssh.KeyImportError):
            blobs.append(asyncssh.read_certificate(path).public_data)
    # To asyncssh an empty list is no restriction; no key has an empty public half.
    return blobs or [b""]


def _public_blobs(path: Path) -> list[bytes]:
    """The public half of a key file: OpenSSH leaves it readable in a locked one; else it may lie beside."""
    for candidate in (path, Path(f"{path}.pub")):
        with contextlib.suppress(OSError, asyncssh.KeyImportError):
            return [asyncssh.read_public_key(candidate).public_data]
    return []
