"""What to do about a host that cannot be read, in a sentence or two: the same advice wherever it is needed. Pure."""

from collections.abc import Mapping

from storage.reason import Reason
from storage.translation import N_, _

_ADVICE: Mapping[Reason, str] = {
    Reason.DNS: N_("Check the spelling, or use the IP address. The name is looked up where the collector runs."),
    Reason.REFUSED: N_("Does sshd run on the host, and on this port? There, “ss -ltn” shows what listens."),
    Reason.NO_ROUTE: N_("Check the network, the VPN and the firewall of the machine on which the collector runs."),
    Reason.TIMEOUT: N_("Is it on, and the address right? A firewall that drops packets looks the same."),
    Reason.PROTOCOL: N_("Is the port right? “ssh -v” to the same address and port shows what answers."),
    Reason.HOST_KEY_UNKNOWN: N_("Compare its fingerprint with the host's own, then trust it."),
    Reason.HOST_KEY_CHANGED: N_(
        "Either the host was set up anew, or somebody is in between. Find out before you trust the new key."
    ),
    Reason.AUTH: N_(
        "Check the user name, and the key or the credential. Three refusals block the host until one is changed."
    ),
    Reason.DIRECTORY_DOWN: N_(
        "Is the directory behind these hosts down, or its password another one? One host is tried every five minutes, "
        "and all when one lets us in."
    ),
    Reason.CREDENTIAL: N_(
        "Check the key file and its passphrase, and that the keyring is open where the collector runs."
    ),
    Reason.NO_SHELL: N_(
        "It needs a shell (not nologin), and no forced command in sshd_config or authorized_keys but that of "
        "“watchpost hosts authorized-key”."
    ),
    Reason.RESTRICTED: N_(
        "Give it /bin/sh as its shell and no ForceCommand. “watchpost hosts authorized-key” prints a line for "
        "authorized_keys that holds its key to the probe."
    ),
    Reason.WINDOWS: N_("Set its reader to automatic or psutil, and install Python and psutil there."),
    Reason.SUDO: N_(
        "On the host, “visudo -f /etc/sudoers.d/watchpost” and the line “USER ALL=(root) NOPASSWD: /bin/sh” allow it. "
        "Or have the host watched without sudo."
    ),
    Reason.NO_PYTHON: N_(
        "Install Python 3.6 or later there; “ssh HOST python3 -V” must find it. On Linux the automatic reader does "
        "without."
    ),
    Reason.PYTHON_TOO_OLD: N_("Install Python 3.6 or later beside it; “ssh HOST python3 -V” must find that one."),
    Reason.PSUTIL_MISSING: N_("Install it for the Python that “python3” starts there (package python3-psutil)."),
    Reason.PROBE_CRASHED: N_("Out of memory and a read-only /proc are common causes; its last words say more."),
    Reason.BAD_LINE: N_(
        "Something on the host writes into the stream: a forced command, a wrapper, or a login script."
    ),
    Reason.SILENT: N_("The host may be overloaded, or a disk may hang: log in and look at “uptime” and “dmesg”."),
    Reason.LOST: N_("The host went down, its sshd was restarted, or something in between cut the connection."),
}


def advice_text(reason: Reason) -> str:
    """What to look at first."""
    return _(_ADVICE[reason])
