"""Asking the collector for something."""

from collections.abc import Iterator

import pytest

from monitor_gui.hosts.patience import Patience, impatience, refusal
from monitor_gui.hosts.poller_request import PollerRequest
from storage.database import Database
from storage.errors import WatchpostError
from storage.poller_lock import PollerLock
from storage.requests import (
    Request,
    RequestKind,
    RequestState,
    add_progress,
    claim_request,
    finish_request,
    read_request,
)
from tests.monitor_gui.hosts.bench import Bench

NOW = 1_772_366_400_000


class Told:
    """What a request has told."""

    def __init__(self, request: PollerRequest) -> None:
        self.request = request
        self.progress: list[object] = []
        self.answers: list[object] = []
        self.failures: list[WatchpostError] = []
        request.progressed.connect(self.progress.append)
        request.answered.connect(self.answers.append)
        request.failed.connect(self.failures.append)

    @property
    def is_over(self) -> bool:
        return bool(self.answers or self.failures)


@pytest.fixture
def lock(database: Database) -> Iterator[PollerLock]:
    """A collector that lives and does nothing."""
    with PollerLock(database.url) as held:
        yield held


def asked(bench: Bench, patience: Patience | None = None) -> Told:
    told = Told(
        PollerRequest(bench.workspace, RequestKind.TEST_CONNECTION, {"host_id": 1}, bench.window, patience=patience)
    )
    told.request.start()
    return told


def row(bench: Bench, request_id: int = 1) -> Request:
    with bench.database.reading() as connection:
        return read_request(connection, request_id)


def test_progress_and_the_answer_come_as_they_are_written(bench: Bench, lock: PollerLock) -> None:
    told = asked(bench)
    bench.wait(bench.pending)
    assert bench.pending()[0].payload == {"host_id": 1}
    with bench.database.writing() as connection:
        claim_request(connection, 1)
        add_progress(connection, 1, {"step": "name"})
    bench.wait(lambda: ({"step": "name"},) in told.progress)
    with bench.database.writing() as connection:
        finish_request(connection, 1, RequestState.DONE, {"ok": True}, NOW)
    bench.wait(lambda: told.is_over)
    assert told.answers == [{"ok": True}]
    assert told.request.is_over
    assert told.failures == []


@pytest.mark.usefixtures("nobody_comes")
def test_without_a_collector_nothing_is_left_in_the_database(bench: Bench) -> None:
    told = asked(bench)
    bench.wait(lambda: told.is_over)
    assert "No collector is running" in told.failures[0].message
    assert told.failures[0].hint
    bench.wait(lambda: not bench.pending())


def test_a_collector_that_takes_nothing_on_is_given_up_and_the_request_withdrawn(
    bench: Bench, lock: PollerLock
) -> None:
    told = asked(bench, Patience(claim_s=0.1))
    bench.wait(lambda: told.is_over)
    assert "has not answered" in told.failures[0].message
    bench.settle()
    assert row(bench).result == {"reason": "cancelled"}


def test_a_collector_that_ends_meanwhile_is_told(bench: Bench) -> None:
    with PollerLock(bench.database.url):
        told = asked(bench)
        bench.wait(bench.pending)
        bench.wait(lambda: told.request._was_polled)
    bench.wait(lambda: told.is_over)
    assert "ended before it had answered" in told.failures[0].message


def test_a_cancelled_request_is_withdrawn_and_tells_nothing(bench: Bench, lock: PollerLock) -> None:
    told = asked(bench)
    bench.wait(bench.pending)
    bench.settle()
    told.request.cancel()
    told.request.cancel()
    bench.settle()
    assert row(bench).result == {"reason": "cancelled"}
    assert not told.is_over


def test_one_that_is_cancelled_before_it_was_written_is_withdrawn_too(bench: Bench, lock: PollerLock) -> None:
    told = asked(bench)
    told.request.cancel()
    bench.wait(lambda: bench.workspace.errands.is_idle and row(bench).result == {"reason": "cancelled"})
    assert not told.is_over


def test_who_asked_may_be_gone(bench: Bench, lock: PollerLock) -> None:
    told = asked(bench)
    told.request.deleteLater()
    bench.wait(lambda: bench.workspace.errands.is_idle and row(bench).result == {"reason": "cancelled"})


def test_a_database_that_is_away_for_a_moment_is_waited_for(
    bench: Bench, lock: PollerLock, monkeypatch: pytest.MonkeyPatch
) -> None:
    failures = iter([True, True])

    def read(connection: object, request_id: int) -> Request:
        if next(failures, False):
            raise WatchpostError("away")
        return read_request(connection, request_id)  # type: ignore[arg-type]

    monkeypatch.setattr("monitor_gui.hosts.poller_request.read_request", read)
    told = asked(bench)
    bench.wait(lambda: told.progress)
    assert not told.is_over


def test_a_database_that_stays_away_is_told(bench: Bench, lock: PollerLock, monkeypatch: pytest.MonkeyPatch) -> None:
    def read(connection: object, request_id: int) -> Request:
        raise WatchpostError("away")

    monkeypatch.setattr("monitor_gui.hosts.poller_request.read_request", read)
    told = asked(bench, Patience(answer_s=0.1))
    bench.wait(lambda: told.is_over)
    assert told.failures[0].message == "away"


def request(state: RequestState, result: dict[str, object] | None = None) -> Request:
    return Request(1, RequestKind.SCAN_HOST_KEY, {}, state, (), result, NOW, None)


@pytest.mark.parametrize(
    ("state", "waited_s", "words"),
    [
        (RequestState.PENDING, 15.0, ""),
        (RequestState.PENDING, 15.1, "has not answered for 15 s"),
        (RequestState.RUNNING, 75.0, ""),
        (RequestState.RUNNING, 75.1, "has not answered for 75 s"),
    ],
)
def test_patience_ends_sooner_while_nobody_has_taken_it_on(state: RequestState, waited_s: float, words: str) -> None:
    reason = impatience(request(state), waited_s, Patience(), is_polled=True)
    assert words in (reason.message if reason else "")
    assert bool(reason) is bool(words)


def test_a_poller_that_is_just_being_started_is_waited_for() -> None:
    waiting = request(RequestState.PENDING)
    assert impatience(waiting, 5.0, Patience(), is_polled=False) is None
    late = impatience(waiting, 9.0, Patience(), is_polled=False)
    assert late is not None
    assert "No collector is running" in late.message


@pytest.mark.parametrize(
    ("result", "kind", "message"),
    [
        ({"kind": "dns", "message": "no such name", "hint": "spell it"}, "dns", "no such name"),
        ({"reason": "expired"}, "poller_silent", "No collector took the request on."),
        ({}, "error", "The collector could not do it, and did not say why."),
        (None, "error", "The collector could not do it, and did not say why."),
    ],
)
def test_a_refusal_is_told_in_the_collectors_words(result: dict[str, object] | None, kind: str, message: str) -> None:
    error = refusal(request(RequestState.FAILED, result))
    assert (error.kind, error.message) == (kind, message)
