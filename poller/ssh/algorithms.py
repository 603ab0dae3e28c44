"""Which algorithms a connection is made with: what the configuration names, as far as asyncssh knows it."""

from collections.abc import Callable, Iterable, Sequence

from asyncssh.encryption import get_encryption_algs
from asyncssh.kex import get_kex_algs
from asyncssh.mac import get_mac_algs
from asyncssh.public_key import get_public_key_algs

from poller.failure import SessionError
from poller.ssh.answer import SshConfiguration
from storage.reason import Reason

_CERTIFIED = "-cert-v01@openssh.com"
_COMPRESSION = ("zlib@openssh.com", "zlib", "none")


def algorithm_options(configuration: SshConfiguration, *, compression: bool) -> dict[str, object]:
    """What is given to asyncssh.

    AES-128-GCM comes first, the cheapest on any CPU of today, unless the configuration names ciphers.

    Raises:
        SessionError: the configuration names none that there is (`CREDENTIAL`).
    """
    options: dict[str, object] = {"compression_algs": _COMPRESSION if compression else None}
    options["encryption_algs"] = _known("Ciphers", configuration.ciphers, get_encryption_algs) or (
        "^aes128-gcm@openssh.com"
    )
    if kex := _known("KexAlgorithms", configuration.kex_algorithms, get_kex_algs):
        options["kex_algs"] = kex
    if macs := _known("MACs", configuration.macs, get_mac_algs):
        options["mac_algs"] = macs
    if signatures := _signatures(configuration.pubkey_algorithms):
        options["signature_algs"] = signatures
    return options


def known_host_key_algorithms(names: Iterable[str]) -> list[str]:
    """Those of these that asyncssh could check."""
    known = {name.decode("ascii") for name in get_public_key_algs()}
    return [name for name in names if name in known or name.removesuffix(_CERTIFIED) in known]


def _signatures(names: Sequence[str]) -> list[str]:
    """A certificate is signed with as the key that is in it."""
    plain = dict.fromkeys(name.removesuffix(_CERTIFIED) for name in names)
    return _known("PubkeyAcceptedAlgorithms", tuple(plain), get_public_key_algs)


def _known(keyword: str, names: Sequence[str], known: Callable[[], list[bytes]]) -> list[str]:
    """Those of the names that asyncssh has; [] where nothing was named."""
    here = {name.decode("ascii") for name in known()}
    found = [name for name in names if name in here]
    if names and not found:
        raise SessionError(
            Reason.CREDENTIAL,
            f"Nothing of what the SSH configuration names as {keyword} is known here: {', '.join(names)}.",
            hint=f"Name one more in {keyword}, or choose the other transport for this host (paramiko).",
        )
    return found
