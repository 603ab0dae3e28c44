"""How a probe ended, from what is left of it."""

import asyncssh
import pytest

from poller.stream.probe_end import ProbeEnd, judge_end, reason_in_words
from storage.reason import Reason

TRACEBACK = b'Traceback (most recent call last):\n  File "remote_probe/main.py", line 3, in main\nMemoryError\n'
NO_ZLIB = b"Traceback (most recent call last):\nModuleNotFoundError: No module named 'zlib'\n"


@pytest.mark.parametrize(
    ("end", "reason"),
    [
        (ProbeEnd(status=97), Reason.NO_PYTHON),
        (ProbeEnd(status=96), Reason.PYTHON_TOO_OLD),
        (ProbeEnd(status=2, stderr=b"Unknown option: -I\nusage: python ..."), Reason.PYTHON_TOO_OLD),
        (ProbeEnd(status=2, stderr=b"usage"), Reason.NO_SHELL),
        (ProbeEnd(status=95), Reason.NO_SHELL),
        (ProbeEnd(status=1, noise=b"This account is currently not available.\n"), Reason.NO_SHELL),
        (ProbeEnd(status=0), Reason.NO_SHELL),
        (ProbeEnd(status=93), Reason.NO_PYTHON),
        (ProbeEnd(status=1, stderr=NO_ZLIB), Reason.NO_PYTHON),
        (ProbeEnd(status=1, stderr=TRACEBACK + b"sudo: unable to resolve host db1\n"), Reason.PROBE_CRASHED),
        (ProbeEnd(status=97, stderr=b"sudo: unable to resolve host db1\n"), Reason.NO_PYTHON),
        (ProbeEnd(status=1, stderr=TRACEBACK), Reason.PROBE_CRASHED),
        (ProbeEnd(signal="KILL"), Reason.PROBE_CRASHED),
        (ProbeEnd(), Reason.LOST),
        (ProbeEnd(broken=asyncssh.ConnectionLost("Connection lost")), Reason.LOST),
        (ProbeEnd(broken=asyncssh.ProtocolError("bad packet")), Reason.PROTOCOL),
        (ProbeEnd(started=True, status=0), Reason.LOST),
        (ProbeEnd(started=True, status=1, stderr=TRACEBACK), Reason.PROBE_CRASHED),
        # What a probe says with these statuses once it runs is not what the stub says with them.
        (ProbeEnd(started=True, status=97), Reason.PROBE_CRASHED),
        (ProbeEnd(started=True, signal="KILL"), Reason.PROBE_CRASHED),
        (ProbeEnd(started=True, broken=ConnectionResetError()), Reason.LOST),
        (ProbeEnd(started=True, status=94, last_line=b'{"error": "psutil_missing"}'), Reason.PSUTIL_MISSING),
        (ProbeEnd(started=True, status=94, last_line=b'{"error": "proc_missing"}'), Reason.PROBE_CRASHED),
        (ProbeEnd(started=True, status=1, last_line=b'{"n": 1}'), Reason.PROBE_CRASHED),
        (ProbeEnd(started=True, status=1, last_line=b"\xff{["), Reason.PROBE_CRASHED),
        (ProbeEnd(status=1, last_line=b'{"error": "psutil_missing"}'), Reason.NO_SHELL),
    ],
)
def test_an_end_has_one_reason(end: ProbeEnd, reason: Reason) -> None:
    assert judge_end(end).reason is reason


def test_a_crash_carries_the_probes_last_words() -> None:
    failure = judge_end(ProbeEnd(started=True, status=1, stderr=b"noise\n" * 50 + TRACEBACK))
    assert failure.message.startswith("The probe ended with status 1: Traceback")
    assert failure.message.endswith("MemoryError")
    assert "remote_probe/main.py" in failure.detail


def test_an_account_without_a_shell_is_quoted() -> None:
    failure = judge_end(ProbeEnd(status=1, noise=b"This account is currently not available.\n"))
    assert "status 1" in failure.message
    assert failure.message.endswith("This account is currently not available.")


def test_what_the_probe_says_of_its_end_is_quoted_without_control_characters() -> None:
    failure = judge_end(
        ProbeEnd(started=True, status=94, last_line=b'{"error": "proc_missing", "detail": "no \\u001b[1m/proc"}')
    )
    assert failure.message == "The probe gave up: no \ufffd[1m/proc"


CMD = (
    "'exec' is not recognized as an internal or external command,\r\noperable program or batch file.\r\n",
    'Der Befehl "exec" ist entweder falsch geschrieben oder\r\nkonnte nicht gefunden werden.\r\n',
    "\u00ab exec \u00bb n'est pas reconnu en tant que commande interne\r\nou externe, un programme ex\u00e9cutable\r\n",
    "'exec'\u306f\u3001\u5185\u90e8\u30b3\u30de\u30f3\u30c9\u307e\u305f\u306f\u5916\u90e8\u30b3\u30de\u30f3\u30c9\u3001\r\n",
    "'python' is not recognized as an internal or external command,\r\noperable program or batch file.\r\n",
    "Python was not found; run without arguments to install from the Microsoft Store, or disable this shortcut\r\n",
)
POWERSHELL = """\
exec : The term 'exec' is not recognized as the name of a cmdlet, function, script file, or operable program.
At line:1 char:1
+ exec /bin/sh -c ...
+ ~~~~
    + CategoryInfo          : ObjectNotFound: (exec:String) [], CommandNotFoundException
    + FullyQualifiedErrorId : CommandNotFoundException
"""


@pytest.mark.parametrize("words", [*CMD, POWERSHELL])
def test_windows_is_known_by_what_its_shells_say_of_a_unix_command(words: str) -> None:
    """Their words as documented and as people quote them; no Windows machine was at hand."""
    assert judge_end(ProbeEnd(status=1, stderr=words.encode())).reason is Reason.WINDOWS


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("bash: line 1: exec: restricted", Reason.RESTRICTED),
        ("rbash: line 1: exec: restricted", Reason.RESTRICTED),
        ("This service allows sftp connections only.", Reason.RESTRICTED),
        ("fatal: unrecognized command 'exec /bin/sh'\nhint: git-shell-commands", Reason.RESTRICTED),
        ("This account is restricted by rssh.", Reason.RESTRICTED),
        ("sudo: a password is required", Reason.SUDO),
        ("sudo: sorry, you must have a tty to run sudo", Reason.SUDO),
        ("sudo: Ein Passwort ist notwendig", Reason.SUDO),
        ("Sorry, user mon is not allowed to execute '/bin/sh -c ...' as root on db1.", Reason.SUDO),
        ("mon is not in the sudoers file.", Reason.SUDO),
        ("watchpost_probe: 1: exec: sudo: not found", Reason.SUDO),
        ("watchpost_probe: line 1: exec: sudo: Permission denied", Reason.SUDO),
        ("bash: sudo: command not found", Reason.SUDO),
        ("/bin/sh: exec: not found", Reason.NO_SHELL),
        ("This account is currently not available.", Reason.NO_SHELL),
        ("", Reason.NO_SHELL),
    ],
)
def test_what_a_shell_says_names_the_reason(words: str, reason: Reason) -> None:
    assert reason_in_words(words) is reason
