"""Failure reasons in words: short enough for one cell of a table, and as a sentence."""

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

REASON_SENTENCE: dict[Reason, str] = {
    Reason.DNS: N_("The name does not resolve to an address."),
    Reason.REFUSED: N_("Nothing listens on that port."),
    Reason.NO_ROUTE: N_("There is no way to that address from here."),
    Reason.TIMEOUT: N_("No answer in time."),
    Reason.PROTOCOL: N_("What answers there does not speak SSH as it should."),
    Reason.HOST_KEY_UNKNOWN: N_("The host key is not trusted yet."),
    Reason.HOST_KEY_CHANGED: N_("The host key is not the one that is trusted."),
    Reason.AUTH: N_("The host refused the login."),
    Reason.DIRECTORY_DOWN: N_("Many hosts refuse this login at once; their directory may be down."),
    Reason.CREDENTIAL: N_("The key or password cannot be used here."),
    Reason.NO_SHELL: N_("The login works, but the host runs no command for it."),
    Reason.RESTRICTED: N_("The login works, but its shell or sshd allows it no command like the probe's."),
    Reason.WINDOWS: N_("The host runs Windows, and the shell reader needs a Unix shell."),
    Reason.SUDO: N_("sudo asks for a password or does not allow it."),
    Reason.NO_PYTHON: N_("There is no Python on the host."),
    Reason.PYTHON_TOO_OLD: N_("Python on the host is older than 3.6."),
    Reason.PSUTIL_MISSING: N_("The psutil reader is wanted, but Python on the host has no psutil."),
    Reason.PROBE_CRASHED: N_("The probe failed on the host."),
    Reason.BAD_LINE: N_("What came back is not what a probe sends."),
    Reason.SILENT: N_("The connection stands, but no reading comes."),
    Reason.LOST: N_("The connection was lost."),
}
"""What a poller says of it where it has nothing more exact to say; English, as it is stored."""


def reason_text(reason: Reason) -> str:
    """A reason as it reads after a host's name."""
    return _(REASON_TEXT[reason])


def sentence_text(reason: Reason) -> str:
    """A reason as a sentence of its own."""
    return _(REASON_SENTENCE[reason])


def says_more(reason: Reason | None, words: str) -> bool:
    """Whether a poller's words on it say more than its sentence."""
    return reason is None or words.strip().casefold() != REASON_SENTENCE[reason].casefold()
