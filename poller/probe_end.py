"""Judges how a probe ended: from its exit status, its last words and what the connection says."""

from dataclasses import dataclass

import msgspec

from poller.failure import SessionError, classify, clean_lines
from storage.reason import Reason

_LAST_LINES = 3


class _ErrorLine(msgspec.Struct):
    error: str
    detail: str = ""


_ERROR_LINE = msgspec.json.Decoder(_ErrorLine)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeEnd:
    """What is known when a probe's stream is over.

    Attributes:
        started: whether the marker had come.
        status: exit status; None when none was sent.
        signal: name of the signal that ended it, as "KILL".
        last_line: the last whole line it wrote.
        noise: the end of what came before the marker.
        stderr: the end of its standard error.
        broken: what the connection died of; None when the channel was closed in good order.
    """

    started: bool = False
    status: int | None = None
    signal: str | None = None
    last_line: bytes = b""
    noise: bytes = b""
    stderr: bytes = b""
    broken: BaseException | None = None


def judge_end(end: ProbeEnd) -> SessionError:
    """The one reason why the session is over."""
    said = _said_error(end.last_line) if end.started else None
    if said is not None:
        return said
    if end.signal is not None:
        return _crashed(f"The probe was ended by signal {end.signal}", end)
    if end.status is None:
        return SessionError(Reason.LOST) if end.broken is None else classify(end.broken)
    return _judge_running(end, end.status) if end.started else _judge_starting(end, end.status)


def _judge_running(end: ProbeEnd, status: int) -> SessionError:
    if status == 0:
        return SessionError(Reason.LOST, "The probe ended by itself.", hint="Something closed its standard input.")
    return _crashed(f"The probe ended with status {status}", end)


def _judge_starting(end: ProbeEnd, status: int) -> SessionError:
    words = _text(end.noise) + _text(end.stderr)
    match status:
        case 96:
            return SessionError(Reason.PYTHON_TOO_OLD)
        case 97:
            return SessionError(Reason.NO_PYTHON)
        # Python before 3.4 knows no -I and never gets as far as the stub's own check.
        case 2 if b"Unknown option: -I" in end.stderr:
            return SessionError(Reason.PYTHON_TOO_OLD, "Python on the host is older than 3.4.")
        case 95:
            return SessionError(Reason.NO_SHELL, "The host cut off the command's standard input.", detail=words)
    if b"Traceback (most recent call last)" in end.stderr:
        return _crashed(f"The probe ended with status {status} before its first line", end)
    message = f"The command ended with status {status} before a probe ran{_last_words(words)}"
    return SessionError(Reason.NO_SHELL, message, detail=words)


def _said_error(line: bytes) -> SessionError | None:
    """The failure that the probe's own error line names, if this is one."""
    try:
        said = _ERROR_LINE.decode(line)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    if said.error == Reason.PSUTIL_MISSING:
        return SessionError(Reason.PSUTIL_MISSING, detail=said.detail)
    words = said.detail or said.error
    return SessionError(Reason.PROBE_CRASHED, f"The probe gave up{_last_words(words)}", detail=words)


def _crashed(what: str, end: ProbeEnd) -> SessionError:
    words = _text(end.stderr)
    return SessionError(Reason.PROBE_CRASHED, what + _last_words(words), detail=words)


def _last_words(words: str) -> str:
    """The end of a sentence: the last lines, or a full stop."""
    lines = [line.strip() for line in clean_lines(words).splitlines()[-_LAST_LINES:]]
    return ": " + " | ".join(filter(None, lines)) if any(lines) else "."


def _text(words: bytes) -> str:
    return words.decode("utf-8", "replace")
