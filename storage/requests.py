"""What must happen where the poller is: a row that a person's program writes and the poller answers.

A request is pending, then claimed and running, then done or failed; one that waits or runs for too long fails.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, and_, or_, select, update

from storage.errors import InvalidInputError, NotFoundError
from storage.schema import requests

PENDING_LIMIT_S = 60
"""A poller looks twice a second; what nobody has claimed by then has no poller."""
RUNNING_LIMIT_S = 600
KEPT_S = 86_400
PAYLOAD_LIMIT = 65_536
"""Bytes of JSON in a payload, a step or a result."""
STEPS_LIMIT = 200

_SECRET = re.compile(r"passw|passphrase|secret|token|private_key", re.IGNORECASE)


class RequestKind(StrEnum):
    """What can be asked for."""

    TEST_CONNECTION = "test_connection"
    SCAN_HOST_KEY = "scan_host_key"
    TRUST_HOST_KEY = "trust_host_key"
    RETRY_HOSTS = "retry_hosts"


class RequestState(StrEnum):
    """How far a request has come."""

    PENDING = "pending"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


FINISHED = frozenset({RequestState.DONE, RequestState.FAILED})


@dataclass(frozen=True, slots=True)
class Request:
    """One request.

    Attributes:
        id: never used twice.
        kind: what is asked for.
        payload: the particulars; never a secret.
        state: how far it has come.
        progress: what has been done so far, step by step.
        result: the answer; None before the end.
        created_at: UTC milliseconds.
        finished_at: UTC milliseconds; None before the end.
    """

    id: int
    kind: RequestKind
    payload: dict[str, Any]
    state: RequestState
    progress: tuple[dict[str, Any], ...]
    result: dict[str, Any] | None
    created_at: int
    finished_at: int | None


def create_request(connection: Connection, kind: RequestKind, payload: Mapping[str, Any], now_ms: int) -> int:
    """Asks for something and returns the request's id.

    Raises:
        InvalidInputError: the payload is too large, no JSON, or has a field that is named like a secret.
    """
    _check_size(payload)
    _refuse_secrets(payload)
    values: dict[str, Any] = {
        "kind": kind.value,
        "payload": dict(payload),
        "state": RequestState.PENDING.value,
        "progress": [],
        "created_at": now_ms,
    }
    return int(connection.execute(requests.insert().values(values).returning(requests.c.id)).scalar_one())


def read_request(connection: Connection, request_id: int) -> Request:
    """One request. Raises NotFoundError when it never was or was deleted a day after its end."""
    row = connection.execute(select(requests).where(requests.c.id == request_id)).one_or_none()
    if row is None:
        raise NotFoundError(f"There is no request {request_id}.")
    return _request(row)


def pending_requests(connection: Connection) -> list[Request]:
    """What waits for a poller, the oldest first. Kinds that this program does not know are left out."""
    query = select(requests).where(
        requests.c.state == RequestState.PENDING.value, requests.c.kind.in_([kind.value for kind in RequestKind])
    )
    return [_request(row) for row in connection.execute(query.order_by(requests.c.id))]


def claim_request(connection: Connection, request_id: int) -> bool:
    """Takes a pending request on; False when another was faster or it has expired."""
    return _advance(connection, request_id, {RequestState.PENDING}, {"state": RequestState.RUNNING.value})


def add_progress(connection: Connection, request_id: int, step: Mapping[str, Any]) -> bool:
    """Adds a step to a running request; False when it is not running or has too many of them already.

    Raises:
        InvalidInputError: the step is too large or no JSON.
    """
    _check_size(step)
    running = requests.c.state == RequestState.RUNNING.value
    steps = connection.scalar(select(requests.c.progress).where(requests.c.id == request_id, running))
    if steps is None or len(steps) >= STEPS_LIMIT:
        return False
    return _advance(connection, request_id, {RequestState.RUNNING}, {"progress": [*steps, dict(step)]})


def finish_request(
    connection: Connection, request_id: int, state: RequestState, result: Mapping[str, Any], now_ms: int
) -> bool:
    """Ends a running request as done or failed; False when it is not running, as after it has expired.

    Raises:
        ValueError: `state` is not an end.
        InvalidInputError: the result is too large or no JSON.
    """
    if state not in FINISHED:
        raise ValueError(f"{state} is not the end of a request")
    _check_size(result)
    values = {"state": state.value, "result": dict(result), "finished_at": now_ms}
    return _advance(connection, request_id, {RequestState.RUNNING}, values)


def cancel_request(connection: Connection, request_id: int, now_ms: int) -> bool:
    """Withdraws a request that nobody waits for any longer; False when it has ended already.

    A poller that is at it gives it up soon, and writes no answer.
    """
    values = {"state": RequestState.FAILED.value, "result": {"reason": "cancelled"}, "finished_at": now_ms}
    return _advance(connection, request_id, {RequestState.PENDING, RequestState.RUNNING}, values)


def is_running(connection: Connection, request_id: int) -> bool:
    """Whether somebody has taken the request on and still waits for its answer."""
    state = connection.scalar(select(requests.c.state).where(requests.c.id == request_id))
    return state == RequestState.RUNNING.value


def expire_requests(connection: Connection, now_ms: int) -> int:
    """Fails what has waited or run for too long, deletes what ended a day ago; returns how many failed."""
    overdue = or_(
        and_(requests.c.state == RequestState.PENDING.value, requests.c.created_at < now_ms - PENDING_LIMIT_S * 1000),
        and_(requests.c.state == RequestState.RUNNING.value, requests.c.created_at < now_ms - RUNNING_LIMIT_S * 1000),
    )
    values = {"state": RequestState.FAILED.value, "result": {"reason": "expired"}, "finished_at": now_ms}
    expired = connection.execute(update(requests).where(overdue).values(values)).rowcount
    connection.execute(requests.delete().where(requests.c.finished_at < now_ms - KEPT_S * 1000))
    return expired


def _advance(connection: Connection, request_id: int, expected: set[RequestState], values: Mapping[str, Any]) -> bool:
    """Changes a request if it is in one of the expected states; in one statement, so that only one claim succeeds."""
    states = [state.value for state in expected]
    statement = update(requests).where(requests.c.id == request_id, requests.c.state.in_(states)).values(**values)
    return connection.execute(statement).rowcount == 1


def _check_size(content: Mapping[str, Any]) -> None:
    try:
        size = len(msgspec.json.encode(content))
    except (TypeError, ValueError) as error:
        raise InvalidInputError(f"The request cannot be written as JSON: {error}.") from error
    if size > PAYLOAD_LIMIT:
        raise InvalidInputError(f"The request takes {size} bytes, over the limit of {PAYLOAD_LIMIT}.")


def _refuse_secrets(content: object) -> None:
    """Everybody who can read the database reads payloads."""
    if isinstance(content, Mapping):
        for name, value in content.items():
            if _SECRET.search(str(name)) and value is not None:
                raise InvalidInputError(
                    f"A request must not carry a secret, and “{name}” looks like one.",
                    hint="Store it as a credential and name the credential.",
                )
            _refuse_secrets(value)
    elif isinstance(content, list | tuple):
        for value in content:
            _refuse_secrets(value)


def _request(row: Row[Any]) -> Request:
    return Request(
        id=row.id,
        kind=RequestKind(row.kind),
        payload=row.payload,
        state=RequestState(row.state),
        progress=tuple(row.progress),
        result=row.result,
        created_at=row.created_at,
        finished_at=row.finished_at,
    )
