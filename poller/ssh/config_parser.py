"""What the SSH configuration says of a host where no `ssh` is there to be asked: read by asyncssh's own parser."""

import socket
from collections.abc import Iterable, Mapping

import asyncssh
from asyncssh.encryption import get_default_encryption_algs
from asyncssh.kex import get_default_kex_algs
from asyncssh.mac import get_default_mac_algs
from asyncssh.pattern import WildcardPatternList
from asyncssh.public_key import get_default_certificate_algs, get_default_public_key_algs

from poller.failure import classify
from poller.ssh.answer import Answers
from poller.ssh.settings import SshTarget, resolve

_FAMILIES: dict[int, str] = {socket.AF_INET: "inet", socket.AF_INET6: "inet6"}
_PLAIN = (
    "CertificateFile",
    "ConnectTimeout",
    "Compression",
    "HostKeyAlias",
    "IdentitiesOnly",
    "IdentityAgent",
    "IdentityFile",
    "BindAddress",
    "ProxyJump",
    "PreferredAuthentications",
    "KbdInteractiveAuthentication",
    "PasswordAuthentication",
    "PubkeyAuthentication",
)
_FILE_LISTS = ("GlobalKnownHostsFile", "UserKnownHostsFile")


async def parsed_answers(target: SshTarget) -> Answers:
    """As `ask_ssh`, as far as asyncssh understands the configuration; the system's own file is not read.

    Raises:
        SessionError: it cannot be read.
    """
    try:
        settings = await resolve(target)
        return _answers(settings)
    except (OSError, ValueError) as error:
        raise classify(error) from error


def _answers(settings: asyncssh.SSHClientConnectionOptions) -> Answers:
    config = settings.config
    said = {name.lower(): _words(config.get(name)) for name in _PLAIN if config.get(name, _UNSAID) is not _UNSAID}
    for name in _FILE_LISTS:
        if (files := config.get(name, _UNSAID)) is not _UNSAID:
            said[name.lower()] = [" ".join(files) or "none"] if isinstance(files, list) else ["none"]
    if settings.proxy_command:
        # asyncssh has expanded its tokens already.
        said["proxycommand"] = [str(config.get("ProxyCommand")).replace("%", "%%")]
    for name in ("identityfile", "certificatefile", "identityagent"):
        if name in said:
            said[name] = [value.replace("%", "%%") for value in said[name]]
    return {
        **said,
        **_algorithms(config),
        "hostname": [str(settings.host).lower()],
        "port": [str(settings.port)],
        "user": [str(settings.username)],
        "addressfamily": [_FAMILIES.get(settings.family, "any")],
    }


_UNSAID = object()


def _words(value: object) -> list[str]:
    if isinstance(value, bool):
        return ["yes" if value else "no"]
    if isinstance(value, list):
        return [str(item) for item in value] or ["none"]
    return ["none" if value is None else str(value)]


def _algorithms(config: "asyncssh.config.SSHConfig") -> Mapping[str, list[str]]:
    usual = {
        "Ciphers": get_default_encryption_algs(),
        "KexAlgorithms": get_default_kex_algs(),
        "MACs": get_default_mac_algs(),
        "HostKeyAlgorithms": [*get_default_certificate_algs(), *get_default_public_key_algs()],
    }
    return {
        name.lower(): [",".join(applied(said, [algorithm.decode() for algorithm in default]))]
        for name, default in usual.items()
        if isinstance(said := config.get(name), str)
    }


def applied(said: str, default: Iterable[str]) -> list[str]:
    """A list of algorithms as OpenSSH reads it: `+` adds to what is usual, `-` takes away, `^` puts in front."""
    usual = list(default)
    names = said.lstrip("+-^").split(",")
    if said.startswith("-"):
        pattern = WildcardPatternList(said[1:])
        return [name for name in usual if not pattern.matches(name)]
    if said.startswith("+"):
        return list(dict.fromkeys([*usual, *names]))
    if said.startswith("^"):
        return list(dict.fromkeys([*names, *usual]))
    return names
