"""Why a connection test failed, and what to do about it, for a person who is about to do it. Pure."""

from collections.abc import Mapping
from typing import NamedTuple

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


_TEXTS: Mapping[Reason, tuple[str, str]] = {
    Reason.DNS: (
        N_("The name cannot be found."),
        N_("Check the spelling, or use the IP address. The name is looked up where the collector runs."),
    ),
    Reason.REFUSED: (
        N_("Nothing listens on that port."),
        N_("Does sshd run on the host, and on this port? There, “ss -ltn” shows what listens."),
    ),
    Reason.NO_ROUTE: (
        N_("There is no way to that address."),
        N_("Check the network, the VPN and the firewall of the machine on which the collector runs."),
    ),
    Reason.TIMEOUT: (
        N_("The host does not answer."),
        N_("Is it on, and the address right? A firewall that drops packets looks the same."),
    ),
    Reason.PROTOCOL: (
        N_("What answers there does not speak SSH as it should."),
        N_("Is the port right? “ssh -v” to the same address and port shows what answers."),
    ),
    Reason.HOST_KEY_UNKNOWN: (
        N_("Nobody has vouched for the host's key yet."),
        N_("Compare its fingerprint with the host's own, then trust it."),
    ),
    Reason.HOST_KEY_CHANGED: (
        N_("The host's key is not the one that is trusted."),
        N_("Either the host was set up anew, or somebody is in between. Find out before you trust the new key."),
    ),
    Reason.AUTH: (
        N_("The host refuses the login."),
        N_("Check the user name, and the key or the credential. Three refusals block the host until one is changed."),
    ),
    Reason.CREDENTIAL: (
        N_("The key or the credential cannot be used."),
        N_("Check the key file and its passphrase, and that the keyring is open where the collector runs."),
    ),
    Reason.NO_SHELL: (
        N_("The login works, but the account may run no command."),
        N_("It needs a shell (not nologin), and no forced command in sshd_config or authorized_keys."),
    ),
    Reason.NO_PYTHON: (
        N_("There is no Python on the host."),
        N_("Install Python 3.6 or later there; “ssh HOST python3 -V” must find it."),
    ),
    Reason.PYTHON_TOO_OLD: (
        N_("Python on the host is too old."),
        N_("Install Python 3.6 or later beside it; “ssh HOST python3 -V” must find that one."),
    ),
    Reason.PSUTIL_MISSING: (
        N_("Python on the host has no psutil."),
        N_("Install it for the Python that “python3” starts there (package python3-psutil)."),
    ),
    Reason.PROBE_CRASHED: (
        N_("The probe failed on the host."),
        N_("Its last words are below. Out of memory and a read-only /proc are common causes."),
    ),
    Reason.BAD_LINE: (
        N_("What comes back is not what a probe sends."),
        N_("Something on the host writes into the stream: a forced command, a wrapper, or a login script."),
    ),
    Reason.SILENT: (
        N_("The login works, but no reading comes."),
        N_("The host may be overloaded, or a disk may hang: log in and look at “uptime” and “dmesg”."),
    ),
    Reason.LOST: (
        N_("The connection was lost."),
        N_("The host went down, its sshd was restarted, or something in between cut the connection. Try again."),
    ),
}


def failure_text(verdict: Verdict) -> FailureText:
    """A failed test in words; the poller's own ones where the reason is of a later version."""
    message = printable(verdict.message, _MESSAGE_LIMIT)
    reason = verdict.known_reason
    if reason is None:
        return FailureText(message or _("The test failed."), printable(verdict.hint, _MESSAGE_LIMIT), _last(verdict))
    title, advice = _TEXTS[reason]
    said = "\n".join(part for part in (message, _last(verdict)) if part)
    return FailureText(_(title), _(advice), said)


def _last(verdict: Verdict) -> str:
    lines = verdict.detail.splitlines()[-_DETAIL_LINES:]
    return "\n".join(printable(line, _DETAIL_LIMIT) for line in lines)
