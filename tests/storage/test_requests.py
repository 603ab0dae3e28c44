from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Connection

from storage.database import Database
from storage.errors import InvalidInputError, NotFoundError
from storage.requests import (
    KEPT_S,
    PENDING_LIMIT_S,
    RUNNING_LIMIT_S,
    STEPS_LIMIT,
    RequestKind,
    RequestState,
    add_progress,
    cancel_request,
    claim_request,
    create_request,
    expire_requests,
    finish_request,
    is_running,
    pending_requests,
    read_request,
)
from storage.schema import requests

NOON = 1_772_366_400_000


@pytest.fixture
def connection(database: Database) -> Iterator[Connection]:
    with database.writing() as opened:
        yield opened


def ask(connection: Connection, **payload: object) -> int:
    return create_request(connection, RequestKind.TEST_CONNECTION, payload or {"host": "db1"}, NOON)


def state(connection: Connection, request_id: int) -> RequestState:
    return read_request(connection, request_id).state


def test_a_request_goes_from_pending_over_running_to_done(connection: Connection) -> None:
    asked = ask(connection, host="db1")
    assert [request.id for request in pending_requests(connection)] == [asked]
    assert claim_request(connection, asked)
    assert pending_requests(connection) == []
    assert add_progress(connection, asked, {"step": "name", "ok": True})
    assert add_progress(connection, asked, {"step": "tcp", "ok": True})
    assert read_request(connection, asked).result is None
    assert finish_request(connection, asked, RequestState.DONE, {"ok": True}, NOON + 5_000)
    answered = read_request(connection, asked)
    assert answered.kind is RequestKind.TEST_CONNECTION
    assert answered.payload == {"host": "db1"}
    assert answered.state is RequestState.DONE
    assert answered.progress == ({"step": "name", "ok": True}, {"step": "tcp", "ok": True})
    assert answered.result == {"ok": True}
    assert (answered.created_at, answered.finished_at) == (NOON, NOON + 5_000)


def test_only_one_poller_gets_a_request(connection: Connection) -> None:
    asked = ask(connection)
    assert claim_request(connection, asked)
    assert not claim_request(connection, asked)


def test_requests_wait_in_the_order_they_came_in(connection: Connection) -> None:
    asked = [ask(connection) for _ in range(3)]
    assert [request.id for request in pending_requests(connection)] == asked


def test_nothing_can_be_added_before_the_claim_or_after_the_end(connection: Connection) -> None:
    asked = ask(connection)
    assert not add_progress(connection, asked, {"step": "name"})
    assert not finish_request(connection, asked, RequestState.DONE, {}, NOON)
    claim_request(connection, asked)
    assert finish_request(connection, asked, RequestState.FAILED, {"reason": "dns"}, NOON)
    assert not add_progress(connection, asked, {"step": "name"})
    assert not finish_request(connection, asked, RequestState.DONE, {}, NOON)
    assert read_request(connection, asked).result == {"reason": "dns"}


def test_an_end_that_is_none_is_a_mistake_of_the_program(connection: Connection) -> None:
    asked = ask(connection)
    claim_request(connection, asked)
    with pytest.raises(ValueError, match="not the end"):
        finish_request(connection, asked, RequestState.PENDING, {}, NOON)


@pytest.mark.parametrize(
    "payload",
    [
        {"password": "hunter2"},
        {"host": {"Passphrase": "hunter2"}},
        {"steps": [{"api_token": "hunter2"}]},
        {"client_secret": "hunter2"},
    ],
)
def test_a_payload_with_a_secret_is_refused_and_the_secret_not_repeated(
    connection: Connection, payload: dict[str, Any]
) -> None:
    with pytest.raises(InvalidInputError, match="secret") as caught:
        create_request(connection, RequestKind.TEST_CONNECTION, payload, NOON)
    assert "hunter2" not in caught.value.message + caught.value.hint
    assert pending_requests(connection) == []


def test_a_field_for_a_secret_may_be_there_when_it_is_empty(connection: Connection) -> None:
    assert ask(connection, credential="ops", password=None)


@pytest.mark.parametrize("payload", [{"x": "x" * 70_000}, {"x": object()}, {"x": "\ud800"}])
def test_a_payload_without_measure_or_form_is_refused(connection: Connection, payload: dict[str, Any]) -> None:
    with pytest.raises(InvalidInputError):
        create_request(connection, RequestKind.SCAN_HOST_KEY, payload, NOON)


def test_progress_is_bounded(connection: Connection) -> None:
    asked = ask(connection)
    claim_request(connection, asked)
    assert all(add_progress(connection, asked, {"n": n}) for n in range(STEPS_LIMIT))
    assert not add_progress(connection, asked, {"n": "one too many"})
    with pytest.raises(InvalidInputError):
        add_progress(connection, asked, {"x": "x" * 70_000})


def test_what_nobody_claims_within_a_minute_fails(connection: Connection) -> None:
    asked = ask(connection)
    assert expire_requests(connection, NOON + PENDING_LIMIT_S * 1000) == 0
    assert expire_requests(connection, NOON + PENDING_LIMIT_S * 1000 + 1) == 1
    assert state(connection, asked) is RequestState.FAILED
    assert read_request(connection, asked).result == {"reason": "expired"}
    assert not claim_request(connection, asked)


def test_what_a_dead_poller_had_claimed_fails_in_the_end(connection: Connection) -> None:
    asked = ask(connection)
    claim_request(connection, asked)
    assert expire_requests(connection, NOON + RUNNING_LIMIT_S * 1000) == 0
    assert expire_requests(connection, NOON + RUNNING_LIMIT_S * 1000 + 1) == 1
    assert not finish_request(connection, asked, RequestState.DONE, {}, NOON)


def test_a_request_that_nobody_waits_for_is_withdrawn_at_any_stage_before_its_end(connection: Connection) -> None:
    waiting, running, ended = (ask(connection) for _ in range(3))
    claim_request(connection, running)
    claim_request(connection, ended)
    finish_request(connection, ended, RequestState.DONE, {"ok": True}, NOON)
    assert is_running(connection, running)
    assert cancel_request(connection, waiting, NOON)
    assert cancel_request(connection, running, NOON)
    assert not cancel_request(connection, ended, NOON)
    assert not is_running(connection, running)
    assert not claim_request(connection, waiting)
    assert not finish_request(connection, running, RequestState.DONE, {}, NOON)
    assert read_request(connection, running).result == {"reason": "cancelled"}
    assert read_request(connection, ended).result == {"ok": True}
    assert not is_running(connection, 4711)


def test_answers_are_kept_for_a_day_and_ids_never_used_twice(connection: Connection) -> None:
    asked = ask(connection)
    claim_request(connection, asked)
    finish_request(connection, asked, RequestState.DONE, {}, NOON)
    expire_requests(connection, NOON + KEPT_S * 1000)
    assert state(connection, asked) is RequestState.DONE
    expire_requests(connection, NOON + KEPT_S * 1000 + 1)
    with pytest.raises(NotFoundError):
        read_request(connection, asked)
    assert ask(connection) > asked


def test_a_kind_of_a_later_release_is_left_to_its_poller(connection: Connection) -> None:
    row = {"kind": "send_test_message", "payload": {}, "state": "pending", "progress": [], "created_at": NOON}
    connection.execute(requests.insert().values(row))
    assert pending_requests(connection) == []
