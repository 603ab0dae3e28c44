"""Asks the `ssh` of this machine what its configuration makes of a host: `ssh -G`, which connects to nothing."""

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from poller.failure import SessionError
from poller.ssh.answer import Answers
from storage.printable import printable
from storage.reason import Reason

DEADLINE_S = 10.0
"""For one answer, which takes 9 ms; a `Match exec` or a name to be looked up takes what it takes."""
ANSWER_LIMIT = 2**20
_WORDS_LIMIT = 4096
_NO_SUCH_USER = "No user exists for uid"


class UnusableClientError(Exception):
    """There is no `ssh` here, or it does not run for this user at all."""


@dataclass(frozen=True, slots=True)
class Question:
    """What `ssh` is asked about.

    Attributes:
        address: as it would be typed.
        port: None leaves it to the configuration.
        username: likewise.
        file: the one configuration to read, or `none`; None is what ssh reads by itself: the user's and the system's.
    """

    address: str
    port: int | None = None
    username: str | None = None
    file: str | None = None


def ask_ssh(question: Question, deadline_s: float = DEADLINE_S) -> Answers:
    """What ssh would do. Blocks for about 9 ms; runs the commands of `Match exec`, as ssh does.

    Raises:
        UnusableClientError: there is no ssh that could be asked.
        SessionError: the configuration cannot be read (`CREDENTIAL`), or a name in it does not resolve (`DNS`).
    """
    program = shutil.which("ssh")
    if program is None or question.address.startswith("-"):
        raise UnusableClientError
    code, output, complaint = _run((program, *_arguments(question)), deadline_s)
    if code == 0:
        return _parsed(output)
    if _NO_SUCH_USER in complaint or (question.file != "none" and not _runs_at_all()):
        raise UnusableClientError
    raise _refusal(complaint)


@lru_cache(maxsize=1)
def defaults_of_ssh() -> Answers:
    """What ssh does where nothing is configured. Raises as `ask_ssh`."""
    return ask_ssh(Question("localhost", file="none"))


def _runs_at_all() -> bool:
    try:
        defaults_of_ssh()
    except (UnusableClientError, SessionError):
        return False
    return True


def _arguments(question: Question) -> list[str]:
    # -T: else it complains that there is no terminal.
    arguments = ["-G", "-T"]
    if question.file is not None:
        arguments += ["-F", question.file]
    if question.port is not None:
        arguments += ["-p", str(question.port)]
    if question.username is not None:
        arguments += ["-l", question.username]
    return [*arguments, "--", question.address]


def _run(command: Sequence[str], deadline_s: float) -> tuple[int, str, str]:
    """Exit status, output, and what was said on standard error."""
    # A file: what a `Match exec` leaves running would hold a pipe open.
    with tempfile.TemporaryFile() as complaint:
        try:
            process = subprocess.Popen(  # noqa: S603 - ssh, from the PATH of this user; the address is behind a `--`
                command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=complaint, start_new_session=True
            )
        except OSError:
            raise UnusableClientError from None
        with process:
            try:
                output = process.communicate(timeout=deadline_s)[0]
            except subprocess.TimeoutExpired:
                _end(process)
                raise _too_slow(deadline_s) from None
            except BaseException:
                _end(process)
                raise
        complaint.seek(0)
        said = complaint.read(_WORDS_LIMIT).decode("utf-8", "replace")
    return process.returncode, output[:ANSWER_LIMIT].decode("utf-8", "replace"), said


def _end(process: "subprocess.Popen[bytes]") -> None:
    """Ends ssh and what it has started."""
    with contextlib.suppress(ProcessLookupError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()


def _parsed(output: str) -> Answers:
    answers: dict[str, list[str]] = {}
    for line in output.splitlines():
        keyword, _, value = line.partition(" ")
        answers.setdefault(keyword.lower(), []).append(value)
    return answers


def _refusal(complaint: str) -> SessionError:
    lines = [line.strip() for line in complaint.splitlines() if line.strip()]
    if any("resolve host" in line for line in lines):
        return SessionError(Reason.DNS, f"The name does not resolve, says ssh: {lines[0]}.")
    # The first line names file, line and word; the last one only counts.
    said = printable(lines[0], 300).rstrip(".") if lines else "ssh does not say why"
    return SessionError(
        Reason.CREDENTIAL,
        f"The SSH configuration cannot be read: {said}.",
        hint="“ssh -G HOST” says the same; correct the file, or its owner and permissions.",
    )


def _too_slow(deadline_s: float) -> SessionError:
    return SessionError(
        Reason.CREDENTIAL,
        f"The SSH configuration was not read within {deadline_s:.0f} s.",
        hint="A “Match exec” in it may hang, or a name that it looks up. Try “ssh -G HOST”.",
    )
