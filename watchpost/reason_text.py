"""Failure reasons in words, short enough for one cell of a table."""

from storage.reason import Reason

REASON_TEXT: dict[Reason, str] = {
    Reason.DNS: "name not found",
    Reason.REFUSED: "connection refused",
    Reason.NO_ROUTE: "no route to the host",
    Reason.TIMEOUT: "no answer in time",
    Reason.PROTOCOL: "no common SSH protocol",
    Reason.HOST_KEY_UNKNOWN: "host key not trusted yet",
    Reason.HOST_KEY_CHANGED: "host key changed",
    Reason.AUTH: "login refused",
    Reason.CREDENTIAL: "credential not usable",
    Reason.NO_SHELL: "no shell for this user",
    Reason.NO_PYTHON: "no Python on the host",
    Reason.PYTHON_TOO_OLD: "Python older than 3.6",
    Reason.PSUTIL_MISSING: "psutil missing on the host",
    Reason.PROBE_CRASHED: "the probe crashed",
    Reason.BAD_LINE: "unreadable answers",
    Reason.SILENT: "gone silent",
    Reason.LOST: "connection lost",
}


def reason_text(reason: Reason) -> str:
    """A reason as it reads after a host's name."""
    return REASON_TEXT[reason]
