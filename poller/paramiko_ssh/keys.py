"""Keys for paramiko to log in with. asyncssh has opened them: it knows every format, certificates and agents."""

import asyncio
import copy
from collections.abc import Iterable, Iterator, Sequence

import asyncssh
from asyncssh.agent import SSHAgentKeyPair
from paramiko import Message, PKey

from poller.ssh.agent import TIMEOUT_S

_CERTIFIED = "-cert-v01@openssh.com"
_RSA = "ssh-rsa"
_RSA_SIGNATURES = ("rsa-sha2-512", "rsa-sha2-256", "ssh-rsa")


class OpenedKey(PKey):  # type: ignore[misc]
    """A key, and with which kind of signature to use it.

    Attributes:
        signature: as `rsa-sha2-512`.
    """

    public_blob = None

    def __init__(self, pair: asyncssh.SSHKeyPair, signature: str, loop: asyncio.AbstractEventLoop) -> None:
        """Takes the loop in which an agent's key signs."""
        self.signature = signature
        self._loop = loop
        # A copy: what it was used for once sticks to an agent's key.
        self._pair = copy.copy(pair)
        self._pair.set_sig_algorithm(signature.encode("ascii"))

    def get_name(self) -> str:
        """What kind of key it is, in the protocol's word."""
        return kind_of(self._pair)

    def asbytes(self) -> bytes:
        """The public half, or the certificate."""
        return self._pair.public_data

    def sign_ssh_data(self, data: bytes, algorithm: str | None = None) -> bytes:  # noqa: ARG002  # paramiko's interface
        """A signature, with its kind before it; empty where the agent refuses to sign. Blocks."""
        if not isinstance(self._pair, SSHAgentKeyPair):
            return self._pair.sign(data)
        try:
            return asyncio.run_coroutine_threadsafe(self._pair.sign_async(data), self._loop).result(TIMEOUT_S)
        except (OSError, ValueError, asyncssh.Error):
            # The host refuses it, and the next key has its turn.
            return b""


def opened_keys(
    pairs: Iterable[asyncssh.SSHKeyPair],
    ours: Sequence[str],
    accepted: Sequence[str] | None,
    loop: asyncio.AbstractEventLoop,
) -> Iterator[OpenedKey]:
    """What to try, one after the other: each key with each kind of signature that may get in.

    Args:
        pairs: keys in the order in which to offer them.
        ours: kinds of signature that we may use.
        accepted: those that the server says it takes; None where it says nothing.
        loop: the one that has the agent.
    """
    for pair in pairs:
        for signature in signatures_for(kind_of(pair), ours, accepted):
            yield OpenedKey(pair, signature, loop)


def kind_of(pair: asyncssh.SSHKeyPair) -> str:
    """As `ssh-rsa`, or `ssh-rsa-cert-v01@openssh.com`."""
    kind: str = Message(pair.public_data).get_text()
    return kind


def signatures_for(kind: str, ours: Sequence[str], accepted: Sequence[str] | None) -> list[str]:
    """The kinds of signature that fit a kind of key. Only RSA has several.

    A server that says nothing may be of today, or know SHA-1 alone: both are tried then.
    """
    plain = kind.removesuffix(_CERTIFIED)
    if plain != _RSA:
        return [plain] if plain in ours else []
    mine = [name for name in _RSA_SIGNATURES if name in ours]
    if accepted is None:
        return [name for name in mine if name != "rsa-sha2-256"]
    return [name for name in mine if name in accepted][:1]
