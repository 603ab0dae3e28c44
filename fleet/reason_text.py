"""Failure reasons in words, short enough for one cell of a table."""

from storage.reason import Reason
from storage.translation import N_, _

REASON_TEXT: dict[Reason, str] = {
    Reason.DNS: N_("name not found"),
    Reason.REFUSED: N_("connection refused"),
    Reason.NO_ROUTE: N_("no route to the host"),
    Reason.TIMEOUT: N_("no answer in time"),
    Reason.PROTOCOL: N_("no common SSH protocol"),
    Reason.HOST_KEY_UNKNOWN: N_("host key not trusted yet"),
    Reason.HOST_KEY_CHANGED: N_("host key changed"),
    Reason.AUTH: N_("login refused"),
    Reason.DIRECTORY_DOWN: N_("login refused by many hosts"),
    Reason.CREDENTIAL: N_("credential not usable"),
    Reason.NO_SHELL: N_("no shell for this user"),
    Reason.RESTRICTED: N_("restricted account"),
    Reason.WINDOWS: N_("Windows, no Unix shell"),
    Reason.SUDO: N_("sudo not allowed"),
    Reason.NO_PYTHON: N_("no Python on the host"),
    Reason.PYTHON_TOO_OLD: N_("Python older than 3.6"),
    Reason.PSUTIL_MISSING: N_("psutil missing on the host"),
    Reason.PROBE_CRASHED: N_("the probe crashed"),
    Reason.BAD_LINE: N_("unreadable answers"),
    Reason.SILENT: N_("gone silent"),
    Reason.LOST: N_("connection lost"),
}


def reason_text(reason: Reason) -> str:
    """A reason as it reads after a host's name."""
    return _(REASON_TEXT[reason])
