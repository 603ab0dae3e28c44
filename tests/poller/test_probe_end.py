"""How a probe ended, from what is left of it."""

import asyncssh
import pytest

from poller.probe_end import ProbeEnd, judge_end
from storage.reason import Reason

TRACEBACK = b'Traceback (most recent call last):\n  File "remote_probe/main.py", line 3, in main\nMemoryError\n'


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
