"""Tests a connection and looks at a host key: by the poller where one runs, else from here. One interface for both."""

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from typing import Any, Protocol, TypeVar

import msgspec

from poller.connector import Connector, ssh_target
from poller.failure import SessionError
from poller.host_requests import try_host, verdict_answer
from poller.ssh.host_key_policy import scan
from storage.connection_step import Step
from storage.database import Database
from storage.errors import WatchpostError
from storage.host import Host
from storage.host_keys import HostKey
from storage.poller_lock import poller_is_running
from storage.reason import Reason
from storage.requests import FINISHED, Request, RequestKind, RequestState, create_request, read_request
from storage.secret_keeper import SecretKeeper
from storage.utc import now_ms

TEST_DEADLINE_S = 75.0
SCAN_DEADLINE_S = 45.0
CLAIM_DEADLINE_S = 15.0
"""A poller looks twice a second; one that has not taken a request on by then is stuck."""
_PAUSE_S = 0.1

Answer = TypeVar("Answer")


class StepOutcome(msgspec.Struct, frozen=True):
    """One step of a test; the detail is empty for one that passed."""

    step: Step
    ok: bool
    detail: str = ""


class TestOutcome(msgspec.Struct, frozen=True, kw_only=True):
    """How a connection test came out, wherever it was made.

    Attributes:
        ok: the first reading came.
        steps: those that passed, and last the one that did not.
        reason: None when it is ok.
        message: one sentence; empty when it is ok.
        hint: what to do about it.
        detail: the host's last words, cleaned.
        inventory: what the host said of itself.
    """

    __test__ = False  # pytest takes every class of such a name for tests

    ok: bool
    steps: tuple[StepOutcome, ...] = ()
    reason: Reason | None = None
    message: str = ""
    hint: str = ""
    detail: str = ""
    inventory: dict[str, Any] | None = None

    def error(self) -> SessionError:
        """The failure of a test that is not ok."""
        return SessionError(self.reason or Reason.PROTOCOL, self.message, hint=self.hint, detail=self.detail)


OnStep = Callable[[Step], None]


class RemoteActions(Protocol):
    """What must happen where the poller is. Every failure is a WatchpostError."""

    def test(self, host: Host, on_step: OnStep) -> TestOutcome:
        """Tries the connection; `on_step` is called once for each step that passes."""

    def scan_host_key(self, host: Host) -> HostKey:
        """The key that the host presents now; nothing vouches for it."""


class FromHere:
    """Does it in this process."""

    def __init__(self, database: Database, keeper: SecretKeeper) -> None:
        self._connector = Connector(database, keeper)

    def test(self, host: Host, on_step: OnStep) -> TestOutcome:
        """Tries the connection from here."""
        verdict = asyncio.run(try_host(self._connector, host, on_step))
        return _converted(verdict_answer(verdict), TestOutcome)

    def scan_host_key(self, host: Host) -> HostKey:
        """Looks at the key from here."""
        return asyncio.run(scan(ssh_target(host)))


class AskPoller:
    """Leaves a request in the database and waits for the poller's answer."""

    def __init__(self, database: Database, *, deadline_s: Mapping[RequestKind, float] | None = None) -> None:
        self._database = database
        self._deadline_s = deadline_s or {
            RequestKind.TEST_CONNECTION: TEST_DEADLINE_S,
            RequestKind.SCAN_HOST_KEY: SCAN_DEADLINE_S,
        }

    def test(self, host: Host, on_step: OnStep) -> TestOutcome:
        """Has the poller try the connection."""
        told: set[Step] = set()

        def tell(steps: Iterable[Step]) -> None:
            for step in steps:
                if step not in told:
                    told.add(step)
                    on_step(step)

        def follow(request: Request) -> None:
            tell(Step(step["step"]) for step in request.progress if step.get("step") in set(Step))

        outcome = _converted(self._ask(RequestKind.TEST_CONNECTION, host, follow), TestOutcome)
        tell(step.step for step in outcome.steps if step.ok)
        return outcome

    def scan_host_key(self, host: Host) -> HostKey:
        """Has the poller look at the key."""
        answer = self._ask(RequestKind.SCAN_HOST_KEY, host, lambda _: None)
        return _converted(answer.get("host_key"), HostKey)

    def _ask(self, kind: RequestKind, host: Host, follow: Callable[[Request], None]) -> dict[str, Any]:
        with self._database.writing() as connection:
            request_id = create_request(connection, kind, {"host_id": host.id}, now_ms())
        started = time.monotonic()
        while True:
            with self._database.reading() as connection:
                request = read_request(connection, request_id)
            follow(request)
            if request.state in FINISHED:
                return _answer(request)
            self._check_patience(request, time.monotonic() - started, self._deadline_s[kind])
            time.sleep(_PAUSE_S)

    def _check_patience(self, request: Request, waited_s: float, deadline_s: float) -> None:
        if not poller_is_running(self._database.url):
            raise PollerSilentError("The poller ended before it had answered.", hint="Type the command once more.")
        limit_s = min(CLAIM_DEADLINE_S, deadline_s) if request.state is RequestState.PENDING else deadline_s
        if waited_s > limit_s:
            raise PollerSilentError(
                f"The poller has not answered for {waited_s:.0f} s.",
                hint="“watchpost doctor” says how it is; restarting it does no harm to what is stored.",
            )


class PollerSilentError(WatchpostError):
    """The poller was asked and did not answer."""

    kind = "poller_silent"


class PollerAnswerError(WatchpostError):
    """What the poller answered when it could not do what it was asked."""

    def __init__(self, kind: str, message: str, hint: str) -> None:
        super().__init__(message, hint=hint)
        self.kind = kind


def remote_actions(database: Database, keeper: Callable[[], SecretKeeper]) -> RemoteActions:
    """The way that fits now.

    Args:
        database: of the hosts.
        keeper: makes the keeper of secrets; only called where no poller runs, since it may have to ask a person.
    """
    return AskPoller(database) if poller_is_running(database.url) else FromHere(database, keeper())


def outcome_as_json(outcome: TestOutcome) -> dict[str, Any]:
    """A test for scripts."""
    built: dict[str, Any] = msgspec.to_builtins(outcome)
    return built


def key_as_json(key: HostKey) -> dict[str, Any]:
    """A host key for scripts."""
    return asdict(key)


def _converted(answer: object, kind: type[Answer]) -> Answer:
    try:
        return msgspec.convert(answer, kind)
    except msgspec.ValidationError as error:
        raise PollerSilentError(
            f"The poller's answer cannot be read: {error}",
            hint="Is it of another version? Restart it, so that it is the same as this one.",
        ) from error


def _answer(request: Request) -> dict[str, Any]:
    result = request.result or {}
    if request.state is RequestState.DONE:
        return result
    if result.get("reason") == "expired":
        raise PollerSilentError("No poller took the request on.", hint="Type the command once more.")
    kind = str(result.get("kind", "error"))
    message = str(result.get("message", "The poller could not do it, and did not say why."))
    raise PollerAnswerError(kind, message, str(result.get("hint", "")))
