import os
import subprocess
import sys

import pytest
from structlog.testing import capture_logs

from poller.crew.counts import Counts
from poller.health.sources import Standing, Waiting
from poller.health.watch import HealthWatch
from storage.poller_figures import PollerHealth, PollerTrouble
from storage.reason import Reason
from storage.recorder import Commit
from tests.poller.health.sources import Parts


class Clock:
    s = 1000.0

    def __call__(self) -> float:
        return self.s


class Watched:
    """A watch over played parts, and its clock."""

    def __init__(self) -> None:
        self.parts, self.clock = Parts(), Clock()
        self.watch = HealthWatch(self.parts.sources(), version="1", clock=self.clock)

    def later(self, s: float) -> PollerHealth:
        """Some seconds later, with the loop going round."""
        self.clock.s += s
        self.watch.beat()
        return self.watch.look().health


@pytest.fixture
def made() -> Watched:
    made = Watched()
    made.watch.ready()
    return made


def test_before_its_start_is_over_it_is_starting() -> None:
    assert Watched().later(1.0) is PollerHealth.STARTING


def test_the_figures_hold_what_the_parts_say(made: Watched) -> None:
    made.later(2.0)
    unreachable, blocked = {Reason.TIMEOUT: 1}, {Reason.AUTH: 1}
    made.parts.hosts = Counts(9, 5, 2, unreachable, blocked, failures={Reason.TIMEOUT: 7}, scrapes=10)
    made.parts.waiting = Waiting(queue=4, spool_rows=3, spool_bytes=99, lost=1)
    made.parts.standing = Standing(epoch=6, workers=2)
    made.parts.sealing_lag_s = 2.5
    made.watch.stores.committed(Commit(rows=1, at=1_400, scrape_ts=(1_000,), took_s=0.01))
    made.later(2.0)
    figures = made.watch.figures
    assert (figures.hosts, figures.up, figures.connecting, figures.blocked) == (9, 5, 2, 1)
    assert figures.by_reason == {"timeout": 1, "auth": 1}
    assert figures.failures_total == {"timeout": 7}
    assert (figures.queue, figures.spool_rows, figures.spool_bytes, figures.lost_total) == (4, 3, 99, 1)
    assert (figures.epoch, figures.workers, figures.sealing_lag_s) == (6, 2, 2.5)
    assert (figures.scrapes_total, figures.scrapes_per_s, figures.stored_total) == (10, 5.0, 1)
    assert (figures.delay_p50_ms, figures.commit_p99_ms) == (400.0, 10.0)
    assert figures.health is PollerHealth.DEGRADED
    assert figures.troubles == (PollerTrouble.READINGS_LOST, PollerTrouble.SPOOL_IN_USE)


def test_who_does_not_seal_says_nothing_about_sealing(made: Watched) -> None:
    made.parts.standing, made.parts.sealing_lag_s = Standing(is_leader=False), 9e9
    assert made.later(1.0) is PollerHealth.READY
    assert made.watch.figures.sealing_lag_s is None


def test_a_loop_that_hangs_is_seen_without_it(made: Watched) -> None:
    made.later(1.0)
    made.clock.s += 31.0
    assert made.watch.now().troubles == (PollerTrouble.LOOP_STUCK,)
    assert made.watch.exposed().figures.health is PollerHealth.FAILING
    made.watch.beat()
    assert made.watch.now().health is PollerHealth.READY


def test_readings_that_wait_while_none_is_stored_are_a_failure_after_a_minute(made: Watched) -> None:
    made.parts.waiting = Waiting(queue=10)
    assert made.later(1.0) is PollerHealth.READY
    assert made.later(59.0) is PollerHealth.READY
    assert made.later(2.0) is PollerHealth.FAILING
    made.watch.stores.committed(Commit(rows=1, at=0, scrape_ts=()))
    assert made.later(2.0) is PollerHealth.READY
    assert made.later(57.0) is PollerHealth.READY


def test_hosts_that_are_read_seldom_are_no_failure(made: Watched) -> None:
    for _ in range(100):
        assert made.later(60.0) is PollerHealth.READY


def test_readings_that_were_given_up_are_told_for_ten_minutes(made: Watched) -> None:
    made.parts.waiting = Waiting(lost=3)
    assert made.later(1.0) is PollerHealth.DEGRADED
    assert made.later(599.0) is PollerHealth.DEGRADED
    assert made.later(2.0) is PollerHealth.READY


def test_fewer_descriptors_than_are_needed_are_told(made: Watched) -> None:
    made.parts.standing = Standing(descriptors_needed=10**12)
    made.later(1.0)
    assert made.watch.figures.troubles == (PollerTrouble.FEW_DESCRIPTORS,)


def test_each_change_is_logged_once(made: Watched) -> None:
    with capture_logs() as logs:
        made.later(1.0)
        for away in (True, True, False, False):
            made.parts.waiting = Waiting(is_database_away=away)
            made.later(1.0)
        made.watch.stopping()
        made.later(1.0)
    assert [log["event"] for log in logs] == ["poller_degraded", "poller_well_again"]
    assert logs[0]["troubles"] == ["database_away"]
    assert "cannot be written" in logs[0]["detail"]


def test_what_workers_use_is_counted_also_after_their_end(made: Watched) -> None:
    code = "sum(range(3_000_000)); print(flush=True); input()"
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as worker:
        assert worker.stdout
        worker.stdout.readline()
        made.later(1.0)
        alone = made.watch.figures
        made.parts.worker_pids = (worker.pid, os.getpid())
        made.later(1.0)
        together = made.watch.figures
        assert (together.memory_bytes or 0) > (alone.memory_bytes or 0) + 2_000_000
        assert (together.cpu_s or 0) > (alone.cpu_s or 0)
        worker.communicate(b"\n")
    made.later(1.0)
    made.parts.worker_pids = ()
    made.later(1.0)
    assert (made.watch.figures.cpu_s or 0) >= (together.cpu_s or 0)
