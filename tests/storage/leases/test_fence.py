from collections.abc import Sequence

import pytest

from storage.batch_writer import BatchWriter
from storage.database import Database
from storage.errors import DatabaseUnavailableError
from storage.host import NewHost
from storage.host_states import HostStatus, read_host_states
from storage.hosts import add_host
from storage.leases.fence import LATE_MS, DutiesLostError, Fence
from storage.leases.lease_rows import acquire, own_leases, release, take_over
from storage.leases.share import DUTIES
from storage.pollers import Run, register_poller
from storage.reason import HostState
from storage.scrape_rows import PackedScrape
from storage.spool.segment import SegmentWriter, read_segment
from storage.utc import now_ms
from tests.storage.alerting.test_alert_rows import change

START = now_ms() - 600_000


class Pollers:
    """Two pollers of one database, with a host each of them would like to read."""

    def __init__(self, database: Database) -> None:
        self.database = database
        with database.writing() as connection:
            self.host_id = add_host(connection, NewHost(name="db1", address="db1.example"), 0).id
        self.runs = {name: self.register(name) for name in ("a", "b")}
        self.clock_ahead_ms = 0
        self.fence = Fence(lambda: self.runs["a"], lambda: now_ms() + self.clock_ahead_ms)

    def register(self, name: str, pid: int = 1, at: int = START) -> Run:
        with self.database.writing() as connection:
            return register_poller(connection, poller_id=name, name=name, machine="m", pid=pid, version="1", now_ms=at)

    def acquire(self, name: str, *hosts: int) -> None:
        with self.database.recording() as connection:
            acquire(connection, name, hosts)
        self.fence.leases_changed()

    def release(self, name: str) -> int:
        with self.database.recording() as connection:
            release(connection, name, [self.host_id])
        self.fence.leases_changed()
        return self.ended_at(name)

    def lose(self) -> int:
        """The other one takes the host over; returns when, on the server's clock."""
        with self.database.recording() as connection:
            assert take_over(connection, "b", "a", [self.host_id, DUTIES], last_heartbeat=START)
        return self.ended_at("a")

    def ended_at(self, name: str) -> int:
        with self.database.reading() as connection:
            return max(lease.until_at or 0 for lease in own_leases(connection, name))

    def scrape(self, ts: int) -> PackedScrape:
        return PackedScrape(self.host_id, ts, START, (), b"")

    def admitted(self, *moments: int) -> list[int]:
        with self.database.recording() as connection:
            scrapes, _ = self.fence.admitted(connection, [self.scrape(ts) for ts in moments], [])
        return [scrape.ts for scrape in scrapes]


@pytest.fixture
def pollers(shared_database: Database) -> Pollers:
    return Pollers(shared_database)


def test_what_was_read_of_a_host_that_is_held_may_be_written_whatever_its_time(pollers: Pollers) -> None:
    pollers.acquire("a", pollers.host_id)
    assert pollers.admitted(5, START, now_ms() + 10**9) == [5, START, pytest.approx(now_ms() + 10**9, abs=60_000)]
    assert pollers.fence.dropped == 0


def test_what_was_read_before_pollers_shared_anything_may_be_written(pollers: Pollers) -> None:
    pollers.acquire("b", DUTIES)
    assert pollers.admitted(START) == [START]
    state = HostStatus(pollers.host_id, HostState.UP, None, "", START, None)
    with pollers.database.recording() as connection:
        assert pollers.fence.admitted(connection, [], [state]) == ([], [state])
    assert pollers.fence.dropped == 0


def test_what_was_read_of_a_host_that_another_has_may_not(pollers: Pollers) -> None:
    pollers.acquire("b", pollers.host_id)
    assert pollers.admitted(START) == []
    assert pollers.fence.dropped == 1


def test_after_a_takeover_only_what_was_read_before_it_may_be_written(pollers: Pollers) -> None:
    pollers.acquire("a", pollers.host_id)
    pollers.admitted(START)
    lost_at = pollers.lose()
    assert pollers.admitted(lost_at - 5_000, lost_at + 5_000) == [lost_at - 5_000]


def test_the_same_holds_for_states(pollers: Pollers) -> None:
    pollers.acquire("a", pollers.host_id)
    lost_at = pollers.lose()
    states = [
        HostStatus(pollers.host_id, state, None, "", lost_at + after, None)
        for state, after in ((HostState.UP, -5_000), (HostState.UNREACHABLE, 5_000))
    ]
    with pollers.database.recording() as connection:
        _, admitted = pollers.fence.admitted(connection, [], states)
    assert [state.state for state in admitted] == [HostState.UP]


def test_after_it_was_given_up_what_is_left_of_it_may_still_be_written(pollers: Pollers) -> None:
    pollers.acquire("a", pollers.host_id)
    given_at = pollers.release("a")
    assert pollers.admitted(given_at - 5_000, given_at + 5_000) == [given_at - 5_000]


def test_what_another_read_in_between_stays_its_own(pollers: Pollers) -> None:
    pollers.acquire("a", pollers.host_id)
    lost_at = pollers.release("a")
    pollers.acquire("b", pollers.host_id)
    back_at = pollers.release("b")
    pollers.acquire("a", pollers.host_id)
    assert lost_at <= back_at
    pollers.fence = Fence(lambda: pollers.runs["b"])
    assert pollers.admitted(lost_at - 5_000, back_at + 5_000) == []


@pytest.mark.parametrize("ahead_ms", [-90_000, 90_000], ids=["slow", "fast"])
def test_a_clock_that_is_wrong_is_allowed_for(pollers: Pollers, ahead_ms: int) -> None:
    pollers.clock_ahead_ms = ahead_ms
    pollers.acquire("a", pollers.host_id)
    lost_at = pollers.lose() + ahead_ms
    assert pollers.admitted(lost_at - 5_000, lost_at + 5_000) == [lost_at - 5_000]


def test_a_clock_that_is_set_later_is_allowed_for(pollers: Pollers) -> None:
    pollers.acquire("a", pollers.host_id)
    lost_at = pollers.lose()
    assert pollers.admitted(lost_at - 5_000) == [lost_at - 5_000]
    pollers.clock_ahead_ms = 90_000
    assert pollers.admitted(lost_at + 85_000, lost_at + 95_000) == [lost_at + 85_000]


def test_a_clock_that_was_set_back_costs_nothing_once_all_of_before_is_written(pollers: Pollers) -> None:
    pollers.acquire("a", pollers.host_id)
    lost_at = pollers.release("a")
    pollers.acquire("a", pollers.host_id)
    later = lost_at + LATE_MS + 5_000
    assert pollers.admitted(later) == [later]
    assert pollers.admitted(START - 3_600_000) == [START - 3_600_000]


def test_another_run_under_the_same_name_ends_the_rights_of_the_first(pollers: Pollers) -> None:
    pollers.acquire("a", pollers.host_id)
    pollers.register("a", pid=2, at=START + 100_000)
    assert pollers.admitted(START + 99_999, START + 100_000) == [START + 99_999]
    with pytest.raises(DutiesLostError), pollers.database.guarded(pollers.fence.check_duties).writing():
        pass


def test_where_the_database_has_gone_back_to_an_earlier_run_nothing_is_written_and_nothing_lost(
    pollers: Pollers,
) -> None:
    pollers.acquire("a", DUTIES, pollers.host_id)
    pollers.runs["a"] = Run("a", START + 100_000, 2)
    with pytest.raises(DatabaseUnavailableError, match="not registered"):
        pollers.admitted(START + 200_000)
    duties = pollers.database.guarded(pollers.fence.check_duties)
    with pytest.raises(DatabaseUnavailableError, match="not registered"), duties.writing():
        pass
    pollers.runs["a"] = pollers.register("a", pid=2, at=START + 300_000)
    assert pollers.admitted(START + 200_000) == [START + 200_000]
    assert pollers.fence.dropped == 0


def test_what_is_asked_while_it_registers_again_is_asked_anew(pollers: Pollers) -> None:
    pollers.acquire("a", pollers.host_id)
    runs = iter([pollers.runs["a"]])
    again = pollers.register("a", pid=1, at=START + 100_000)
    pollers.fence = Fence(lambda: next(runs, again))
    with pytest.raises(DatabaseUnavailableError, match="not registered"):
        pollers.admitted(START + 200_000)
    assert pollers.admitted(START + 200_000) == [START + 200_000]


def test_what_an_earlier_run_left_in_its_spool_is_written(pollers: Pollers) -> None:
    pollers.acquire("a", pollers.host_id)
    lost_at = pollers.lose()
    pollers.runs["a"] = pollers.register("a", pid=2, at=lost_at + 60_000)
    assert pollers.admitted(lost_at - 5_000, lost_at + 5_000) == [lost_at - 5_000]


def test_a_poller_that_is_not_registered_writes_nothing_and_loses_nothing(pollers: Pollers) -> None:
    pollers.acquire("a", pollers.host_id)
    pollers.runs["a"] = Run("x", START, 1)
    with pytest.raises(DatabaseUnavailableError, match="not registered"):
        pollers.admitted(START)
    assert pollers.fence.dropped == 0


def test_duties_are_for_whoever_has_them(pollers: Pollers) -> None:
    duties = pollers.database.guarded(pollers.fence.check_duties)
    with pytest.raises(DutiesLostError), duties.writing():
        pass
    pollers.acquire("a", DUTIES, pollers.host_id)
    with duties.writing() as connection:
        assert connection.exec_driver_sql("SELECT 1").scalar() == 1
    pollers.lose()
    with pytest.raises(DutiesLostError), duties.writing():
        pass


def test_the_writer_leaves_out_what_is_anothers(pollers: Pollers) -> None:
    pollers.acquire("a", pollers.host_id)
    lost_at = pollers.lose()
    written: list[Sequence[int]] = []
    writer = BatchWriter(pollers.database, lambda commit: written.append(commit.scrape_ts), pollers.fence)
    state = HostStatus(pollers.host_id, HostState.UNREACHABLE, None, "", lost_at + 5_000, None)
    outcome = writer.write([state, pollers.scrape(lost_at - 5_000), pollers.scrape(lost_at + 5_000)])
    assert (outcome.refused, outcome.left, outcome.failure) == ([], [], None)
    assert written == [(lost_at - 5_000,)]
    with pollers.database.reading() as connection:
        assert read_host_states(connection) == {}


def test_what_waited_in_a_spool_is_judged_by_when_it_was_read(pollers: Pollers) -> None:
    pollers.acquire("a", pollers.host_id)
    lost_at = pollers.lose()
    segment = SegmentWriter("")
    spooled = [pollers.scrape(lost_at - 5_000), pollers.scrape(lost_at + 5_000)]
    items = read_segment(segment.head + b"".join(map(segment.bytes_of, spooled))).items
    written: list[Sequence[int]] = []
    BatchWriter(pollers.database, lambda commit: written.append(commit.scrape_ts), pollers.fence).write(items)
    assert written == [(lost_at - 5_000,)]


def test_changes_of_alerts_are_left_out_of_hosts_that_another_poller_has_taken(pollers: Pollers) -> None:
    pollers.acquire("a", pollers.host_id)

    def admitted() -> list[int]:
        changes = [change(host_id=pollers.host_id, ts=ts) for ts in (START, now_ms() + 60_000)]
        with pollers.database.writing() as connection:
            return [its.ts - START for its in pollers.fence.admitted_changes(connection, changes)]

    assert len(admitted()) == 2
    pollers.lose()
    # What it had seen before that is its own to tell.
    assert admitted() == [0]
