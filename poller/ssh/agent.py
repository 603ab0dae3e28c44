"""The keys of a login in the order in which ssh offers them, those that an agent holds among them."""

import asyncio
import contextlib
import copy
from collections.abc import AsyncIterator, Sequence

import asyncssh

from poller.ssh.answer import SshConfiguration
from poller.ssh.keys import Offer

TIMEOUT_S = 5.0
"""For an agent to say what it holds; it may be busy with somebody else's question."""

_CERTIFIED = "-cert-v01@openssh.com"


@contextlib.asynccontextmanager
async def key_pairs(offer: Offer, configuration: SshConfiguration) -> AsyncIterator[list[asyncssh.SSHKeyPair]]:
    """The keys to log in with: certificates first, then the agent's that were named, its others, then files.

    The agent's can sign for as long as the context lasts. An agent that does not answer is as good as none.
    """
    async with _agent_pairs(offer, configuration.identity_agent) as held:
        files = await _file_pairs(offer)
        certified = [pair for pair in (*held, *files) if pair.has_cert]
        plain = [pair for pair in held if not pair.has_cert]
        named = {blob: place for place, blob in enumerate(offer.named_keys)}
        plain.sort(key=lambda pair: named.get(pair.public_data, len(named)))
        plain += [pair for pair in files if not pair.has_cert]
        pairs: dict[bytes, asyncssh.SSHKeyPair] = {}
        for pair in (*_certified_by(offer, [*held, *files]), *certified, *plain):
            # The agent's come first, and sign for a file with the same key.
            pairs.setdefault(pair.public_data, pair)
        yield [pair for pair in pairs.values() if _allowed(pair, configuration.pubkey_algorithms)]


@contextlib.asynccontextmanager
async def _agent_pairs(offer: Offer, path: str | None) -> AsyncIterator[list[asyncssh.SSHKeyPair]]:
    agent = None
    held: list[asyncssh.SSHKeyPair] = []
    if path is not None:
        with contextlib.suppress(OSError, ValueError, asyncssh.Error):
            async with asyncio.timeout(TIMEOUT_S):
                agent = await asyncssh.connect_agent(path)
                held = list(await agent.get_keys(offer.agent_keys))
    try:
        yield held
    finally:
        if agent is not None:
            agent.close()


async def _file_pairs(offer: Offer) -> list[asyncssh.SSHKeyPair]:
    """Keys from files as pairs; in a thread only where a certificate is to be read."""
    if any(isinstance(key, tuple) for key in offer.keys):
        return list(await asyncio.to_thread(asyncssh.load_keypairs, offer.keys))
    return list(asyncssh.load_keypairs(offer.keys))


def _certified_by(offer: Offer, pairs: Sequence[asyncssh.SSHKeyPair]) -> list[asyncssh.SSHKeyPair]:
    """Keys with the certificates that lie in files of their own."""
    found = []
    for path in offer.certificates:
        with contextlib.suppress(OSError, ValueError, asyncssh.KeyImportError):
            certificate = asyncssh.read_certificate(path)
            owner = next((pair for pair in pairs if pair.public_data == certificate.key.public_data), None)
            if owner is None:
                continue
            pair = copy.copy(owner)
            pair.set_certificate(certificate)
            found.append(pair)
    return found


def _allowed(pair: asyncssh.SSHKeyPair, algorithms: Sequence[str]) -> bool:
    """Whether the configuration lets this kind of key log in."""
    if not algorithms:
        return True
    signatures = [name.decode("ascii") for name in pair.sig_algorithms]
    suffix = _CERTIFIED if pair.has_cert else ""
    return any(f"{name}{suffix}" in algorithms or pair.get_algorithm() in algorithms for name in signatures)
