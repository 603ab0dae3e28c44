"""What the SSH configuration says of a host, from the words of `ssh -G` to values."""

import getpass
import hashlib
import os
import re
import socket
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from poller.failure import SessionError
from poller.ssh.settings import SSH_PORT, SshTarget, default_key_files
from storage.reason import Reason

USER_KNOWN_HOSTS = ("~/.ssh/known_hosts", "~/.ssh/known_hosts2")
GLOBAL_KNOWN_HOSTS = ("/etc/ssh/ssh_known_hosts", "/etc/ssh/ssh_known_hosts2")
METHODS = ("publickey", "keyboard-interactive", "password")
"""Of logging in: those that need nobody at a keyboard, in ssh's order."""
CONNECT_TIMEOUT_LIMIT_S = 300.0

Answers = Mapping[str, Sequence[str]]
"""The lines of `ssh -G`: keywords in small letters, each with what stands behind it, once for each line."""

_METHOD_KEYWORDS = {
    "publickey": "pubkeyauthentication",
    "keyboard-interactive": "kbdinteractiveauthentication",
    "password": "passwordauthentication",
}
_TOKEN = re.compile(r"%(.)")
_VARIABLE = re.compile(r"\$\{(\w+)\}")
_NEW_PATH = re.compile(r"\s+(?=[/~]|[A-Za-z]:[\\/])")


@dataclass(frozen=True, slots=True, kw_only=True)
class SshConfiguration:
    """Where a host is and how to log in there. Every path is absolute, every token and variable is expanded.

    Attributes:
        host: DNS name or IP address, as `HostName` and canonicalization have it.
        port: of the server.
        username: as whom to log in.
        identity_files: private keys to offer, in order; missing and locked ones are passed over. The usual ones of
            `~/.ssh` where the configuration names none, () where it says `none`.
        certificate_files: certificates named besides; each belongs to the key that it certifies.
        identities_only: hold the agent to the keys of `identity_files`.
        identity_agent: the agent's socket; None is no agent.
        proxy_jumps: `[user@]host[:port]` each, the nearest first; hosts may be aliases.
        proxy_command: for the user's shell: its input and output are the connection.
        host_key_alias: under which name known_hosts has the host; None is `host`.
        user_known_hosts: files, which need not exist.
        global_known_hosts: the system's, likewise.
        address_family: `any`, `inet` or `inet6`.
        bind_address: from which to connect.
        connect_timeout_s: None is ours.
        compression: asked for.
        ciphers: only these, the best liked first; () is the implementation's own choice, here and below.
        kex_algorithms: for the exchange of keys.
        macs: for integrity.
        host_key_algorithms: which the server may prove itself with.
        pubkey_algorithms: which to log in with.
        authentications: methods that may be tried, the first ones first, by their names in the protocol.
    """

    host: str
    port: int = SSH_PORT
    username: str
    identity_files: tuple[Path, ...] = ()
    certificate_files: tuple[Path, ...] = ()
    identities_only: bool = False
    identity_agent: str | None = None
    proxy_jumps: tuple[str, ...] = ()
    proxy_command: str | None = None
    host_key_alias: str | None = None
    user_known_hosts: tuple[Path, ...] = ()
    global_known_hosts: tuple[Path, ...] = ()
    address_family: str = "any"
    bind_address: str | None = None
    connect_timeout_s: float | None = None
    compression: bool = False
    ciphers: tuple[str, ...] = ()
    kex_algorithms: tuple[str, ...] = ()
    macs: tuple[str, ...] = ()
    host_key_algorithms: tuple[str, ...] = ()
    pubkey_algorithms: tuple[str, ...] = ()
    authentications: tuple[str, ...] = METHODS

    @property
    def known_hosts(self) -> tuple[Path, ...]:
        """Every file that may know the host's key, the user's first."""
        return (*self.user_known_hosts, *self.global_known_hosts)

    @property
    def known_as(self) -> str:
        """The name under which known_hosts and certificates have the host."""
        return self.host_key_alias or self.host

    @property
    def known_place(self) -> tuple[str, int]:
        """The name and port under which known_hosts has the host's keys: an alias stands for both."""
        return (self.host_key_alias, SSH_PORT) if self.host_key_alias else (self.host, self.port)


def configuration_of(target: SshTarget, answers: Answers, defaults: Answers) -> SshConfiguration:
    """The values behind the answers.

    Args:
        target: who was asked about. Its port and user name win, as on ssh's command line.
        answers: what was said of it; a keyword that is missing has its default.
        defaults: what is said where nothing is configured: only what differs from it was somebody's choice.

    Raises:
        SessionError: a value that cannot be used (`CREDENTIAL`).
    """
    words = _Words(target, answers, defaults)
    if words.flag("proxyusefdpass"):
        raise SessionError(
            Reason.CREDENTIAL,
            "The SSH configuration has ProxyUseFdpass, which is not possible here.",
            hint="Have the ProxyCommand carry the data itself (ProxyUseFdpass no), or use ProxyJump.",
        )
    return SshConfiguration(
        host=words.host,
        port=words.port,
        username=words.username,
        identity_files=_identity_files(words),
        certificate_files=words.paths(words.lines("certificatefile")),
        identities_only=words.flag("identitiesonly"),
        identity_agent=_identity_agent(words),
        proxy_jumps=tuple(_jump(words, jump) for jump in words.jumps),
        proxy_command=None if words.jumps else _command(words),
        host_key_alias=words.first("hostkeyalias"),
        user_known_hosts=words.known_hosts("userknownhostsfile", USER_KNOWN_HOSTS),
        global_known_hosts=words.known_hosts("globalknownhostsfile", GLOBAL_KNOWN_HOSTS),
        address_family=words.first("addressfamily") or "any",
        bind_address=words.first("bindaddress"),
        connect_timeout_s=_connect_timeout(words),
        compression=words.flag("compression"),
        ciphers=words.chosen("ciphers"),
        kex_algorithms=words.chosen("kexalgorithms"),
        macs=words.chosen("macs"),
        host_key_algorithms=words.chosen("hostkeyalgorithms"),
        pubkey_algorithms=words.chosen("pubkeyacceptedalgorithms"),
        authentications=_authentications(words),
    )


def jump_place(jump: str) -> tuple[str | None, str, int | None]:
    """User, host and port of `[user@]host[:port]`; what is not said is None."""
    user, _, place = jump.strip().removeprefix("ssh://").rpartition("@")
    host, colon, port = place.rpartition(":")
    if not colon or not port.isdigit() or (":" in host and not host.endswith("]")):
        host, port = place, ""
    return user or None, host.removeprefix("[").removesuffix("]"), int(port) if port else None


class _Words:
    """The answers, asked for by keyword."""

    def __init__(self, target: SshTarget, answers: Answers, defaults: Answers) -> None:
        self._answers = answers
        self._defaults = defaults
        self._target = target
        self.host = self.first("hostname") or target.address
        self.port = target.port or int(self.first("port") or SSH_PORT)
        self.username = target.username or self.first("user") or _local_user()
        jump = self.first("proxyjump")
        self.jumps = jump.split(",") if jump else []

    def lines(self, keyword: str) -> list[str]:
        return list(self._answers.get(keyword, ()))

    def first(self, keyword: str) -> str | None:
        """The value; None where it says `none` or nothing."""
        value = next(iter(self._answers.get(keyword, ())), "")
        return None if value.lower() in {"", "none"} else value

    def flag(self, keyword: str) -> bool:
        return (self.first(keyword) or "no") in {"yes", "true"}

    def chosen(self, keyword: str) -> tuple[str, ...]:
        """A list of algorithms, where it is not what everybody gets."""
        value = self.first(keyword)
        if value is None or value == next(iter(self._defaults.get(keyword, ())), None):
            return ()
        return tuple(value.split(","))

    def is_default(self, keyword: str) -> bool:
        return keyword not in self._answers or self.lines(keyword) == list(self._defaults.get(keyword, ()))

    def known_hosts(self, keyword: str, usual: Iterable[str]) -> tuple[Path, ...]:
        if self.is_default(keyword):
            return tuple(Path(name).expanduser() for name in usual)
        # Names are told apart by spaces, which they may have, too: the next one begins with its root.
        return self.paths(name for line in self.lines(keyword) for name in _NEW_PATH.split(line.strip()))

    def paths(self, names: Iterable[str]) -> tuple[Path, ...]:
        return tuple(self.path(name) for name in names if name.lower() != "none")

    def path(self, name: str) -> Path:
        """A path with everything in it expanded. Raises SessionError."""
        text = _VARIABLE.sub(_variable, self.expanded(name, "%CdhijkLlnpru"))
        try:
            return Path(text).expanduser()
        except RuntimeError:
            raise _unusable(f"nobody knows the home in {text}") from None

    def expanded(self, text: str, tokens: str) -> str:
        """The text with these %-tokens replaced. Raises SessionError for another one."""

        def replaced(match: re.Match[str]) -> str:
            if match[1] not in tokens:
                raise _unusable(f"%{match[1]} means nothing in {text}")
            return self._token(match[1])

        return _TOKEN.sub(replaced, text)

    def _token(self, token: str) -> str:
        local = socket.gethostname()
        return {
            "%": lambda: "%",
            "C": lambda: _digest(local, self.host, str(self.port), self.username),
            "d": lambda: str(Path.home()),
            "h": lambda: self.host,
            "i": lambda: str(os.getuid()) if hasattr(os, "getuid") else "0",
            "j": lambda: jump_place(self.jumps[-1])[1] if self.jumps else "",
            "k": lambda: self.first("hostkeyalias") or self._target.address,
            "L": lambda: local.partition(".")[0],
            "l": lambda: local,
            "n": lambda: self._target.address,
            "p": lambda: str(self.port),
            "r": lambda: self.username,
            "u": _local_user,
        }[token]()


def _identity_files(words: _Words) -> tuple[Path, ...]:
    if words.is_default("identityfile"):
        return default_key_files()
    return words.paths(words.lines("identityfile"))


def _identity_agent(words: _Words) -> str | None:
    said = next(iter(words.lines("identityagent")), "SSH_AUTH_SOCK")
    if said.lower() == "none":
        return None
    if said == "SSH_AUTH_SOCK":
        return os.environ.get("SSH_AUTH_SOCK") or _usual_agent()
    if said.startswith("$") and not said.startswith("${"):
        return os.environ.get(said[1:]) or None
    return str(words.path(said))


def _usual_agent() -> str | None:
    return r"\\.\pipe\openssh-ssh-agent" if os.name == "nt" else None


def _jump(words: _Words, jump: str) -> str:
    return words.expanded(jump.strip(), "%hnpr")


def _command(words: _Words) -> str | None:
    command = words.first("proxycommand")
    return words.expanded(command, "%hnpr") if command else None


def _connect_timeout(words: _Words) -> float | None:
    said = words.first("connecttimeout")
    seconds = float(said) if said and said.isascii() and said.isdigit() else 0.0
    return min(seconds, CONNECT_TIMEOUT_LIMIT_S) or None


def _authentications(words: _Words) -> tuple[str, ...]:
    preferred = words.first("preferredauthentications")
    wanted = preferred.split(",") if preferred else METHODS
    refused = {method for method in METHODS if words.first(_METHOD_KEYWORDS[method]) in {"no", "false"}}
    return tuple(method for method in wanted if method in METHODS and method not in refused)


def _variable(match: re.Match[str]) -> str:
    value = os.environ.get(match[1])
    if value is None:
        raise _unusable(f"there is no variable {match[1]} in the environment")
    return value


def _digest(*parts: str) -> str:
    # ssh's own choice; nothing is kept secret by it.
    return hashlib.sha1("".join(parts).encode(), usedforsecurity=False).hexdigest()


def _local_user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        raise _unusable("nobody knows the name of the user who polls") from None


def _unusable(words: str) -> SessionError:
    return SessionError(
        Reason.CREDENTIAL, f"The SSH configuration cannot be used: {words}.", hint="“ssh -G HOST” shows what it says."
    )
