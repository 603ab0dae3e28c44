import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from storage.connection_step import Step
from storage.database import Database
from storage.errors import WatchpostError
from storage.host import Host, NewHost, Transport
from storage.hosts import add_host
from storage.poller_lock import PollerLock
from storage.requests import (
    Request,
    RequestKind,
    RequestState,
    add_progress,
    claim_request,
    finish_request,
    pending_requests,
)
from storage.secret_keeper import KeyringChoice, SecretKeeper
from storage.utc import now_ms
from tests.eventually import eventually
from tests.no_secrets import NoSecrets
from tests.real_sshd import RealSshd
from watchpost.remote_actions import AskPoller, FromHere, PollerSilentError, remote_actions

SOON = {RequestKind.TEST_CONNECTION: 0.3, RequestKind.SCAN_HOST_KEY: 0.3}


@pytest.fixture
def host(database: Database) -> Host:
    with database.writing() as connection:
        return add_host(connection, NewHost(name="here", transport=Transport.LOCAL), 0)


def no_keeper() -> SecretKeeper:
    return SecretKeeper(KeyringChoice.SYSTEM, NoSecrets())


@contextmanager
def answering(database: Database, answer: Callable[[Request], None]) -> Iterator[None]:
    """Holds the poller's lock and has every request answered, as a poller does, from another thread."""
    over = threading.Event()

    def work() -> None:
        while not over.wait(0.01):
            with database.reading() as connection:
                waiting = pending_requests(connection)
            for request in waiting:
                with database.writing() as connection:
                    claim_request(connection, request.id)
                answer(request)

    with PollerLock(database.url):
        thread = threading.Thread(target=work)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()


def finishing(database: Database, state: RequestState, result: dict[str, Any]) -> Callable[[Request], None]:
    def answer(request: Request) -> None:
        with database.writing() as connection:
            add_progress(connection, request.id, {"step": "python"})
            add_progress(connection, request.id, {"step": "a step of a later version"})
            finish_request(connection, request.id, state, result, now_ms())

    return answer


def test_without_a_poller_it_is_done_from_here(database: Database, host: Host) -> None:
    actions = remote_actions(database, no_keeper)
    assert isinstance(actions, FromHere)
    ticked: list[Step] = []
    outcome = actions.test(host, ticked.append)
    assert outcome.ok
    assert ticked == [Step.PYTHON, Step.FIRST_READING]
    assert outcome.inventory


def test_with_a_poller_it_is_asked_and_nobody_needs_a_secret(database: Database) -> None:
    def never() -> SecretKeeper:
        raise AssertionError("no passphrase is to be asked for")

    with PollerLock(database.url):
        assert isinstance(remote_actions(database, never), AskPoller)


def test_each_step_is_told_once_and_those_that_were_missed_at_the_end(database: Database, host: Host) -> None:
    steps = [{"step": step, "ok": True, "detail": ""} for step in ("python", "first_reading")]
    ticked: list[Step] = []
    with answering(database, finishing(database, RequestState.DONE, {"ok": True, "steps": steps, "new": 1})):
        outcome = AskPoller(database).test(host, ticked.append)
    assert outcome.ok
    assert ticked == [Step.PYTHON, Step.FIRST_READING]


def test_what_the_poller_could_not_do_comes_back_as_its_error(database: Database, host: Host) -> None:
    said = {"kind": "dns", "message": "no such name", "hint": "spell it"}
    with answering(database, finishing(database, RequestState.FAILED, said)), pytest.raises(WatchpostError) as caught:
        AskPoller(database).scan_host_key(host)
    assert (caught.value.kind, caught.value.message, caught.value.hint) == ("dns", "no such name", "spell it")


@pytest.mark.parametrize(
    ("state", "result"),
    [
        (RequestState.DONE, {}),
        (RequestState.DONE, {"host_key": {"address": 7}}),
        (RequestState.FAILED, {"reason": "expired"}),
        (RequestState.FAILED, {}),
    ],
)
def test_an_answer_that_cannot_be_read_is_a_clear_text(
    database: Database, host: Host, state: RequestState, result: dict[str, Any]
) -> None:
    with answering(database, finishing(database, state, result)), pytest.raises(WatchpostError) as caught:
        AskPoller(database).scan_host_key(host)
    assert "poller" in caught.value.message.lower()


def test_a_poller_that_takes_nothing_on_is_given_up(database: Database, host: Host) -> None:
    with PollerLock(database.url), pytest.raises(PollerSilentError, match="has not answered") as caught:
        AskPoller(database, deadline_s=SOON).test(host, lambda _: None)
    assert "watchpost doctor" in caught.value.hint


def test_a_poller_that_never_finishes_is_given_up(database: Database, host: Host) -> None:
    with answering(database, lambda _: None), pytest.raises(PollerSilentError, match="has not answered"):
        AskPoller(database, deadline_s=SOON).test(host, lambda _: None)


def test_a_poller_that_ends_meanwhile_is_told(database: Database, host: Host) -> None:
    lock = PollerLock(database.url)
    lock.acquire()
    caught: list[WatchpostError] = []

    def ask() -> None:
        try:
            AskPoller(database).test(host, lambda _: None)
        except WatchpostError as error:
            caught.append(error)

    thread = threading.Thread(target=ask)
    thread.start()

    def is_asked() -> bool:
        with database.reading() as connection:
            return bool(pending_requests(connection))

    eventually(is_asked)
    lock.release()
    thread.join(30)
    assert "ended before it had answered" in caught[0].message


def test_a_key_is_looked_at_from_here(database: Database, sshd: RealSshd) -> None:
    with database.writing() as connection:
        host = add_host(connection, NewHost(name="web", address=sshd.address, port=sshd.port), 0)
    key = remote_actions(database, no_keeper).scan_host_key(host)
    assert key.fingerprint == sshd.host_key().fingerprint
