"""What people ask of the poller."""

import asyncio
import socket
import time
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from poller.connector import Connector
from poller.request_desk import RequestDesk
from storage.connection_step import Step
from storage.credentials import add_credential
from storage.database import Database
from storage.host import Host, NewHost, Transport
from storage.host_keys import HostKey, KeySource, fingerprint_of, trust_host_key, trusted_keys
from storage.hosts import add_host, list_hosts
from storage.requests import (
    FINISHED,
    Request,
    RequestKind,
    RequestState,
    cancel_request,
    create_request,
    read_request,
)
from storage.secret_keeper import CredentialKind, KeyringChoice, NewCredential, SecretKeeper
from tests.no_secrets import NoSecrets
from tests.real_sshd import Account, RealSshd, current_user, make_key, read_public_key


class Asked:
    """A desk, and who asks it."""

    def __init__(self, database: Database, keeper: SecretKeeper | None = None) -> None:
        self.database = database
        self.proven: list[int] = []
        keeper = keeper or SecretKeeper(KeyringChoice.SYSTEM, NoSecrets())
        self.desk = RequestDesk(database, Connector(database, keeper), self.proven.append)

    def add(self, host: NewHost) -> Host:
        with self.database.writing() as connection:
            return add_host(connection, host, 0)

    def ask(self, kind: RequestKind, **payload: object) -> int:
        with self.database.writing() as connection:
            return create_request(connection, kind, payload, int(time.time() * 1000))

    def look(self, request_id: int) -> Request:
        with self.database.reading() as connection:
            return read_request(connection, request_id)

    async def ended(self, request_id: int) -> Request:
        """Waits for the end."""
        async with asyncio.timeout(60):
            while (request := self.look(request_id)).state not in FINISHED:
                await asyncio.sleep(0.02)
        return request

    async def answer(self, kind: RequestKind, host_id: int | None = None, **payload: object) -> Request:
        """Asks and waits for the end."""
        request_id = self.ask(kind, **({} if host_id is None else {"host_id": host_id}), **payload)
        await self.desk.answer_pending()
        return await self.ended(request_id)

    async def result(self, kind: RequestKind, host_id: int | None = None, **payload: object) -> dict[str, Any]:
        """What the answer to a request is."""
        request = await self.answer(kind, host_id, **payload)
        assert request.result is not None
        return request.result

    def trusted(self, sshd: RealSshd) -> list[str]:
        with self.database.reading() as connection:
            return [key.fingerprint for key in trusted_keys(connection, sshd.address, sshd.port)]


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


def described(host: NewHost) -> dict[str, object]:
    return {name: value for name, value in asdict(host).items() if value is not None}


def other_key(folder: Path, sshd: RealSshd) -> HostKey:
    """A key that the server does not have."""
    public_key = read_public_key(make_key(folder / "other"))
    return HostKey(sshd.address, sshd.port, "ssh-ed25519", public_key, fingerprint_of(public_key))


def trust(asked: Asked, key: HostKey) -> None:
    with asked.database.writing() as connection:
        trust_host_key(connection, key, KeySource.PERSON, 0, replace=False)


async def test_a_confirmed_key_is_trusted_and_then_the_test_passes(asked: Asked, sshd: RealSshd) -> None:
    host = asked.add(over_ssh(sshd))
    key = sshd.host_key()
    answer = await asked.result(RequestKind.TRUST_HOST_KEY, host.id, fingerprint=key.fingerprint, replace=False)
    assert answer == {"host_key": asdict(key)}
    assert asked.trusted(sshd) == [key.fingerprint]
    assert (await asked.result(RequestKind.TEST_CONNECTION, host.id))["ok"] is True


async def test_a_key_that_the_host_does_not_present_is_not_trusted(
    asked: Asked, sshd: RealSshd, tmp_path: Path
) -> None:
    host = asked.add(over_ssh(sshd))
    wrong = other_key(tmp_path, sshd).fingerprint
    request = await asked.answer(RequestKind.TRUST_HOST_KEY, host.id, fingerprint=wrong, replace=True)
    assert request.state is RequestState.FAILED
    assert request.result is not None
    assert request.result["kind"] == "wrong_fingerprint"
    assert sshd.host_key().fingerprint in request.result["message"]
    assert asked.trusted(sshd) == []


@pytest.mark.parametrize("fingerprint", [None, "", 7, "MD5:aa:bb"])
async def test_trust_without_a_fingerprint_is_refused(asked: Asked, sshd: RealSshd, fingerprint: object) -> None:
    host = asked.add(over_ssh(sshd))
    answer = await asked.result(RequestKind.TRUST_HOST_KEY, host.id, fingerprint=fingerprint)
    assert answer["kind"] == "invalid_input"
    assert asked.trusted(sshd) == []


async def test_a_changed_key_is_told_with_the_old_one_and_replaced_only_when_asked_to(
    asked: Asked, sshd: RealSshd, tmp_path: Path
) -> None:
    host = asked.add(over_ssh(sshd))
    old, new = other_key(tmp_path, sshd), sshd.host_key()
    trust(asked, old)
    verdict = await asked.result(RequestKind.TEST_CONNECTION, host.id)
    assert verdict["reason"] == "host_key_changed"
    assert verdict["host_key"]["fingerprint"] == new.fingerprint
    assert [key["fingerprint"] for key in verdict["trusted_keys"]] == [old.fingerprint]
    scanned = await asked.result(RequestKind.SCAN_HOST_KEY, host.id)
    assert scanned == {"host_key": asdict(new), "trusted_keys": [asdict(old)]}
    refused = await asked.result(RequestKind.TRUST_HOST_KEY, host.id, fingerprint=new.fingerprint, replace=False)
    assert refused["kind"] == "host_key_changed"
    assert asked.trusted(sshd) == [old.fingerprint]
    await asked.answer(RequestKind.TRUST_HOST_KEY, host.id, fingerprint=new.fingerprint, replace=True)
    assert asked.trusted(sshd) == [new.fingerprint]


async def test_a_host_that_is_not_registered_yet_is_scanned_trusted_and_tested(asked: Asked, sshd: RealSshd) -> None:
    host = described(over_ssh(sshd))
    scanned = await asked.result(RequestKind.SCAN_HOST_KEY, host=host)
    fingerprint = scanned["host_key"]["fingerprint"]
    await asked.answer(RequestKind.TRUST_HOST_KEY, host=host, fingerprint=fingerprint)
    verdict = await asked.result(RequestKind.TEST_CONNECTION, host=host)
    assert verdict["ok"] is True
    assert verdict["inventory"]
    assert asked.proven == []
    with asked.database.reading() as connection:
        assert list_hosts(connection) == []


@pytest.mark.parametrize("kind", list(RequestKind))
@pytest.mark.parametrize(
    "host",
    [7, {}, {"name": "x", "address": "-oProxyCommand=x"}, {"name": "x", "address": "x", "colour": "red"}],
)
async def test_a_host_that_cannot_be_is_refused_whatever_is_asked(
    asked: Asked, kind: RequestKind, host: object
) -> None:
    answer = await asked.result(kind, host=host, fingerprint="SHA256:x")
    assert answer["kind"] == "invalid_input"


async def test_a_wrong_password_is_told_and_is_in_no_row(
    asked: Asked, database: Database, account: Account, start_sshd: Callable[..., RealSshd]
) -> None:
    server = start_sshd("PasswordAuthentication yes")
    trust(asked, server.host_key())
    keeper = SecretKeeper(KeyringChoice.SYSTEM, InMemory())
    new = NewCredential("ops", CredentialKind.PASSWORD, "wrong-horse-4711")
    add_credential(database, new, now_ms=0, keeper=keeper)
    desk = Asked(database, keeper)
    host = NewHost(name="web", address=server.address, port=server.port, username=account.name, credential="ops")
    verdict = await desk.result(RequestKind.TEST_CONNECTION, host=described(host))
    assert verdict["reason"] == "auth"
    assert [step["step"] for step in verdict["steps"]] == ["name", "tcp", "host_key", "login"]
    assert b"wrong-horse-4711" not in b"".join(path.read_bytes() for path in database_files(database))


async def test_a_key_in_known_hosts_is_trusted_on_the_way_and_the_steps_are_told_once(
    asked: Asked, sshd: RealSshd, home: Path
) -> None:
    host = asked.add(over_ssh(sshd))
    line = f"[{sshd.address}]:{sshd.port} {sshd.host_key().public_key}\n"
    (home / ".ssh" / "known_hosts").write_text(line)
    request = await asked.answer(RequestKind.TEST_CONNECTION, host.id)
    assert request.result is not None
    assert request.result["ok"] is True
    assert request.result["trusted_from"] == "known_hosts"
    assert [step["step"] for step in request.progress] == [step.value for step in Step]
    assert asked.trusted(sshd) == [sshd.host_key().fingerprint]


async def test_a_key_in_known_hosts_under_the_name_behind_an_alias_counts_too(
    asked: Asked, sshd: RealSshd, home: Path
) -> None:
    host = asked.add(replace(over_ssh(sshd), address="shop", port=None))
    (home / ".ssh" / "config").write_text(f"Host shop\n HostName {sshd.address}\n Port {sshd.port}\n")
    line = f"[{sshd.address}]:{sshd.port} {sshd.host_key().public_key}\n"
    (home / ".ssh" / "known_hosts").write_text(line)
    assert (await asked.result(RequestKind.TEST_CONNECTION, host.id))["ok"] is True
    with asked.database.reading() as connection:
        assert [key.fingerprint for key in trusted_keys(connection, "shop", 22)] == [sshd.host_key().fingerprint]


async def test_a_key_that_known_hosts_contradicts_is_told_as_changed(
    asked: Asked, sshd: RealSshd, home: Path, tmp_path: Path
) -> None:
    host = asked.add(over_ssh(sshd))
    other = other_key(tmp_path, sshd)
    (home / ".ssh" / "known_hosts").write_text(f"[{sshd.address}]:{sshd.port} {other.public_key}\n")
    verdict = await asked.result(RequestKind.TEST_CONNECTION, host.id)
    assert verdict["reason"] == "host_key_changed"
    assert "known_hosts" in verdict["message"]
    assert [key["fingerprint"] for key in verdict["trusted_keys"]] == [other.fingerprint]
    assert verdict["steps"][-1]["step"] == "host_key"
    assert asked.trusted(sshd) == []


async def test_a_known_hosts_that_cannot_be_read_leaves_the_question_to_the_person(
    asked: Asked, sshd: RealSshd, home: Path
) -> None:
    host = asked.add(over_ssh(sshd))
    (home / ".ssh" / "known_hosts").mkdir()
    assert (await asked.result(RequestKind.TEST_CONNECTION, host.id))["reason"] == "host_key_unknown"


async def test_a_mistake_of_the_program_fails_the_request_and_is_logged(
    asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("quotes hunter2")

    monkeypatch.setattr("poller.host_requests.asked_host", broken)
    with capture_logs() as logs:
        answer = await asked.result(RequestKind.TEST_CONNECTION, 1)
    assert answer["kind"] == "unforeseen"
    assert "RuntimeError" in answer["message"]
    assert "hunter2" not in str(answer)
    assert [type(entry["exc_info"]) for entry in logs if entry["event"] == "request_unforeseen"] == [RuntimeError]


async def test_an_answer_that_does_not_fit_fails_the_request(asked: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    host = asked.add(NewHost(name="this", transport=Transport.LOCAL))
    monkeypatch.setattr("poller.host_requests.verdict_answer", lambda _: {"detail": "x" * 70_000})
    assert (await asked.result(RequestKind.TEST_CONNECTION, host.id))["kind"] == "invalid_input"


async def test_a_withdrawn_request_is_given_up_and_gets_no_answer(asked: Asked, silent_port: int) -> None:
    host = asked.add(NewHost(name="silent", address="127.0.0.1", port=silent_port))
    request_id = asked.ask(RequestKind.TEST_CONNECTION, host_id=host.id)
    await asked.desk.answer_pending()
    assert asked.look(request_id).state is RequestState.RUNNING
    with asked.database.writing() as connection:
        assert cancel_request(connection, request_id, 1)
    await asked.desk.answer_pending()
    assert [task for task in asyncio.all_tasks() if task.get_name() == f"request {request_id}"] == []
    assert asked.look(request_id).result == {"reason": "cancelled"}


async def test_a_withdrawn_trust_trusts_nothing(asked: Asked, sshd: RealSshd, monkeypatch: pytest.MonkeyPatch) -> None:
    host = asked.add(over_ssh(sshd))

    async def scan_while_cancelled(*_: object) -> HostKey:
        with asked.database.writing() as connection:
            cancel_request(connection, request_id, 1)
        return sshd.host_key()

    monkeypatch.setattr("poller.host_requests.scan_for", scan_while_cancelled)
    fingerprint = sshd.host_key().fingerprint
    request_id = asked.ask(RequestKind.TRUST_HOST_KEY, host_id=host.id, fingerprint=fingerprint)
    await asked.desk.answer_pending()
    await asyncio.gather(*(task for task in asyncio.all_tasks() if task.get_name() == f"request {request_id}"))
    assert asked.trusted(sshd) == []


async def test_what_is_another_pollers_to_answer_is_left_to_it(database: Database) -> None:
    keeper = SecretKeeper(KeyringChoice.SYSTEM, NoSecrets())
    asked = Asked(database)
    connector = Connector(database, keeper)
    asked.desk = RequestDesk(database, connector, asked.proven.append, lambda request: request.payload["host_id"] == 2)
    theirs, ours = (asked.ask(RequestKind.SCAN_HOST_KEY, host_id=host_id) for host_id in (1, 2))
    await asked.desk.answer_pending()
    assert (await asked.ended(ours)).state is RequestState.FAILED
    assert asked.look(theirs).state is RequestState.PENDING


@pytest.fixture
def silent_port() -> Iterator[int]:
    """A port that takes connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


class InMemory:
    """Keeps secrets for as long as the test runs."""

    def __init__(self) -> None:
        self._secrets: dict[str, str] = {}

    def check(self) -> None:
        """Always fine."""

    def read(self, name: str) -> str | None:
        return self._secrets.get(name)

    def write(self, name: str, secret: str) -> None:
        self._secrets[name] = secret

    def delete(self, name: str) -> None:
        self._secrets.pop(name, None)


def database_files(database: Database) -> list[Path]:
    path = Path(database.url.removeprefix("sqlite:///"))
    return list(path.parent.glob(f"{path.name}*"))
