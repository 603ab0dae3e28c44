"""What a worker's next life knows of the one before, and what it must not get from it."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import replace

import pytest

from alerts.rules.applied_rule import AppliedRule
from poller.assignment import Assignment
from poller.crew.messages import Ask, Follow, Followed, FollowRules, Granted, Parcel, ToWorker
from poller.crew.packed_rules import unpack_rules
from poller.crew.worker_crew import WorkerCrew
from poller.probe_start.probe_options import ProbeOptions
from poller.retry import Hold
from poller.trust import Grant
from storage.alerting.alert_change import AlertChange
from storage.alerting.alert_row import AlertRow
from storage.host import Host, NewHost
from storage.host_status import HostStatus
from storage.packed_scrape import PackedScrape
from storage.reason import HostState, Reason
from storage.scrape import Scrape
from tests.alerts.evaluation.made import applied, firing
from tests.storage.alerting.test_alert_rows import FIRED

WEB = Assignment(Host(id=1, name="web", address="web", revision=0), ProbeOptions())
BLOCKED = HostStatus(1, HostState.BLOCKED, Reason.AUTH, "", 0, None)
DOWN = HostStatus(1, HostState.UNREACHABLE, Reason.DIRECTORY_DOWN, "", 0, None)


class Wire:
    """A worker that lives and dies as it is told to."""

    number = 0

    def __init__(self) -> None:
        self.pid: int | None = None
        self.sent: list[ToWorker] = []

    def send(self, message: ToWorker) -> None:
        self.sent.append(message)


class Stage:
    """A crew of one such worker."""

    def __init__(self) -> None:
        self.wire = Wire()
        self.may_answer = asyncio.Event()
        self.asked = 0
        self.alerts: list[AlertRow] = []
        self.asked_of: list[list[int]] = []
        self.crew = WorkerCrew(0, self, self, open_alerts=self.open_alerts)
        self.crew._worker = self.wire  # type: ignore[assignment]

    def open_alerts(self, host_ids: Iterable[int]) -> list[AlertRow]:
        self.asked_of.append(list(host_ids))
        return self.alerts

    async def of(self, host: NewHost) -> Grant:
        self.asked += 1
        await self.may_answer.wait()
        return Grant(secret=f"of {host.name}")

    def record_scrape(self, scrape: Scrape) -> None:
        raise AssertionError(scrape)

    def record_packed(self, scrapes: Sequence[PackedScrape]) -> None:
        """There are none."""

    def record_state(self, change: HostStatus) -> None:
        """Kept elsewhere."""

    def record_alerts(self, changes: Sequence[AlertChange]) -> None:
        raise AssertionError(changes)

    def live(self) -> None:
        self.wire.pid = 1
        self.crew.started()

    def die(self) -> None:
        self.wire.pid = None
        self.crew.gone()
        self.wire.sent.clear()

    async def ask(self, number: int, host: Host) -> None:
        self.crew.said(Ask(number, host))
        await turns()

    def tell(self, state: HostStatus) -> None:
        self.crew.said(Parcel(True, [], [], [state], {}))

    @property
    def order(self) -> Follow:
        return next(message for message in reversed(self.wire.sent) if isinstance(message, Follow))

    @property
    def granted(self) -> list[Granted]:
        return [message for message in self.wire.sent if isinstance(message, Granted)]


async def turns() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


@pytest.fixture
async def stage() -> Stage:
    stage = Stage()
    # It does not run yet, so that nothing is waited for.
    await stage.crew.follow(1, [WEB])
    stage.live()
    return stage


async def test_what_one_life_asked_for_is_not_given_to_the_next(stage: Stage) -> None:
    await stage.ask(0, WEB.host)
    assert stage.asked == 1
    stage.die()
    stage.live()
    stage.may_answer.set()
    await turns()
    assert stage.granted == []
    await stage.ask(0, WEB.host)
    assert stage.granted == [Granted(0, 1, secret="of web")]


async def test_a_session_from_before_an_edit_gets_nothing_of_the_host_as_it_is_now(stage: Stage) -> None:
    await stage.ask(0, WEB.host)
    stage.die()
    edited = replace(WEB, host=replace(WEB.host, address="elsewhere"))
    await stage.crew.follow(2, [edited])
    stage.live()
    stage.may_answer.set()
    await stage.ask(0, WEB.host)
    assert (stage.asked, stage.granted) == (1, [])
    await stage.ask(1, edited.host)
    assert [granted.number for granted in stage.granted] == [1]


async def test_an_edit_while_a_grant_is_looked_up_keeps_it_back(stage: Stage) -> None:
    await stage.ask(0, WEB.host)
    following = asyncio.create_task(
        stage.crew.follow(2, [replace(WEB, host=replace(WEB.host, address="elsewhere"))]),
    )
    await turns()
    stage.may_answer.set()
    await turns()
    assert stage.granted == []
    stage.die()
    await asyncio.wait_for(following, 60)


async def test_a_refusal_is_remembered_from_life_to_life(stage: Stage) -> None:
    stage.tell(BLOCKED)
    for _ in range(3):
        # It says nothing of the host before it dies again.
        stage.die()
        stage.live()
        assert stage.order.last_states == [BLOCKED]
    stage.tell(replace(BLOCKED, state=HostState.UP, reason=None))
    stage.die()
    stage.live()
    assert [state.state for state in stage.order.last_states] == [HostState.UP]


async def test_a_new_life_is_told_who_is_held_and_those_count_as_what_they_were(stage: Stage) -> None:
    stage.tell(DOWN)
    stage.crew.hold([1], Hold.DOWN)
    for _ in range(2):
        stage.die()
        stage.live()
        assert stage.order.holds == {1: Hold.DOWN}
        assert stage.crew.counts().unreachable == {Reason.DIRECTORY_DOWN: 1}
    stage.crew.hold([1], Hold.NONE)
    stage.die()
    stage.live()
    assert stage.order.holds == {}


async def test_a_host_that_was_edited_is_held_no_more(stage: Stage) -> None:
    stage.crew.hold([1], Hold.DOWN)
    stage.die()
    await stage.crew.follow(2, [replace(WEB, host=replace(WEB.host, username="other"))])
    stage.live()
    assert stage.order.holds == {}


async def test_each_life_is_told_once_what_holds_on_its_hosts_and_then_only_what_differs(stage: Stage) -> None:
    everywhere, elsewhere = (applied(),), (applied(warning=5.0),)

    def told() -> list[dict[int, tuple[AppliedRule, ...]]]:
        found = [unpack_rules(message.rules) for message in stage.wire.sent if isinstance(message, FollowRules)]
        stage.wire.sent.clear()
        return found

    # Of a host that it does not have it need not know.
    stage.crew.follow_rules({1: everywhere, 2: everywhere})
    assert told() == [{1: everywhere}]
    stage.crew.follow_rules({1: everywhere, 2: elsewhere})
    assert told() == []
    stage.crew.follow_rules({1: elsewhere, 2: elsewhere})
    assert told() == [{1: elsewhere}]
    stage.die()
    stage.live()
    assert told() == [{1: elsewhere}]
    stage.crew.follow_rules({})
    assert told() == [{1: ()}]


async def test_what_holds_is_told_before_the_hosts_on_which_it_does_and_with_them_what_fires_there(
    stage: Stage,
) -> None:
    everywhere, row = (applied(),), firing(FIRED)
    stage.alerts = [row]
    stage.crew.follow_rules({1: everywhere, 2: everywhere})
    stage.wire.sent.clear()
    other = Assignment(replace(WEB.host, id=2, name="db"), WEB.options)
    following = asyncio.create_task(stage.crew.follow(2, [WEB, other]))
    await turns()
    rules, order = stage.wire.sent
    assert isinstance(rules, FollowRules)
    assert unpack_rules(rules.rules) == {2: everywhere}
    assert isinstance(order, Follow)
    assert ([assignment.host.id for assignment in order.changed], order.alerts) == ([2], [row])
    stage.crew.said(Followed(order.number))
    await following
    assert stage.asked_of == [[1], [2]]
