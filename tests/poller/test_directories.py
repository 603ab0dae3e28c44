"""A directory that is down, with real servers that refuse a password."""

import asyncio
import subprocess
import time
from collections.abc import AsyncIterator, Callable, Collection, Iterator
from contextlib import asynccontextmanager

import pytest
from structlog.testing import capture_logs
from structlog.typing import EventDict

from poller.crew.crew import LOGIN_REASONS
from poller.directories import Directories
from poller.directory_watch import TRIAL_MS
from poller.engine import Poller, PollerSettings
from poller.retry import Hold
from storage.credentials import add_credential, replace_secret
from storage.database import Database
from storage.host import Host, NewHost
from storage.host_keys import KeySource, trust_host_key
from storage.host_states import HostStatus, read_host_states
from storage.hosts import add_host
from storage.reason import HostState, Reason
from storage.requests import FINISHED, RequestKind, create_request, read_request
from storage.secret_keeper import CredentialKind, KeyringChoice, NewCredential, SecretKeeper
from storage.utc import now_ms
from tests.in_memory import InMemory
from tests.ready_hook import ReadyHook
from tests.real_sshd import Account, RealSshd, running_sshd

HOSTS = 6
NEW_PASSWORD = "battery horse wrong"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealSshd]:
    with running_sshd(tmp_path_factory.mktemp("sshd"), "PasswordAuthentication yes") as running:
        yield running


@pytest.fixture
def keeper(database: Database, server: RealSshd, account: Account) -> SecretKeeper:
    """Of six hosts with one credential, whose password none of them takes."""
    keeper = SecretKeeper(KeyringChoice.SYSTEM, InMemory())
    add_credential(database, NewCredential("office", CredentialKind.PASSWORD, NEW_PASSWORD), now_ms=1, keeper=keeper)
    with database.writing() as connection:
        trust_host_key(connection, server.host_key(), KeySource.PERSON, 0, replace=False)
        for number in range(HOSTS):
            at = {"address": server.address, "port": server.port, "username": account.name}
            add_host(connection, NewHost(name=f"web-{number}", credential="office", **at), 1)  # type: ignore[arg-type]
    return keeper


@asynccontextmanager
async def polling(database: Database, keeper: SecretKeeper, workers: int = 0) -> AsyncIterator[list[EventDict]]:
    """A running poller; yields its log."""
    stop, hook = asyncio.Event(), ReadyHook()
    with capture_logs() as logs:
        poller = Poller(database, keeper, PollerSettings(version="test", interval_s=1.0, workers=workers), hooks=hook)
        task = asyncio.create_task(poller.run(stop))
        try:
            async with asyncio.timeout(60):
                await hook.ready.wait()
            yield logs
        finally:
            stop.set()
            await task


def states(database: Database) -> list[HostStatus]:
    with database.reading() as connection:
        return list(read_host_states(connection).values())


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(90):
        while not await asyncio.to_thread(condition):
            await asyncio.sleep(0.05)


def all_wait(database: Database) -> bool:
    found = {(status.state, status.reason) for status in states(database)}
    return len(states(database)) == HOSTS and found == {(HostState.UNREACHABLE, Reason.DIRECTORY_DOWN)}


def all_up(database: Database) -> bool:
    return [status.state for status in states(database)] == [HostState.UP] * HOSTS


def events(logs: list[EventDict], *names: str) -> list[EventDict]:
    return [entry for entry in logs if entry["event"] in names]


def blocked(logs: list[EventDict]) -> list[EventDict]:
    return [entry for entry in events(logs, "host_state") if entry["state"] == HostState.BLOCKED]


def set_password(account: Account, password: str) -> None:
    words = f"{account.name}:{password}\n".encode()
    turn = ("flock", "/run/lock/watchpost-test-accounts")
    subprocess.run((*turn, "chpasswd", "-c", "SHA512"), input=words, check=True)


@pytest.fixture
def quick_trials(monkeypatch: pytest.MonkeyPatch) -> None:
    """What takes five minutes takes less than half a second."""
    monkeypatch.setattr("poller.directory_watch.TRIAL_MS", 400)
    monkeypatch.setattr("poller.engine.DIRECTORIES_S", 0.1)


@pytest.mark.usefixtures("quick_trials")
@pytest.mark.parametrize("workers", [0, 2])
async def test_no_host_is_blocked_all_wait_and_all_come_back_when_one_of_them_is_let_in(
    database: Database, keeper: SecretKeeper, account: Account, server: RealSshd, workers: int
) -> None:
    async with polling(database, keeper, workers) as logs:
        await until(lambda: all_wait(database))
        refused = server.log().count("Failed password")
        # More are tried, and nothing comes of it.
        await until(lambda: server.log().count("Failed password") >= refused + 4)
        assert all_wait(database)
        set_password(account, NEW_PASSWORD)
        try:
            await until(lambda: all_up(database))
        finally:
            set_password(account, account.password)
    (down, back) = events(logs, "directory_down", "directory_back")
    assert (down["event"], down["credential"]) == ("directory_down", "office")
    assert 3 <= down["hosts_refusing"] <= HOSTS
    assert (back["event"], back["credential"]) == ("directory_back", "office")
    assert blocked(logs) == []


async def test_whoever_does_not_want_to_wait_has_all_hosts_of_a_credential_tried_now(
    database: Database, keeper: SecretKeeper, account: Account
) -> None:
    async with polling(database, keeper) as logs:
        await until(lambda: all_wait(database))
        set_password(account, NEW_PASSWORD)
        try:
            with database.writing() as connection:
                request = create_request(connection, RequestKind.RETRY_HOSTS, {"credential": "office"}, now_ms())
            await until(lambda: all_up(database))
        finally:
            set_password(account, account.password)
        with database.reading() as connection:
            answer = read_request(connection, request)
    assert answer.state in FINISHED
    assert answer.result == {"hosts": HOSTS}
    assert blocked(logs) == []


async def test_another_secret_for_the_credential_brings_all_hosts_back(
    database: Database, keeper: SecretKeeper, account: Account
) -> None:
    async with polling(database, keeper) as logs:
        await until(lambda: all_wait(database))
        replace_secret(database, "office", account.password, now_ms=now_ms(), keeper=keeper)
        await until(lambda: all_up(database))
    assert [entry["event"] for entry in events(logs, "directory_down", "directory_back")] == [
        "directory_down",
        "directory_back",
    ]
    assert blocked(logs) == []


async def test_a_credential_that_no_host_uses_has_none_tried_and_another_wrong_secret_one_alone(
    database: Database, keeper: SecretKeeper, server: RealSshd
) -> None:
    async with polling(database, keeper) as logs:
        await until(lambda: all_wait(database))
        refused = server.log().count("Failed password")
        add_credential(database, NewCredential("lab", CredentialKind.PASSWORD, "x"), now_ms=now_ms(), keeper=keeper)
        replace_secret(database, "office", "wrong again", now_ms=now_ms(), keeper=keeper)
        await until(lambda: server.log().count("Failed password") > refused)
        # Answered by whoever does what was asked before: by then, others would have been refused.
        with database.writing() as connection:
            request = create_request(connection, RequestKind.RETRY_HOSTS, {"host_ids": []}, now_ms())
        await until(lambda: is_answered(database, request))
        assert all_wait(database)
    assert server.log().count("Failed password") == refused + 1
    assert blocked(logs) == []


def is_answered(database: Database, request: int) -> bool:
    with database.reading() as connection:
        return read_request(connection, request).state in FINISHED


class Hands:
    """A crew that notes what it is asked."""

    def __init__(self) -> None:
        self.retried: list[tuple[Collection[Reason], list[int]]] = []
        self.tried: list[int] = []

    def retry(self, reasons: Collection[Reason], host_ids: Collection[int]) -> None:
        self.retried.append((reasons, sorted(host_ids)))

    def retry_hosts(self, host_ids: Collection[int]) -> None:
        self.tried += host_ids

    def hold(self, host_ids: Collection[int], hold: Hold) -> None:
        """Nothing that is looked at."""


async def refused_everywhere(directories: Directories) -> None:
    """Six hosts of one credential, all of which refuse it, and one of another."""
    hosts = [Host(id=n, name=str(n), address="web", revision=1, credential="office") for n in range(6)]
    directories.follow([*hosts, Host(id=6, name="6", address="web", revision=1, credential="lab")])
    for host in hosts:
        directories.take(HostStatus(host.id, HostState.UNREACHABLE, Reason.AUTH, "", 0, None))
    await asyncio.sleep(0)


async def test_only_hosts_of_a_renewed_credential_are_tried_and_one_of_those_that_are_held() -> None:
    hands = Hands()
    directories = Directories(hands)  # type: ignore[arg-type]
    await refused_everywhere(directories)
    directories.renewed({"unused"})
    assert (hands.retried, hands.tried) == ([], [])
    directories.renewed({"lab"})
    assert (hands.retried, hands.tried) == ([(LOGIN_REASONS, [6])], [])
    directories.renewed({"office"})
    assert (hands.retried[1:], len(hands.tried)) == ([(LOGIN_REASONS, [0, 1, 2, 3, 4, 5])], 1)
    assert Reason.DIRECTORY_DOWN not in LOGIN_REASONS


async def test_a_poller_times_its_trials_by_a_clock_that_nobody_sets_back(database: Database) -> None:
    poller = Poller(database, SecretKeeper(KeyringChoice.SYSTEM, InMemory()), PollerSettings(version="test"))
    before = int(time.monotonic() * 1000)
    assert before <= poller._directories._now_ms() <= time.monotonic() * 1000


async def test_a_trial_is_due_five_minutes_later_by_the_clock_that_it_is_given() -> None:
    hands, now_s = Hands(), 1.0
    directories = Directories(hands, lambda: now_s)  # type: ignore[arg-type]
    await refused_everywhere(directories)
    await directories.step()
    assert hands.tried == []
    now_s += TRIAL_MS / 1000
    await directories.step()
    assert len(hands.tried) == 1
