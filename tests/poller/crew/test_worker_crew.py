"""Sessions in real worker processes."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace

import psutil
import pytest
from structlog.testing import capture_logs

from alerts.evaluation.firing_alerts import FiringAlerts
from alerts.rules.rule import Comparison, Level
from poller.assignment import Assignment
from poller.crew.crew import OpenAlerts, nothing_open
from poller.crew.shared_crew import SharedCrew
from poller.crew.worker_count import WorkerCount
from poller.crew.worker_crew import WorkerCrew
from poller.probe_start.probe_options import ProbeOptions
from poller.trust import Grant
from storage.alerting.alert_change import AlertChange, ChangeKind
from storage.errors import DatabaseUnavailableError, KeyringUnavailableError, WatchpostError
from storage.host import Host, NewHost, Transport
from storage.host_status import HostStatus
from storage.packed_scrape import PackedScrape
from storage.reason import HostState, Reason
from storage.scrape import Scrape
from tests.alerts.evaluation.made import applied
from tests.real_sshd import RealSshd, current_user

DEADLINE_S = 60.0


class Recorded:
    """What the crew brought."""

    def __init__(self) -> None:
        self.scrapes: list[PackedScrape] = []
        self.states: list[HostStatus] = []
        self.alerts: list[AlertChange] = []

    def record_scrape(self, scrape: Scrape) -> None:
        raise AssertionError(scrape)

    def record_packed(self, scrapes: Sequence[PackedScrape]) -> None:
        self.scrapes += scrapes

    def record_state(self, change: HostStatus) -> None:
        self.states.append(change)

    def record_alerts(self, changes: Sequence[AlertChange]) -> None:
        self.alerts += changes

    def hosts_read(self) -> set[int]:
        return {scrape.host_id for scrape in self.scrapes}

    def state(self, host_id: int) -> tuple[HostState, Reason | None] | None:
        found = [(status.state, status.reason) for status in self.states if status.host_id == host_id]
        return found[-1] if found else None


class Grants:
    """Grants what it is told to, by the name of the host."""

    def __init__(self, grants: dict[str, Grant | WatchpostError] | None = None) -> None:
        self.grants = grants or {}
        self.asked: list[str] = []

    async def of(self, host: NewHost) -> Grant:
        self.asked.append(host.name)
        grant = self.grants.get(host.name, Grant())
        if isinstance(grant, WatchpostError):
            raise grant
        return grant


@asynccontextmanager
async def working(
    count: int = 2, grants: Grants | None = None, open_alerts: OpenAlerts = nothing_open
) -> AsyncIterator[tuple[SharedCrew, Recorded]]:
    recorded = Recorded()
    trust = grants or Grants()
    crew = SharedCrew(
        WorkerCount(1, count), lambda place: WorkerCrew(place - 1, trust, recorded, open_alerts=open_alerts)
    )
    await crew.start([])
    try:
        yield crew, recorded
    finally:
        await crew.end()


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(DEADLINE_S):
        while not condition():
            await asyncio.sleep(0.02)


def this_machine(host_id: int) -> Assignment:
    host = Host(id=host_id, name=f"this{host_id}", transport=Transport.LOCAL, revision=0)
    return Assignment(host, ProbeOptions(interval_s=0.5))


def over_ssh(host_id: int, name: str, sshd: RealSshd) -> Assignment:
    host = Host(
        id=host_id,
        name=name,
        address=sshd.address,
        port=sshd.port,
        username=current_user(),
        identity_file=str(sshd.identity),
        revision=0,
    )
    return Assignment(host, ProbeOptions(interval_s=0.5))


async def test_hosts_are_shared_out_and_what_they_bring_comes_together() -> None:
    async with working() as (crew, recorded):
        await crew.follow(1, [this_machine(1), this_machine(2)])
        await until(lambda: recorded.hosts_read() == {1, 2})
        assert len(set(crew.pids)) == 2
        assert len(crew) == 2
        await until(lambda: crew.counts().up == 2)
        assert crew.counts().scrapes >= 2
        held = {psutil.Process(pid).children() != [] for pid in crew.pids}
        assert held == {True}


async def test_what_is_no_longer_wanted_is_over_once_following_has_returned() -> None:
    async with working() as (crew, recorded):
        await crew.follow(1, [this_machine(1), this_machine(2)])
        await until(lambda: recorded.hosts_read() == {1, 2})
        await crew.follow(2, [this_machine(1)])
        seen = len([scrape for scrape in recorded.scrapes if scrape.host_id == 2])
        others = len(recorded.scrapes)
        await until(lambda: len(recorded.scrapes) >= others + 3)
        assert len([scrape for scrape in recorded.scrapes if scrape.host_id == 2]) == seen
        assert crew.counts().hosts == 1


async def test_a_worker_that_is_killed_is_started_again_and_its_hosts_are_read_on_which_is_told_once() -> None:
    with capture_logs() as logs:
        async with working() as (crew, recorded):
            await crew.follow(1, [this_machine(1), this_machine(2)])
            await until(lambda: recorded.hosts_read() == {1, 2} and len(crew.pids) == 2)
            killed = crew.pids[1]
            os.kill(killed, signal.SIGKILL)
            await until(lambda: killed not in crew.pids)
            recorded.scrapes.clear()
            await until(lambda: recorded.hosts_read() == {1, 2})
            assert len(crew.pids) == 2
    ended = [log for log in logs if log["event"] == "worker_ended"]
    assert [(log["worker"], log["status"]) for log in ended] == [(1, -signal.SIGKILL)]


async def test_what_fires_goes_on_in_the_next_life_of_a_worker_and_is_told_once() -> None:
    any_load = applied("load1", comparison=Comparison.AT_LEAST, warning=0.0)
    alerts = FiringAlerts()
    alerts.follow({1: [any_load]}, {1}, 0)
    async with working(count=1, open_alerts=alerts.of) as (crew, recorded):
        crew.follow_rules({1: [any_load]})
        await crew.follow(1, [this_machine(1)])
        await until(lambda: recorded.alerts)
        (fired,) = recorded.alerts
        assert (fired.kind, fired.host_id, fired.severity) == (ChangeKind.FIRED, 1, "warning")
        assert alerts.take(fired)
        (pid,) = crew.pids
        os.kill(pid, signal.SIGKILL)
        await until(lambda: pid not in crew.pids)
        recorded.scrapes.clear()
        await until(lambda: len(recorded.scrapes) >= 4)
        crew.follow_rules({1: [replace(any_load, critical=Level(0.0))]})
        await until(lambda: len(recorded.alerts) > 1)
        assert (recorded.alerts[1].kind, recorded.alerts[1].fired_at) == (ChangeKind.WORSE, fired.fired_at)
        await until(lambda: crew.evaluation_s > 0)


async def test_a_host_that_another_worker_takes_is_held_against_the_same_rules() -> None:
    any_load = applied("load1", comparison=Comparison.AT_LEAST, warning=0.0)
    async with working(count=1) as (crew, recorded):
        crew.follow_rules({1: [any_load], 2: []})
        await crew.follow(1, [this_machine(1), this_machine(2)])
        await until(lambda: recorded.alerts)
        # It leaves, and comes back later: to the worker it is a new one.
        await crew.follow(2, [this_machine(2)])
        await crew.follow(3, [this_machine(1), this_machine(2)])
        await until(lambda: len(recorded.alerts) > 1)
    assert [change.host_id for change in recorded.alerts] == [1, 1]


async def test_a_worker_that_cannot_be_started_is_tried_again_and_keeps_nobody_waiting() -> None:
    with capture_logs() as logs:
        crew = WorkerCrew(0, Grants(), Recorded(), (sys.executable, "-c", "raise SystemExit(3)"))
        await crew.start([])
        await crew.follow(1, [this_machine(1)])
        await until(lambda: [log for log in logs if log["event"] == "worker_ended"])
        await crew.follow(2, [this_machine(1)])
        await crew.end()
    assert logs[0]["status"] == 3


async def test_the_end_leaves_neither_workers_nor_probes() -> None:
    async with working() as (crew, recorded):
        await crew.follow(1, [this_machine(1), this_machine(2)])
        await until(lambda: recorded.hosts_read() == {1, 2})
        workers = [psutil.Process(pid) for pid in crew.pids]
        probes = [child for worker in workers for child in worker.children(recursive=True)]
    assert probes
    assert not [process for process in (*workers, *probes) if process.is_running() and process.status() != "zombie"]


async def test_a_worker_asks_for_what_it_logs_in_with(sshd: RealSshd) -> None:
    grants = Grants({"web": Grant(trusted_keys=(sshd.host_key(),))})
    async with working(1, grants) as (crew, recorded):
        await crew.follow(1, [over_ssh(1, "web", sshd), over_ssh(2, "unknown", sshd)])
        await until(lambda: recorded.hosts_read() == {1} and recorded.state(2))
        await until(lambda: recorded.state(2) == (HostState.BLOCKED, Reason.HOST_KEY_UNKNOWN))
        assert crew.counts().blocked == {Reason.HOST_KEY_UNKNOWN: 1}
        grants.grants["unknown"] = Grant(trusted_keys=(sshd.host_key(),))
        crew.retry([Reason.HOST_KEY_UNKNOWN])
        await until(lambda: recorded.hosts_read() == {1, 2})


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (KeyringUnavailableError("It is locked.", hint="Unlock it."), (HostState.UNREACHABLE, Reason.CREDENTIAL)),
        (DatabaseUnavailableError("It is away."), (HostState.CONNECTING, None)),
    ],
    ids=["keyring", "database"],
)
async def test_what_cannot_be_granted_fails_as_it_does_without_workers(
    sshd: RealSshd, error: WatchpostError, state: tuple[HostState, Reason | None]
) -> None:
    grants = Grants({"web": error})
    async with working(1, grants) as (crew, recorded):
        await crew.follow(1, [over_ssh(1, "web", sshd)])
        await until(lambda: grants.asked and recorded.state(1) == state)


async def test_the_log_of_a_worker_comes_out_in_the_log_of_the_poller() -> None:
    with capture_logs() as logs:
        async with working(1) as (crew, recorded):
            await crew.follow(1, [this_machine(1)])
            await until(lambda: recorded.hosts_read() == {1})
    assert [log["host"] for log in logs if log["event"] == "host_state" and log["state"] == "up"] == ["this1"]


async def test_a_person_who_wants_another_try_gets_it_at_once(sshd: RealSshd) -> None:
    grants = Grants()
    async with working(1, grants) as (crew, recorded):
        await crew.follow(1, [over_ssh(1, "web", sshd)])
        await until(lambda: recorded.state(1) == (HostState.BLOCKED, Reason.HOST_KEY_UNKNOWN))
        grants.grants["web"] = Grant(trusted_keys=(sshd.host_key(),))
        crew.retry_hosts([1])
        await until(lambda: recorded.state(1) == (HostState.UP, None))


async def test_workers_end_by_themselves_when_the_poller_is_killed() -> None:
    code = (
        "import asyncio, sys\n"
        "from poller.crew.worker_crew import WorkerCrew\n"
        "async def main():\n"
        "    crew = WorkerCrew(0, None, None)\n"
        "    await crew.start([])\n"
        "    while not crew.pids:\n"
        "        await asyncio.sleep(0.02)\n"
        "    print(*crew.pids, flush=True)\n"
        "    await asyncio.Event().wait()\n"
        "asyncio.run(main())\n"
    )
    poller = await asyncio.create_subprocess_exec(sys.executable, "-c", code, stdout=asyncio.subprocess.PIPE)
    assert poller.stdout is not None
    worker = psutil.Process(int(await poller.stdout.readline()))
    poller.kill()
    await poller.wait()
    await until(lambda: not worker.is_running() or worker.status() == psutil.STATUS_ZOMBIE)
