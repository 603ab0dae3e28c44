"""Real workers come and go with the hosts of a simulated fleet, which is served over real SSH."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from poller.any_transport import start_probe
from poller.assignment import Assignment
from poller.crew import worker_count
from poller.crew.crew import OneLoop
from poller.crew.local_crew import LocalCrew
from poller.crew.shared_crew import SharedCrew
from poller.crew.worker_count import WorkerCount
from poller.crew.worker_crew import WorkerCrew
from poller.probe_start.probe_options import ProbeOptions
from poller.transport import ProbeConnection, ProbeSink
from poller.trust import Grant
from storage.alerting.alert_change import AlertChange
from storage.host import Host, NewHost
from storage.host_status import HostStatus
from storage.packed_scrape import PackedScrape
from storage.reason import HostState
from storage.scrape import Scrape
from tests.served_fleet import ServedFleet, in_time, serving

INTERVAL_S = 0.5


class Stage:
    """A crew with as many workers as its hosts need, and what these brought."""

    def __init__(self, served: ServedFleet) -> None:
        self.served = served
        self.read: set[int] = set()
        self.states: list[HostStatus] = []
        self.alerts: list[AlertChange] = []
        self.crew = SharedCrew(WorkerCount(cores=2), self._loop_at)

    def watch(self, host_ids: Sequence[int]) -> Sequence[Assignment]:
        return [Assignment(self._host(host_id), ProbeOptions(interval_s=INTERVAL_S)) for host_id in host_ids]

    async def of(self, host: NewHost) -> Grant:
        assert isinstance(host, Host)
        return Grant(trusted_keys=tuple(self.served.target(host.id).trusted_keys))

    def record_scrape(self, scrape: Scrape) -> None:
        self.read.add(scrape.host_id)

    def record_packed(self, scrapes: Sequence[PackedScrape]) -> None:
        self.read |= {scrape.host_id for scrape in scrapes}

    def record_state(self, change: HostStatus) -> None:
        self.states.append(change)

    def record_alerts(self, changes: Sequence[AlertChange]) -> None:
        self.alerts += changes

    async def all_read(self, host_ids: Sequence[int]) -> None:
        self.read.clear()
        await in_time(lambda: self.read >= set(host_ids))

    def _host(self, host_id: int) -> Host:
        target = self.served.target(host_id)
        return Host(
            id=host_id,
            name=f"h{host_id}",
            address=target.address,
            port=target.port,
            username=target.username,
            identity_file=str(target.identity_file),
            revision=0,
        )

    def _loop_at(self, place: int) -> OneLoop:
        async def start(assignment: Assignment, sink: ProbeSink) -> ProbeConnection:
            return await start_probe(assignment.host, assignment.options, sink, self)

        return WorkerCrew(place - 1, self, self) if place else LocalCrew(start, self)


async def test_workers_come_with_hosts_and_go_with_them_and_every_host_is_read_all_the_while(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker_count, "ONE_LOOP", 4 / INTERVAL_S)
    for name in ("SETTLE_S", "CALM_FOR_S"):
        monkeypatch.setattr(worker_count, name, 0.0)
    few, many = range(3), range(8)
    async with serving(tmp_path, len(many)) as served:
        stage = Stage(served)
        await stage.crew.start([])
        try:
            await stage.crew.follow(1, stage.watch(few))
            await stage.all_read(few)
            assert stage.crew.workers == 0
            await stage.crew.follow(2, stage.watch(many))
            await stage.all_read(many)
            await in_time(lambda: len(stage.crew.pids) == stage.crew.workers == 2 and len(stage.crew) == len(many))
            # The poller's own loop has been given up: all of them are the workers' now.
            await in_time(lambda: 0 not in stage.crew.places)
            await stage.all_read(many)
            await stage.crew.follow(3, stage.watch(few))
            await in_time(lambda: stage.crew.workers == 0 and not stage.crew.pids)
            await stage.all_read(few)
            assert stage.crew.counts().up == len(few)
            assert not [state for state in stage.states if state.state is HostState.UNREACHABLE]
        finally:
            await stage.crew.end()
