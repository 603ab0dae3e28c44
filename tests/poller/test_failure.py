"""Reasons, sentences and hints."""

import errno
import socket

import asyncssh
import paramiko
import pytest

from poller.failure import DETAIL_LIMIT, HINTS, MESSAGE_LIMIT, SessionError, classify
from storage.reason import Reason


@pytest.mark.parametrize("reason", list(Reason))
def test_every_reason_has_a_sentence_and_says_what_to_do(reason: Reason) -> None:
    error = SessionError(reason)
    assert error.kind == reason.value
    assert error.message.endswith(".")
    assert error.hint == HINTS[reason]
    assert len(error.hint) > 20


@pytest.mark.parametrize(
    ("exception", "reason"),
    [
        (socket.gaierror(socket.EAI_NONAME, "Name or service not known"), Reason.DNS),
        (UnicodeError("label empty or too long"), Reason.DNS),
        (ConnectionRefusedError(errno.ECONNREFUSED, "Connection refused"), Reason.REFUSED),
        (OSError(errno.EHOSTUNREACH, "No route to host"), Reason.NO_ROUTE),
        (OSError(errno.ENETUNREACH, "Network is unreachable"), Reason.NO_ROUTE),
        (PermissionError(errno.EPERM, "Operation not permitted"), Reason.NO_ROUTE),
        (OSError(errno.EMFILE, "Too many open files"), Reason.NO_ROUTE),
        (TimeoutError(), Reason.TIMEOUT),
        (OSError(errno.ETIMEDOUT, "Connection timed out"), Reason.TIMEOUT),
        (ConnectionResetError(errno.ECONNRESET, "Connection reset by peer"), Reason.LOST),
        (asyncssh.ConnectionLost("Connection lost"), Reason.LOST),
        (asyncssh.ConnectionLost("Server not responding to keepalive"), Reason.LOST),
        (asyncssh.ConnectionLost("Login timeout expired"), Reason.TIMEOUT),
        (asyncssh.DisconnectError(asyncssh.DISC_BY_APPLICATION, "bye"), Reason.LOST),
        (asyncssh.PermissionDenied("no"), Reason.AUTH),
        # OpenSSH's own words and code for it.
        (asyncssh.DisconnectError(asyncssh.DISC_PROTOCOL_ERROR, "Too many authentication failures"), Reason.AUTH),
        (asyncssh.DisconnectError(asyncssh.DISC_NO_MORE_AUTH_METHODS_AVAILABLE, "none left"), Reason.AUTH),
        (asyncssh.KeyExchangeFailed("no matching cipher"), Reason.PROTOCOL),
        (asyncssh.ProtocolError("nonsense"), Reason.PROTOCOL),
        (asyncssh.ChannelOpenError(asyncssh.OPEN_ADMINISTRATIVELY_PROHIBITED, "open failed"), Reason.NO_SHELL),
        (asyncssh.KeyImportError("Invalid private key"), Reason.CREDENTIAL),
        (asyncssh.KeyEncryptionError("Incorrect passphrase"), Reason.CREDENTIAL),
        (asyncssh.ConfigParseError("config line 3: Missing Port value"), Reason.CREDENTIAL),
        (asyncssh.IllegalUserName("no such user"), Reason.AUTH),
        (UnicodeDecodeError("ascii", b"\xff", 0, 1, "ordinal not in range(128)"), Reason.PROTOCOL),
        (paramiko.AuthenticationException("Authentication failed."), Reason.AUTH),
        (paramiko.ssh_exception.BadAuthenticationType("no", ["publickey"]), Reason.AUTH),
        (paramiko.ChannelException(1, "Administratively prohibited"), Reason.NO_SHELL),
        (paramiko.ssh_exception.IncompatiblePeer("no acceptable kex algorithm"), Reason.PROTOCOL),
        (paramiko.SSHException("Timeout opening channel."), Reason.TIMEOUT),
        (paramiko.AuthenticationException("Authentication timeout."), Reason.TIMEOUT),
        (paramiko.SSHException("Key-exchange timed out waiting for key negotiation"), Reason.TIMEOUT),
        (paramiko.SSHException("Mismatched MAC"), Reason.PROTOCOL),
        (EOFError(), Reason.LOST),
        (AssertionError(), Reason.PROTOCOL),
    ],
)
def test_an_exception_has_one_reason(exception: Exception, reason: Reason) -> None:
    assert classify(exception).reason is reason


def test_what_paramiko_wraps_is_what_counts() -> None:
    wrapping = paramiko.SSHException("Error reading SSH protocol banner")
    wrapping.__context__ = ConnectionResetError(errno.ECONNRESET, "Connection reset by peer")
    assert classify(wrapping).reason is Reason.LOST


@pytest.mark.parametrize(
    "exception",
    [
        asyncssh.KeyExchangeFailed("no matching cipher"),
        paramiko.ssh_exception.IncompatiblePeer("no acceptable ciphers"),
    ],
)
def test_a_server_that_one_library_cannot_talk_to_may_be_one_for_the_other(exception: Exception) -> None:
    failure = classify(exception)
    assert "no algorithm in common" in failure.message
    assert "transport" in failure.hint


def test_a_failure_stays_what_it_is() -> None:
    failure = SessionError(Reason.NO_PYTHON)
    assert classify(failure) is failure


def test_a_server_cannot_write_to_the_terminal_of_who_reads_why_it_failed() -> None:
    error = classify(asyncssh.DisconnectError(asyncssh.DISC_BY_APPLICATION, "\x1b[2Jgone\r\n" + "x" * 9000))
    assert "\x1b" not in error.message
    assert "\n" not in error.message
    assert len(error.message) <= MESSAGE_LIMIT


def test_last_words_keep_their_lines_and_their_end_but_no_control_characters() -> None:
    error = SessionError(Reason.PROBE_CRASHED, detail="early " * 4000 + "\nTraceback\n\x1b]0;title\x07MemoryError\n")
    assert error.detail.splitlines()[-2:] == ["Traceback", "\ufffd]0;title\ufffdMemoryError"]
    assert len(error.detail) <= DETAIL_LIMIT
