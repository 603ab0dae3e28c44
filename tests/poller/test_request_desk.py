"""What people ask of the poller."""

import asyncio
import time
from collections.abc import AsyncIterator

import pytest

from poller.connector import Connector
from poller.request_desk import RequestDesk
from storage.database import Database
from storage.host import Host, NewHost, Transport
from storage.host_keys import KeySource, trust_host_key
from storage.hosts import add_host
from storage.requests import FINISHED, Request, RequestKind, RequestState, create_request, read_request
from storage.secret_keeper import KeyringChoice, SecretKeeper
from tests.no_secrets import NoSecrets
from tests.real_sshd import RealSshd, current_user


class Asked:
    """A desk, and who asks it."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.proven: list[int] = []
        keeper = SecretKeeper(KeyringChoice.SYSTEM, NoSecrets())
        self.desk = RequestDesk(database, Connector(database, keeper), self.proven.append)

    def add(self, host: NewHost) -> Host:
        with self.database.writing() as connection:
            return add_host(connection, host, 0)

    async def answer(self, kind: RequestKind, host_id: int) -> Request:
        """Asks and waits for the end."""
        with self.database.writing() as connection:
            request_id = create_request(connection, kind, {"host_id": host_id}, int(time.time() * 1000))
        await self.desk.answer_pending()
        async with asyncio.timeout(60):
            while True:
                with self.database.reading() as connection:
                    request = read_request(connection, request_id)
                if request.state in FINISHED:
                    return request
                await asyncio.sleep(0.02)


@pytest.fixture
async def asked(database: Database) -> AsyncIterator[Asked]:
    asked = Asked(database)
    yield asked
    await asked.desk.end()


def over_ssh(sshd: RealSshd) -> NewHost:
    return NewHost(
        name="web",
        address=sshd.address,
        port=sshd.port,
        username=current_user(),
        identity_file=str(sshd.identity),
    )


async def test_a_connection_test_tells_every_step_and_that_the_host_is_proven(asked: Asked, sshd: RealSshd) -> None:
    host = asked.add(over_ssh(sshd))
    with asked.database.writing() as connection:
        trust_host_key(connection, sshd.host_key(), KeySource.PERSON, 0, replace=False)
    request = await asked.answer(RequestKind.TEST_CONNECTION, host.id)
    assert request.state is RequestState.DONE
    assert request.result is not None
    assert request.result["ok"] is True
    steps = ["name", "tcp", "host_key", "login", "python", "first_reading"]
    assert [step["step"] for step in request.progress] == steps
    assert [step["step"] for step in request.result["steps"]] == steps
    assert asked.proven == [host.id]


async def test_a_failed_test_is_an_answer_with_reason_hint_and_the_key_to_decide_on(
    asked: Asked, sshd: RealSshd
) -> None:
    host = asked.add(over_ssh(sshd))
    request = await asked.answer(RequestKind.TEST_CONNECTION, host.id)
    assert request.state is RequestState.DONE
    assert request.result is not None
    assert request.result["ok"] is False
    assert request.result["reason"] == "host_key_unknown"
    assert request.result["host_key"]["fingerprint"] == sshd.host_key().fingerprint
    assert request.result["hint"]
    assert asked.proven == []


async def test_a_scan_shows_the_key_without_trusting_it(asked: Asked, sshd: RealSshd) -> None:
    host = asked.add(over_ssh(sshd))
    request = await asked.answer(RequestKind.SCAN_HOST_KEY, host.id)
    assert request.result is not None
    assert request.result["host_key"]["public_key"] == sshd.host_key().public_key
    again = await asked.answer(RequestKind.TEST_CONNECTION, host.id)
    assert again.result is not None
    assert again.result["reason"] == "host_key_unknown"


async def test_a_scan_of_a_host_that_is_down_fails_with_its_reason(asked: Asked) -> None:
    host = asked.add(NewHost(name="down", address="127.0.0.1", port=1))
    request = await asked.answer(RequestKind.SCAN_HOST_KEY, host.id)
    assert request.state is RequestState.FAILED
    assert request.result is not None
    assert request.result["kind"] == "refused"


@pytest.mark.parametrize("kind", [RequestKind.TEST_CONNECTION, RequestKind.SCAN_HOST_KEY])
async def test_a_request_about_a_host_that_is_gone_is_answered_too(asked: Asked, kind: RequestKind) -> None:
    request = await asked.answer(kind, 4711)
    assert request.state is RequestState.FAILED
    assert request.result is not None
    assert request.result["kind"] == "not_found"


async def test_this_machine_has_no_host_key_to_scan(asked: Asked) -> None:
    host = asked.add(NewHost(name="this", transport=Transport.LOCAL))
    request = await asked.answer(RequestKind.SCAN_HOST_KEY, host.id)
    assert request.result is not None
    assert request.result["kind"] == "invalid_input"
