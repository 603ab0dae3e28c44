"""Why a connection test failed, and what to do about it, for a person who is about to do it. Pure."""

from collections.abc import Mapping
from typing import NamedTuple

from fleet.advice_text import advice_text
from monitor_gui.hosts.verdict import Verdict
from storage.printable import printable
from storage.reason import Reason
from storage.translation import N_, _

_MESSAGE_LIMIT, _DETAIL_LIMIT, _DETAIL_LINES = 500, 300, 8


class FailureText(NamedTuple):
    """A failure in words.

    Attributes:
        title: what is wrong.
        advice: what to do.
        said: the poller's own sentence and the host's last words; may be empty.
    """

    title: str
    advice: str
    said: str = ""


_TITLES: Mapping[Reason, str] = {
    Reason.DNS: N_("The name cannot be found."),
    Reason.REFUSED: N_("Nothing listens on that port."),
    Reason.NO_ROUTE: N_("There is no way to that address."),
    Reason.TIMEOUT: N_("The host does not answer."),
    Reason.PROTOCOL: N_("What answers there does not speak SSH as it should."),
    Reason.HOST_KEY_UNKNOWN: N_("Nobody has vouched for the host's key yet."),
    Reason.HOST_KEY_CHANGED: N_("The host's key is not the one that is trusted."),
    Reason.AUTH: N_("The host refuses the login."),
    Reason.DIRECTORY_DOWN: N_("Many hosts refuse this login at once."),
    Reason.CREDENTIAL: N_("The key or the credential cannot be used."),
    Reason.NO_SHELL: N_("The login works, but the account may run no command."),
    Reason.RESTRICTED: N_("The login works, but the account may not run the probe."),
    Reason.WINDOWS: N_("The host runs Windows, which has no Unix shell."),
    Reason.SUDO: N_("sudo asks for a password or does not allow it."),
    Reason.NO_PYTHON: N_("There is no Python on the host."),
    Reason.PYTHON_TOO_OLD: N_("Python on the host is too old."),
    Reason.PSUTIL_MISSING: N_("Python on the host has no psutil."),
    Reason.PROBE_CRASHED: N_("The probe failed on the host."),
    Reason.BAD_LINE: N_("What comes back is not what a probe sends."),
    Reason.SILENT: N_("The login works, but no reading comes."),
    Reason.LOST: N_("The connection was lost."),
}


def failure_text(verdict: Verdict) -> FailureText:
    """A failed test in words; the poller's own ones where the reason is of a later version."""
    message = printable(verdict.message, _MESSAGE_LIMIT)
    reason = verdict.known_reason
    if reason is None:
        return FailureText(message or _("The test failed."), printable(verdict.hint, _MESSAGE_LIMIT), _last(verdict))
    said = "\n".join(part for part in (message, _last(verdict)) if part)
    return FailureText(_(_TITLES[reason]), advice_text(reason), said)


def _last(verdict: Verdict) -> str:
    lines = verdict.detail.splitlines()[-_DETAIL_LINES:]
    return "\n".join(printable(line, _DETAIL_LIMIT) for line in lines)
