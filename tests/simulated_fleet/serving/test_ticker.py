"""Lines of sessions whose pollers read, or do not."""

import json
from collections import deque
from itertools import pairwise

from simulated_fleet.machine import machines
from simulated_fleet.serving.beat import Beat
from simulated_fleet.serving.clock import Clock
from simulated_fleet.serving.figures import Counts
from simulated_fleet.serving.probe_request import ProbeRequest
from simulated_fleet.serving.ticker import BACKLOG_LIMIT, WATCHDOG_S, Ticker
from simulated_fleet.world import Due, World

START_S = 1_790_000_000.0


class SetClock(Clock):
    """A clock that stands where it is put."""

    def __init__(self) -> None:
        super().__init__()
        self.now_s = START_S

    def utc_s(self) -> float:
        return self.now_s


class Heard:
    """A session that keeps what it is told."""

    def __init__(self, index: int, interval_s: float = 5.0, count: int | None = None) -> None:
        self.index = index
        self.beat = Beat(ProbeRequest(interval_s=interval_s, count=count), START_S)
        self.waiting: deque[Due] = deque()
        self.over = False
        self.blocked = False
        self.room = 1_000_000
        self.lines: list[bytes] = []
        self.ends = 0

    def line(self, line: bytes) -> None:
        self.lines.append(line)
        self.room -= 1
        self.blocked = self.room <= 0

    def finished(self) -> None:
        self.ends += 1

    @property
    def numbers(self) -> list[int]:
        return [json.loads(line)["n"] for line in self.lines]


class Ticking:
    """A ticker that is driven by hand."""

    def __init__(self) -> None:
        self.clock = SetClock()
        self.counts = Counts()
        found = machines(3, 1, behind_share=0)
        world = World(found, seed=1, start_ms=int(START_S * 1000))
        self.ticker = Ticker(world, self.clock, self.counts)

    def pass_s(self, seconds: float, step_s: float = 0.0625) -> None:
        for _ in range(round(seconds / step_s)):
            self.clock.now_s += step_s
            self.ticker.tick()


def test_each_session_gets_its_lines_at_its_own_interval() -> None:
    ticking = Ticking()
    fast, slow = Heard(0, 1.0), Heard(1, 5.0)
    for session in (fast, slow):
        ticking.ticker.join(session)
    ticking.pass_s(10.5)
    assert fast.numbers == list(range(11))
    assert slow.numbers == [0, 1, 2]
    assert ticking.counts.lines == 14


def test_a_session_that_is_over_gets_nothing_more() -> None:
    ticking, session = Ticking(), Heard(0, 1.0)
    ticking.ticker.join(session)
    ticking.pass_s(2.5)
    session.over = True
    ticking.pass_s(5)
    assert session.numbers == [0, 1, 2]


def test_one_that_asked_for_so_many_lines_is_finished_after_them() -> None:
    ticking, session = Ticking(), Heard(0, 1.0, count=3)
    ticking.ticker.join(session)
    ticking.pass_s(10)
    assert (session.numbers, session.ends) == ([0, 1, 2], 1)


def test_lines_wait_while_a_poller_does_not_read_and_come_with_their_own_time() -> None:
    ticking, session = Ticking(), Heard(0, 1.0)
    ticking.ticker.join(session)
    ticking.pass_s(2.5)
    session.blocked = True
    ticking.pass_s(40)
    assert session.numbers == [0, 1, 2]
    session.blocked = False
    ticking.ticker.send_waiting(session)
    ticking.pass_s(1)
    assert session.numbers == list(range(44))
    times = [json.loads(line)["m"] for line in session.lines]
    steps = [round(later - earlier, 1) for earlier, later in pairwise(times)]
    assert set(steps) <= {0.9, 1.0, 1.1}


def test_a_poller_that_stops_reading_again_gets_the_rest_later_and_in_order() -> None:
    ticking, session = Ticking(), Heard(0, 1.0)
    ticking.ticker.join(session)
    session.blocked = True
    ticking.pass_s(60)
    for _ in range(3):
        session.room, session.blocked = 25, False
        ticking.ticker.send_waiting(session)
    assert session.numbers == list(range(60))


def test_what_waits_is_bounded_and_the_oldest_is_given_up_first() -> None:
    ticking, session = Ticking(), Heard(0, 0.5)
    ticking.ticker.join(session)
    session.blocked = True
    ticking.pass_s(400, step_s=0.5)
    assert len(session.waiting) == BACKLOG_LIMIT
    assert ticking.counts.left_out > 0
    session.blocked = False
    ticking.ticker.send_waiting(session)
    assert session.numbers[0] == ticking.counts.left_out
    assert session.numbers == list(range(session.numbers[0], session.numbers[-1] + 1))


def test_a_probe_that_cannot_write_for_a_quarter_of_an_hour_ends() -> None:
    ticking, session = Ticking(), Heard(0, 5.0)
    ticking.ticker.join(session)
    session.blocked = True
    ticking.pass_s(WATCHDOG_S - 10, step_s=5.0)
    assert not session.ends
    ticking.pass_s(20, step_s=5.0)
    assert session.ends


def test_lateness_of_the_fleet_itself_is_told() -> None:
    ticking, session = Ticking(), Heard(0, 5.0)
    ticking.ticker.join(session)
    ticking.pass_s(3.0, step_s=3.0)
    assert 2.5 < ticking.counts.late_s < 3.0
