from collections.abc import Iterable
from itertools import count

import pytest
from sqlalchemy import Connection

from poller.sharing.shared_hosts import SharedHosts
from storage.database import Database
from storage.host import NewHost
from storage.hosts import add_host, edit_host, list_hosts, remove_host
from storage.leases.fence import DutiesLostError, Fence
from storage.leases.lease_rows import open_leases
from storage.leases.share import DUTIES
from storage.leases.situation import Situation, read_situation
from storage.pollers import Run, heartbeat, mark_stopped, register_poller
from storage.requests import Request, RequestKind, RequestState
from storage.schema import pollers
from storage.utc import now_ms

HOSTS = 30
_PIDS = count(1)
LOOK_S = 2.0


class Peer:
    """One poller without its sessions."""

    def __init__(self, database: Database, name: str) -> None:
        self.database = database
        self.name = name
        self.run: Run | None = None
        self.beats = 0
        self.at = 1_000.0
        self.fence = Fence(lambda: self.run)
        self.share = SharedHosts(database, name, lambda: self.run, self.fence, lambda: self.at)
        self.register()

    def register(self) -> None:
        with self.database.writing() as connection:
            own = {"poller_id": self.name, "name": self.name, "machine": "m", "version": "1"}
            self.run = register_poller(connection, pid=next(_PIDS), now_ms=now_ms(), **own)

    async def live(self, *, after_s: float = LOOK_S) -> None:
        """Its heart beats, it looks, and ends the sessions that another one waits for."""
        assert self.run is not None
        self.beats += 1
        with self.database.recording() as connection:
            heartbeat(connection, self.run, now_ms() + self.beats, None)
        await self.look(after_s=after_s)
        if leaving := self.share.to_release():
            await self.share.released(leaving)

    async def look(self, *, after_s: float = LOOK_S) -> None:
        self.at += after_s
        await self.share.step()

    def has_earlier_run_in_the_database(self) -> None:
        with self.database.writing() as connection:
            earlier = pollers.update().where(pollers.c.id == self.name)
            connection.execute(earlier.values(started_at=pollers.c.started_at - 60_000, pid=0))

    def stop(self) -> None:
        assert self.run is not None
        with self.database.recording() as connection:
            mark_stopped(connection, self.run, now_ms())

    @property
    def mine(self) -> set[int]:
        with self.database.reading() as connection:
            return {host.id for host in self.share.mine(list_hosts(connection))}

    def answers(self, **payload: object) -> bool:
        kind, state = RequestKind.TEST_CONNECTION, RequestState.PENDING
        return self.share.answers(Request(1, kind, dict(payload), state, (), None, 0, None))


async def together(peers: Iterable[Peer], looks: int = 8) -> None:
    living = list(peers)
    for _ in range(looks):
        for peer in living:
            await peer.live()


def check_all_are_read_once(peers: Iterable[Peer], hosts: set[int]) -> None:
    shares = [peer.mine for peer in peers]
    assert set().union(*shares) == hosts
    assert sum(map(len, shares)) == len(hosts)


@pytest.fixture
def database(shared_database: Database) -> Database:
    return shared_database


@pytest.fixture
def hosts(database: Database) -> set[int]:
    with database.writing() as connection:
        return {add_host(connection, NewHost(name=f"h{number}", address="x"), 0).id for number in range(HOSTS)}


@pytest.fixture
async def three(database: Database, hosts: set[int]) -> list[Peer]:
    peers = [Peer(database, name) for name in ("a", "b", "c")]
    await together(peers)
    return peers


async def test_one_alone_reads_all_at_once(database: Database, hosts: set[int]) -> None:
    peer = Peer(database, "a")
    await peer.look()
    assert peer.mine == hosts
    assert peer.share.is_leader


async def test_three_share(three: list[Peer], hosts: set[int]) -> None:
    check_all_are_read_once(three, hosts)
    assert all(peer.mine for peer in three)
    assert [peer.share.is_leader for peer in three] == [True, False, False]


async def test_nothing_changes_while_nothing_happens(three: list[Peer], database: Database) -> None:
    with database.reading() as connection:
        before = open_leases(connection)
    marks = [peer.share.mark for peer in three]
    await together(three)
    with database.reading() as connection:
        assert open_leases(connection) == before
    assert [peer.share.mark for peer in three] == marks


async def test_a_host_is_read_by_one_alone_while_it_changes_hands(database: Database, hosts: set[int]) -> None:
    first = Peer(database, "a")
    await first.live()
    second = Peer(database, "b")
    await first.live()
    await second.live()
    await first.look()
    leaving = set(first.share.to_release())
    assert leaving
    assert first.mine == hosts - leaving
    await second.look()
    assert not second.mine
    await first.share.released(leaving)
    await second.look()
    assert second.mine == leaving


async def test_hosts_of_a_dead_one_are_taken_over_and_it_is_fenced_off(three: list[Peer], hosts: set[int]) -> None:
    dead, *others = three
    await together(others, 6)
    check_all_are_read_once(others, hosts)
    assert others[0].share.is_leader
    with pytest.raises(DutiesLostError), dead.database.guarded(dead.fence.check_duties).writing():
        pass


async def test_only_hosts_of_the_dead_one_move(three: list[Peer]) -> None:
    _, *others = three
    before = [peer.mine for peer in others]
    await together(others, 6)
    assert all(old < peer.mine for old, peer in zip(before, others, strict=True))


async def test_one_that_was_frozen_takes_nothing_learns_what_it_lost_and_gets_it_back(
    three: list[Peer], hosts: set[int]
) -> None:
    frozen, *others = three
    before = frozen.mine
    await together(others, 6)
    await frozen.look(after_s=20.0)
    assert not frozen.mine
    assert not frozen.share.is_leader
    await together(three)
    assert frozen.mine == before
    check_all_are_read_once(three, hosts)


async def test_when_the_database_was_away_nobody_takes_anything(three: list[Peer], database: Database) -> None:
    with database.reading() as connection:
        before = open_leases(connection)
    for peer in three:
        await peer.look(after_s=60.0)
    for _ in range(3):
        for peer in three:
            await peer.look()
    with database.reading() as connection:
        assert open_leases(connection) == before


async def test_one_that_comes_back_soon_finds_its_hosts(three: list[Peer]) -> None:
    leaves, *others = three
    before = leaves.mine
    leaves.stop()
    await together(others, 2)
    back = Peer(leaves.database, leaves.name)
    await back.look()
    assert back.mine == before


async def test_hosts_of_one_that_has_left_go_to_the_others(three: list[Peer], hosts: set[int]) -> None:
    leaves, *others = three
    leaves.stop()
    await together(others, 5)
    check_all_are_read_once(others, hosts)


async def test_hosts_that_are_switched_off_or_removed_are_given_up(three: list[Peer], database: Database) -> None:
    first = three[0]
    off, gone = sorted(first.mine)[:2]
    with database.writing() as connection:
        by_id = {host.id: host for host in list_hosts(connection)}
        edit_host(connection, by_id[off].name, {"enabled": False})
        remove_host(connection, by_id[gone].name, now_ms())
    await together(three, 2)
    with database.reading() as connection:
        assert not {off, gone} & open_leases(connection).keys()
    with database.writing() as connection:
        edit_host(connection, by_id[off].name, {"enabled": True})
    await together(three, 2)
    assert off in first.mine


async def test_another_run_under_the_same_name_takes_its_place(three: list[Peer]) -> None:
    first = three[0]
    before = first.mine
    second = Peer(first.database, first.name)
    await first.look()
    assert not first.mine
    assert not first.share.is_leader
    await second.look()
    assert second.mine == before


async def test_a_database_that_was_begun_anew_changes_nothing_until_it_is_registered(
    three: list[Peer], database: Database
) -> None:
    first = three[0]
    before = first.mine
    with database.writing() as connection:
        connection.exec_driver_sql("DELETE FROM pollers")
        connection.exec_driver_sql("DELETE FROM host_leases")
    await first.look()
    assert first.mine == before
    for peer in three:
        peer.register()
    await together(three)
    assert first.mine == before


async def test_a_database_that_has_gone_back_in_time_changes_nothing_until_it_is_registered(three: list[Peer]) -> None:
    first = three[0]
    before = first.mine
    first.has_earlier_run_in_the_database()
    await first.look()
    assert first.mine == before
    first.register()
    await together(three)
    assert first.mine == before


async def test_what_a_yield_took_from_it_is_its_own_again_once_it_is_registered(three: list[Peer]) -> None:
    first = three[0]
    before, own = first.mine, first.run
    Peer(first.database, first.name)
    await first.look()
    assert not first.mine
    assert own is not None
    with first.database.writing() as connection:
        connection.execute(pollers.update().where(pollers.c.id == "a").values(started_at=own.started_at, pid=own.pid))
    await first.look()
    assert first.mine == before


async def test_one_that_registers_again_while_it_looks_is_not_displaced(
    three: list[Peer], monkeypatch: pytest.MonkeyPatch
) -> None:
    first = three[0]
    before = first.mine

    def read(connection: Connection, seen: Situation | None) -> Situation:
        first.register()
        return read_situation(connection, seen)

    monkeypatch.setattr("poller.sharing.shared_hosts.read_situation", read)
    await first.look()
    assert first.mine == before


async def test_a_request_is_for_whoever_reads_the_host(three: list[Peer]) -> None:
    first, second, _ = three
    host_id = min(first.mine)
    assert first.answers(host_id=host_id)
    assert not second.answers(host_id=host_id)
    assert second.answers(host_id=999)
    assert second.answers()
    assert not second.answers(poller_id="a")
    assert first.answers(poller_id="a")


async def test_requests_about_hosts_of_a_dead_one_are_for_anybody(three: list[Peer]) -> None:
    dead, second, third = three
    host_id = min(dead.mine)
    await together([second, third], 6)
    assert second.answers(host_id=host_id) or third.answers(host_id=host_id)
    assert second.answers(poller_id="a")


async def test_before_it_is_registered_nothing_is_read(database: Database, hosts: set[int]) -> None:
    peer = Peer(database, "a")
    peer.run = None
    await peer.look()
    assert not peer.mine
    with database.reading() as connection:
        assert DUTIES not in open_leases(connection)
