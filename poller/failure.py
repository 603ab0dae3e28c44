"""Why a session is not up: one reason, a sentence for a person, and what to do about it."""

import errno
import re
import socket
from typing import NamedTuple

import asyncssh

from fleet.reason_text import REASON_SENTENCE
from storage.errors import WatchpostError
from storage.host_key import HostKey
from storage.printable import printable
from storage.reason import Reason

MESSAGE_LIMIT = 500
DETAIL_LIMIT = 4096
"""Characters of a host's last words that are kept."""

HINTS: dict[Reason, str] = {
    Reason.DNS: "Check the spelling of the address, or use the IP address.",
    Reason.REFUSED: "Is sshd running, and on this port? `ss -ltn` on the host shows what listens.",
    Reason.NO_ROUTE: "Check the network, the VPN and the firewall of the machine that polls.",
    Reason.TIMEOUT: "Is the host on? A firewall that drops packets looks the same.",
    Reason.PROTOCOL: "Try `ssh -v` to the same address and port; it may be another service, or a very old server.",
    Reason.HOST_KEY_UNKNOWN: "Compare the fingerprint with the host's own (`ssh-keygen -l`), then trust it.",
    Reason.HOST_KEY_CHANGED: "Was the host set up anew? If you did not expect this, somebody may be in between: "
    "trust the new key only after comparing its fingerprint on the host itself.",
    Reason.AUTH: "Check user name, key and password. Three refusals block the host until one of them changes.",
    Reason.DIRECTORY_DOWN: "Bring the directory back, or give the credential its new secret; “watchpost hosts retry” "
    "tries now.",
    Reason.CREDENTIAL: "Check the key file and its passphrase on the machine that polls.",
    Reason.NO_SHELL: "The account needs a shell, not nologin, and no forced command in sshd_config or authorized_keys "
    "but that of `watchpost hosts authorized-key`.",
    Reason.RESTRICTED: "Give the account /bin/sh as its shell and no ForceCommand; to hold its key to the probe, put "
    "into authorized_keys what `watchpost hosts authorized-key` prints.",
    Reason.WINDOWS: "Set the host's reader to auto or psutil, and install Python and psutil there.",
    Reason.SUDO: "With `visudo -f /etc/sudoers.d/watchpost` on the host, add: `USER ALL=(root) NOPASSWD: /bin/sh` (and "
    "`Defaults:USER !requiretty` if it wants a terminal). Or have the host watched without sudo.",
    Reason.NO_PYTHON: "Install Python 3.6 or later; as `python3` it must be in the PATH of a non-interactive login. On "
    "Linux the readers auto and shell do without.",
    Reason.PYTHON_TOO_OLD: "Install a later one beside it, as `python3` in the PATH of a non-interactive login.",
    Reason.PSUTIL_MISSING: "Install it for the Python that `python3` starts on the host (package python3-psutil).",
    Reason.PROBE_CRASHED: "Its last words are in the detail. Out of memory and a read-only /proc are common causes.",
    Reason.BAD_LINE: "Something on the host writes into the stream: a forced command, a wrapper, or a broken disk.",
    Reason.SILENT: "The host may be overloaded or its disk may hang; log in and look at `uptime` and `dmesg`.",
    Reason.LOST: "The host went down, its sshd was restarted, or something in between cut the connection.",
}


NO_SESSION_HINT = "sshd_config may allow no session at all (`MaxSessions 0`), or the host can start no more processes."


class _Kind(NamedTuple):
    """What exceptions of a kind stand for. The hint is that of the reason, unless there is one of its own."""

    types: type[BaseException] | tuple[type[BaseException], ...] | str
    reason: Reason
    sentence: str
    hint: str | None = None


_NO_COMMON_GROUND = "The server and this SSH library have no algorithm in common: {words}."
_OTHER_LIBRARY = (
    "There is a second library for such servers: set the transport of the host to `paramiko`, or back to `asyncssh`."
)

# The first that fits holds: narrow kinds before the wide ones they belong to. Those of paramiko are told by their
# names, as it is loaded only where a host needs it.
_KINDS = (
    _Kind((asyncssh.PermissionDenied, asyncssh.IllegalUserName), Reason.AUTH, ""),
    _Kind("paramiko.AuthenticationException", Reason.AUTH, ""),
    _Kind(asyncssh.HostKeyNotVerifiable, Reason.HOST_KEY_UNKNOWN, "The host key cannot be checked: {words}."),
    _Kind(
        asyncssh.ChannelOpenError,
        Reason.NO_SHELL,
        "The login works, but the host opened no session: {words}.",
        NO_SESSION_HINT,
    ),
    _Kind(
        "paramiko.ChannelException",
        Reason.NO_SHELL,
        "The login works, but the host opened no session: {words}.",
        NO_SESSION_HINT,
    ),
    _Kind(asyncssh.KeyExchangeFailed, Reason.PROTOCOL, _NO_COMMON_GROUND, _OTHER_LIBRARY),
    _Kind("paramiko.IncompatiblePeer", Reason.PROTOCOL, _NO_COMMON_GROUND, _OTHER_LIBRARY),
    _Kind(asyncssh.ConnectionLost, Reason.LOST, "The connection was lost: {words}."),
    _Kind(asyncssh.Error, Reason.PROTOCOL, "SSH failed: {words}."),
    _Kind("paramiko.SSHException", Reason.PROTOCOL, "SSH failed: {words}."),
    _Kind(socket.gaierror, Reason.DNS, "The name does not resolve: {words}."),
    _Kind(TimeoutError, Reason.TIMEOUT, ""),
    _Kind(ConnectionRefusedError, Reason.REFUSED, ""),
    _Kind((ConnectionError, EOFError), Reason.LOST, "The connection was cut: {words}."),
    _Kind(OSError, Reason.PROTOCOL, "The session failed: {words}."),
    _Kind(UnicodeDecodeError, Reason.PROTOCOL, "The server sent what is no text where SSH has text."),
    _Kind(UnicodeError, Reason.DNS, "The address is no valid host name."),
    _Kind(
        (asyncssh.KeyImportError, asyncssh.KeyEncryptionError), Reason.CREDENTIAL, "The key cannot be used: {words}."
    ),
    _Kind(asyncssh.ConfigParseError, Reason.CREDENTIAL, "The SSH configuration cannot be read: {words}."),
    _Kind(BaseException, Reason.PROTOCOL, "The SSH session failed: {kind}: {words}."),
)

_NO_ROUTE = frozenset(
    {
        errno.ENETUNREACH,
        errno.EHOSTUNREACH,
        errno.EHOSTDOWN,
        errno.ENETDOWN,
        errno.EADDRNOTAVAIL,
        errno.EACCES,
        errno.EPERM,
    }
)
_NO_GREETING = "Error reading SSH protocol banner"
_TIMED_OUT = re.compile(r"(?i)time(d )?.?out")
_NO_FILES = frozenset({errno.EMFILE, errno.ENFILE})
_REFUSING_CODES = frozenset({asyncssh.DISC_NO_MORE_AUTH_METHODS_AVAILABLE, asyncssh.DISC_ILLEGAL_USER_NAME})
_ENDING_CODES = frozenset({asyncssh.DISC_BY_APPLICATION, asyncssh.DISC_SERVICE_NOT_AVAILABLE})


class SessionError(WatchpostError):
    """A session that failed to start, or ended.

    Attributes:
        reason: the one reason, as a code; also the `kind`.
        detail: the host's last words, cleaned, at most `DETAIL_LIMIT` characters of several lines; often empty.
        host_key: the key that the host presented, where that is what the failure is about.
    """

    def __init__(
        self,
        reason: Reason,
        message: str = "",
        *,
        hint: str | None = None,
        detail: str = "",
        host_key: HostKey | None = None,
    ) -> None:
        cleaned = printable(message, MESSAGE_LIMIT) or REASON_SENTENCE[reason]
        super().__init__(cleaned, hint=HINTS[reason] if hint is None else hint)
        self.kind = reason.value
        self.reason = reason
        self.detail = clean_lines(detail)
        self.host_key = host_key


def clean_lines(text: str) -> str:
    """Several lines of a host's words, each made harmless; the last `DETAIL_LIMIT` characters."""
    lines = text[-DETAIL_LIMIT:].splitlines()
    return "\n".join(printable(line, DETAIL_LIMIT) for line in lines).strip()[-DETAIL_LIMIT:]


def classify(error: BaseException) -> SessionError:
    """The failure that an exception of asyncssh, paramiko, the operating system or ours stands for."""
    if isinstance(error, SessionError):
        return error
    error = _beneath(error)
    words = _words(error)
    finer = _by_number(error, words) if isinstance(error, OSError) else _by_code(error, words)
    if finer is not None:
        return finer
    kind = next(kind for kind in _KINDS if _is_of(error, kind.types))
    return SessionError(kind.reason, kind.sentence.format(words=words, kind=type(error).__name__), hint=kind.hint)


def _is_of(error: BaseException, types: type[BaseException] | tuple[type[BaseException], ...] | str) -> bool:
    if not isinstance(types, str):
        return isinstance(error, types)
    return types in {f"{kind.__module__.partition('.')[0]}.{kind.__name__}" for kind in type(error).__mro__}


def _beneath(error: BaseException) -> BaseException:
    """What paramiko has wrapped: all that goes wrong with a server's first line comes as one and the same."""
    if _is_of(error, "paramiko.SSHException") and str(error).startswith(_NO_GREETING) and error.__context__:
        return error.__context__
    return error


def _words(error: BaseException) -> str:
    said = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return printable(str(said), MESSAGE_LIMIT).rstrip(".")


def _by_number(error: OSError, words: str) -> SessionError | None:
    if error.errno in _NO_ROUTE and not isinstance(error, socket.gaierror):
        return SessionError(Reason.NO_ROUTE, f"There is no way to that address from here: {words}.")
    if error.errno in _NO_FILES:
        return SessionError(Reason.NO_ROUTE, f"{words}.", hint="Raise the limit of open files where Watchpost runs.")
    return None


def _by_code(error: BaseException, words: str) -> SessionError | None:
    """What an end is about, where its code or its text says more than its class."""
    if _is_of(error, "paramiko.SSHException") and _TIMED_OUT.search(words):
        return SessionError(Reason.TIMEOUT, f"The server did not answer in time: {words}.")
    if not isinstance(error, asyncssh.DisconnectError):
        return None
    # asyncssh tells its own login timeout from a lost connection by the text alone.
    if isinstance(error, asyncssh.ConnectionLost) and "timeout" in words.lower():
        return SessionError(Reason.TIMEOUT, "The server did not finish the login in time.")
    # OpenSSH ends a login with too many keys as a protocol error, of all things.
    if error.code in _REFUSING_CODES or "too many authentication failures" in words.lower():
        return SessionError(Reason.AUTH, f"The host refused the login: {words}.")
    if error.code in _ENDING_CODES:
        return SessionError(Reason.LOST, f"The server ended the connection: {words}.")
    return None
