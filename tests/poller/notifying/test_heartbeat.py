"""The sign of life to an outside watcher."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pytest
from structlog.testing import capture_logs

from poller.notifying.heartbeat import CREDENTIAL, FRESH_S, Heartbeat, HeartbeatError, ask
from poller.share import Everything
from storage.credentials import add_credential
from storage.database import Database
from storage.errors import InvalidInputError
from storage.secret_keeper import CredentialKind, NewCredential, SecretKeeper
from tests.fired_alerts import keeper


class Watcher:
    """An outside watcher."""

    def __init__(self) -> None:
        self.url = ""
        self.asked: list[str] = []
        self.status = b"200"
        self.drips = False
        self.busy = 0

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.busy += 1
        with suppress(OSError):
            self.asked.append((await reader.readline()).decode().split()[1])
            while self.drips:
                writer.write(b"x")
                await asyncio.sleep(0.01)
            writer.write(b"HTTP/1.1 " + self.status + b" So\r\nContent-Length: 0\r\n\r\n")
            await writer.drain()
        writer.transport.abort()
        self.busy -= 1


@asynccontextmanager
async def watching() -> AsyncIterator[Watcher]:
    made = Watcher()
    server = await asyncio.start_server(made.answer, "127.0.0.1", 0)
    made.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/ping/secret-id?x=1"
    try:
        yield made
    finally:
        made.drips = False
        async with asyncio.timeout(60):
            while made.busy:
                await asyncio.sleep(0.01)
        server.close()


class Poller:
    """What a heartbeat is about."""

    def __init__(self, database: Database, url: str, kind: CredentialKind = CredentialKind.RECEIVER) -> None:
        self.readings = 1
        self.now = 1000.0
        self.share = Everything()
        keyring: SecretKeeper = keeper()
        if url:
            add_credential(database, NewCredential(CREDENTIAL, kind, url), now_ms=1, keeper=keyring)
        self.heartbeat = Heartbeat(database, keyring, self.share, lambda: self.readings, clock=lambda: self.now)

    async def beats(self, *, after_s: float = 60.0, readings: int = 1) -> None:
        self.now += after_s
        self.readings += readings
        await self.heartbeat.step()


async def test_it_beats_for_as_long_as_readings_are_stored(database: Database) -> None:
    async with watching() as watcher:
        poller = Poller(database, watcher.url)
        await poller.beats()
        await poller.beats()
        assert watcher.asked == ["/ping/secret-id?x=1"] * 2
        await poller.beats(after_s=FRESH_S, readings=0)
        await poller.beats(after_s=1, readings=0)
        assert len(watcher.asked) == 3
        await poller.beats()
        assert len(watcher.asked) == 4


async def test_only_the_leader_beats(database: Database) -> None:
    async with watching() as watcher:
        poller = Poller(database, watcher.url)
        poller.share.is_leader = False
        await poller.beats()
        assert watcher.asked == []


async def test_without_a_url_and_with_a_password_of_that_name_nobody_is_asked(database: Database) -> None:
    async with watching() as watcher:
        await Poller(database, "").beats()
        await Poller(database, watcher.url, CredentialKind.PASSWORD).beats()
        assert watcher.asked == []


async def test_a_failure_is_told_once_and_so_is_its_end_and_never_the_url(database: Database) -> None:
    async with watching() as watcher:
        poller = Poller(database, watcher.url)
        watcher.status = b"500"
        with capture_logs() as logs:
            for _ in range(3):
                await poller.beats()
            watcher.status = b"200"
            for _ in range(2):
                await poller.beats()
        assert [log["event"] for log in logs] == ["heartbeat_failed", "heartbeat_recovered"]
        assert "secret-id" not in str(logs)


async def test_a_watcher_that_hangs_byte_by_byte_is_given_up() -> None:
    async with watching() as watcher:
        watcher.drips = True
        with pytest.raises(HeartbeatError, match="did not answer"):
            await ask(watcher.url, limit_s=0.2)


async def test_one_that_is_not_there_is_said_to_be() -> None:
    async with watching() as watcher:
        url = watcher.url
    with pytest.raises(HeartbeatError, match="cannot be reached: Connection refused"):
        await ask(url)


@pytest.mark.parametrize(
    "url", ["ftp://x/", "http://", "hc-ping.com/x", "http://a b/", "http://u:p@x/", "http://x:99999/"]
)
async def test_what_cannot_be_asked_is_refused_without_being_quoted(url: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        await ask(url)
    assert url not in refused.value.message
