"""What the poller says about a connection: its steps so far, and its verdict. Pure."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any, TypeVar

import msgspec

from storage.connection_step import Step
from storage.errors import WatchpostError
from storage.host_keys import HostKey
from storage.reason import Reason
from storage.translation import N_, _

LOCAL_STEPS = (Step.PYTHON, Step.FIRST_READING)
"""This machine is read without SSH."""

_TEXTS: Mapping[Step, str] = {
    Step.NAME: N_("Find the address"),
    Step.TCP: N_("Connect"),
    Step.HOST_KEY: N_("Check the host key"),
    Step.LOGIN: N_("Log in"),
    Step.PYTHON: N_("Start the probe"),
    Step.FIRST_READING: N_("First reading"),
}


def step_text(step: Step) -> str:
    """A step as an entry of a list."""
    return _(_TEXTS[step])


class Mark(StrEnum):
    """How far a step has come."""

    WAITING = "waiting"
    RUNNING = "running"
    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"
    """Not reached: an earlier one failed, or the test was stopped."""


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """How a connection test came out.

    Attributes:
        ok: the first reading came.
        reason: a `Reason`; None when it is ok, or for one of a later version.
        message: one sentence; empty when it is ok.
        hint: what to do about it.
        detail: the host's last words.
        host_key: the key that the host presented, where that is what has to be decided.
        trusted_keys: those that a changed key is not among.
        trusted_from: who vouched for the key during the test; None where nobody had to.
        steps: those that passed, and last the one that did not.
        inventory: what the host said of itself.
    """

    ok: bool
    steps: tuple[dict[str, Any], ...] = ()
    reason: str | None = None
    message: str = ""
    hint: str = ""
    detail: str = ""
    host_key: HostKey | None = None
    trusted_keys: tuple[HostKey, ...] = ()
    trusted_from: str | None = None
    inventory: dict[str, Any] | None = None

    @property
    def known_reason(self) -> Reason | None:
        """The reason as one that has texts here."""
        return Reason(self.reason) if self.reason in set(Reason) else None

    @property
    def passed(self) -> tuple[Step, ...]:
        """The steps that passed, those of a later version left out."""
        return steps_in(step for step in self.steps if step.get("ok"))


def read_verdict(answer: Mapping[str, Any]) -> Verdict:
    """The verdict in a poller's answer. Raises WatchpostError when it is none."""
    return converted(answer, Verdict)


def read_key(answer: Mapping[str, Any]) -> tuple[HostKey, tuple[HostKey, ...]]:
    """The key that a host presents, and those trusted so far. Raises WatchpostError."""
    read = converted(answer, _Scanned)
    return read.host_key, read.trusted_keys


class _Scanned(msgspec.Struct):
    host_key: HostKey
    trusted_keys: tuple[HostKey, ...] = ()


class AnswerError(WatchpostError):
    """The collector's answer cannot be read."""

    kind = "poller_answer"


Wanted = TypeVar("Wanted")


def converted(answer: Mapping[str, Any], kind: type[Wanted]) -> Wanted:
    """The answer as what it should be. Raises AnswerError."""
    try:
        return msgspec.convert(answer, kind)
    except msgspec.ValidationError as error:
        raise AnswerError(
            _("The collector's answer cannot be read."),
            hint=_("Is it of another version? Restart it, so that it is the same as this window."),
        ) from error


def steps_in(progress: Iterable[Mapping[str, Any]]) -> tuple[Step, ...]:
    """The steps that a request's progress tells of, each once."""
    known = {step.value: step for step in Step}
    names = (str(item.get("step")) for item in progress)
    return tuple(dict.fromkeys(known[name] for name in names if name in known))


def marks(steps: Iterable[Step], passed: Iterable[Step], *, running: bool, failed: bool) -> dict[Step, Mark]:
    """How far each step has come.

    Args:
        steps: all that this test has.
        passed: those that passed.
        running: the test is still on: the next one runs.
        failed: the test has ended badly: the next one is where.
    """
    done = set(passed)
    result: dict[Step, Mark] = {}
    reached = False
    for step in steps:
        if step in done and not reached:
            result[step] = Mark.PASSED
        elif not reached:
            reached = True
            result[step] = Mark.RUNNING if running else Mark.FAILED if failed else Mark.WAITING
        else:
            result[step] = Mark.SKIPPED if failed else Mark.WAITING
    return result
