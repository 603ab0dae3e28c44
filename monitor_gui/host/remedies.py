"""What helps when a host's session is not up. Pure."""

from collections.abc import Mapping
from typing import NamedTuple

from storage.reason import Reason
from storage.translation import N_, _

_EDIT, _TRUST, _TEST = "edit", "trust", "test"
_REMEDIES: Mapping[Reason, tuple[str, str]] = {
    Reason.DNS: (N_("Check the address, or use the IP address."), _EDIT),
    Reason.REFUSED: (N_("Is sshd running there, and on this port?"), _EDIT),
    Reason.NO_ROUTE: (N_("Check network, VPN and firewall of the machine that polls."), _TEST),
    Reason.TIMEOUT: (N_("Is the host on? A firewall that drops packets looks the same."), _TEST),
    Reason.PROTOCOL: (N_("Is the port right? `ssh -v` shows what answers there."), _EDIT),
    Reason.HOST_KEY_UNKNOWN: (N_("Compare its fingerprint with the host's own, then trust it."), _TRUST),
    Reason.HOST_KEY_CHANGED: (
        N_("Was the host set up anew? If not, somebody may be in between. Compare fingerprints before you trust it."),
        _TRUST,
    ),
    Reason.AUTH: (N_("Check user name, key and credential."), _EDIT),
    Reason.CREDENTIAL: (N_("Check the key file and its passphrase on the machine that polls."), _EDIT),
    Reason.NO_SHELL: (N_("The account needs a shell and no forced command."), _TEST),
    Reason.NO_PYTHON: (N_("Install Python 3.6 or later there; `ssh HOST python3 -V` must find it."), _TEST),
    Reason.PYTHON_TOO_OLD: (N_("Install Python 3.6 or later beside it, as `python3`."), _TEST),
    Reason.PSUTIL_MISSING: (N_("Install the package python3-psutil there."), _TEST),
    Reason.PROBE_CRASHED: (N_("Out of memory and a read-only /proc are common causes."), _TEST),
    Reason.BAD_LINE: (N_("Something there writes into the stream: a forced command or a login script."), _TEST),
    Reason.SILENT: (N_("It may be overloaded, or a disk hangs: look at `uptime` and `dmesg`."), _TEST),
    Reason.LOST: (N_("It went down, sshd was restarted, or something in between cut the connection."), _TEST),
}


class Remedy(NamedTuple):
    """What to do.

    Attributes:
        advice: in a sentence.
        help: key of the button that helps: `edit`, `trust`, `test`, or empty.
    """

    advice: str
    help: str


def remedy(reason: Reason | None) -> Remedy:
    """What helps against a reason."""
    if reason is None:
        return Remedy("", _TEST)
    advice, button = _REMEDIES[reason]
    return Remedy(_(advice), button)
