"""Judges how a probe ended: from its exit status, its last words and what the connection says."""

import re
from dataclasses import dataclass

import msgspec

from poller.failure import SessionError, classify, clean_lines
from storage.reason import Reason

_LAST_LINES = 3

_SAID_BY_STATUS = {
    93: (
        Reason.NO_PYTHON,
        "There is no Python on the host, and no /proc, cat and sleep for its shell to read it with.",
    ),
    95: (Reason.NO_SHELL, "The host cut off the command's standard input."),
    96: (Reason.PYTHON_TOO_OLD, ""),
    97: (Reason.NO_PYTHON, ""),
}
_MISSING_MODULE = re.compile(r"^(?:ModuleNotFound|Import)Error: No module named '?(zlib)\b", re.MULTILINE)
_TELLING = (
    # Python before 3.4 knows no -I and never gets as far as the stub's own check.
    (Reason.PYTHON_TOO_OLD, re.compile(r"Unknown option: -I")),
    # PowerShell, whatever language it speaks; cmd.exe in English; and in any other one, where it ends its lines as no
    # Unix does. Then the alias that offers Python in the Store.
    (
        Reason.WINDOWS,
        re.compile(
            r"CommandNotFoundException|is not recognized as an internal or external command"
            r"|\b(?:exec|python|py)\b.*\r$|Microsoft Store",
            re.MULTILINE,
        ),
    ),
    (
        Reason.SUDO,
        re.compile(
            r"^sudo: |\bsudo: (?:(?:command )?not found|Permission denied)|is not (?:allowed to|in the sudoers)",
            re.MULTILINE,
        ),
    ),
    (
        Reason.RESTRICTED,
        re.compile(r"restricted|sftp connections only|git.shell|\*\*\* forbidden|scponly", re.IGNORECASE),
    ),
)


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
    if status in _SAID_BY_STATUS:
        reason, message = _SAID_BY_STATUS[status]
        return SessionError(reason, message, detail=words)
    missing = _MISSING_MODULE.search(words)
    if missing:
        # Small systems ship Python in parts.
        return SessionError(Reason.NO_PYTHON, f"Python on the host has no {missing[1]} module.", detail=words)
    if b"Traceback (most recent call last)" in end.stderr:
        return _crashed(f"The probe ended with status {status} before its first line", end)
    message = f"The command ended with status {status} before a probe ran{_last_words(words)}"
    return SessionError(reason_in_words(words), message, detail=words)


def reason_in_words(words: str) -> Reason:
    """Why a command became no probe, from what was said instead; `NO_SHELL` where that tells nothing more."""
    return next((reason for reason, pattern in _TELLING if pattern.search(words)), Reason.NO_SHELL)


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
