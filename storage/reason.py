"""Host states and the reasons behind them, as codes; texts are made where they are shown."""

from enum import StrEnum


class HostState(StrEnum):
    """What the poller knows about its session to a host."""

    PENDING = "pending"
    CONNECTING = "connecting"
    UP = "up"
    UNREACHABLE = "unreachable"
    BLOCKED = "blocked"
    """Nothing is tried until a person acts: a changed host key, or refused logins."""


class Reason(StrEnum):
    """Why a session is not up. Every failure has exactly one."""

    DNS = "dns"
    REFUSED = "refused"
    NO_ROUTE = "no_route"
    TIMEOUT = "timeout"
    PROTOCOL = "protocol"
    HOST_KEY_UNKNOWN = "host_key_unknown"
    HOST_KEY_CHANGED = "host_key_changed"
    AUTH = "auth"
    DIRECTORY_DOWN = "directory_down"
    """Many hosts refuse the same login at once: none is held responsible, and they wait for one that lets us in."""
    CREDENTIAL = "credential"
    """The credential itself cannot be used here: key file missing, passphrase wrong, no keyring."""
    NO_SHELL = "no_shell"
    RESTRICTED = "restricted"
    """A shell or a service that runs only commands of its own list."""
    WINDOWS = "windows"
    """The command was for a Unix shell, and Windows answered."""
    SUDO = "sudo"
    NO_PYTHON = "no_python"
    PYTHON_TOO_OLD = "python_too_old"
    PSUTIL_MISSING = "psutil_missing"
    PROBE_CRASHED = "probe_crashed"
    BAD_LINE = "bad_line"
    SILENT = "silent"
    """The connection stands but no line has come for longer than the data-age limit."""
    LOST = "lost"


BLOCKING = frozenset({Reason.HOST_KEY_UNKNOWN, Reason.HOST_KEY_CHANGED})
"""Reasons after which another try makes no sense until a person has acted. `AUTH` joins after three refusals."""
