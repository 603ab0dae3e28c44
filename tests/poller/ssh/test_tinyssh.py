"""What tinyssh makes of messages that every other server ignores or answers."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace

import pytest

from poller.ssh import tinyssh
from tests.eventually import eventually
from tests.real_peer import RealPeer, peer_account
from tests.real_tinyssh import running_tinyssh
from tests.ssh_library import ASYNCSSH
from tests.ssh_target import target_of


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealPeer]:
    with peer_account() as account, running_tinyssh(tmp_path_factory.mktemp("tinyssh"), account) as running:
        yield running


async def test_a_start_does_not_stall(server: RealPeer) -> None:
    # Until the next keepalive, 7 s later; half of the starts did, once or twice.
    target = replace(target_of(server), start_timeout_s=6.0)
    for _ in range(6):
        async with ASYNCSSH.streaming_from(target):
            pass


async def test_the_server_hears_from_us_though_there_is_nothing_to_say(
    server: RealPeer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tinyssh, "STIR_S", 0.01)
    async with ASYNCSSH.streaming_from(target_of(server)) as sink:
        (session,) = server.sessions()
        before = session.io_counters().read_count
        await asyncio.to_thread(eventually, lambda: session.io_counters().read_count > before + 10)
        assert sink.failures == []
