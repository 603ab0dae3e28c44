"""Readings without a poller."""

import asyncio
import math

import numpy as np
import pytest

from alerts.thresholds import DEFAULTS
from fleet.reading import Health
from poller.failure import SessionError
from poller.local_transport import start_local
from poller.probe_start.probe_options import ProbeOptions
from poller.transport import ProbeConnection, ProbeSink
from storage.errors import KeyringUnavailableError
from storage.host import NewHost, Transport
from storage.reason import Reason
from storage.scrape import Cadence, Scrape, Vector
from storage.series import Layout, SeriesKey
from watchpost.one_shot import AT_ONCE, Shot, Target, judge_shot, newest_values, read_hosts

HERE = Target(host=NewHost(name="here", transport=Transport.LOCAL))


async def start_here(_host: NewHost, options: ProbeOptions, sink: ProbeSink) -> ProbeConnection:
    return await start_local(options, sink)


async def test_this_machine_is_read_with_its_rates() -> None:
    (shot,) = await read_hosts([HERE], start_here, sample_s=0.2)
    reading = judge_shot(shot, DEFAULTS)
    assert shot.failure is None
    assert len(shot.scrapes) == 2
    assert reading.current
    assert reading.headline.cpu_percent is not None
    assert 0 <= reading.headline.cpu_percent <= 100
    assert reading.headline.memory_percent is not None
    assert reading.headline.disk_percent is not None
    assert shot.inventory is not None
    assert shot.inventory["cpu_count"] >= 1
    assert reading.ts == shot.scrapes[1].ts


async def test_many_hosts_are_read_at_once_but_not_all_of_them() -> None:
    running, most = 0, 0

    async def start(host: NewHost, options: ProbeOptions, sink: ProbeSink) -> ProbeConnection:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0)
        running -= 1
        raise SessionError(Reason.REFUSED)

    targets = [Target(host=NewHost(name=f"h{number}")) for number in range(50)]
    shots = await read_hosts(targets, start, sample_s=0.2)
    assert [shot.target for shot in shots] == targets
    assert 1 < most <= AT_ONCE


async def test_a_host_that_cannot_be_read_has_its_reason_and_does_not_stop_the_others() -> None:
    async def start(host: NewHost, options: ProbeOptions, sink: ProbeSink) -> ProbeConnection:
        if host.name == "gone":
            raise SessionError(Reason.DNS)
        return await start_local(options, sink)

    gone, here = await read_hosts([Target(host=NewHost(name="gone")), HERE], start, sample_s=0.2)
    assert gone.failure is not None
    reading = judge_shot(gone, DEFAULTS)
    assert (reading.health, reading.reason, reading.note) == (Health.UNREACHABLE, Reason.DNS, "name not found")
    assert not reading.current
    assert here.scrapes


async def test_a_changed_host_key_blocks() -> None:
    shot = Shot(target=HERE, failure=SessionError(Reason.HOST_KEY_CHANGED))
    assert judge_shot(shot, DEFAULTS).health is Health.BLOCKED


async def test_a_host_that_never_answers_runs_into_the_deadline() -> None:
    async def start(host: NewHost, options: ProbeOptions, sink: ProbeSink) -> ProbeConnection:
        await asyncio.Event().wait()
        raise AssertionError

    (shot,) = await read_hosts([HERE], start, sample_s=0.01, deadline_s=0.02)
    assert shot.failure is not None
    assert shot.failure.reason is Reason.TIMEOUT


async def test_a_missing_keyring_is_the_credentials_fault() -> None:
    async def start(host: NewHost, options: ProbeOptions, sink: ProbeSink) -> ProbeConnection:
        raise KeyringUnavailableError("There is no keyring.", hint="Start one.")

    (shot,) = await read_hosts([HERE], start, sample_s=0.2)
    assert shot.failure is not None
    assert (shot.failure.reason, shot.failure.hint) == (Reason.CREDENTIAL, "Start one.")


class _Closes:
    closed = False

    async def close(self) -> None:
        self.closed = True


async def test_a_probe_that_ends_before_its_first_reading_is_a_failure_and_is_closed() -> None:
    connection = _Closes()

    async def start(host: NewHost, options: ProbeOptions, sink: ProbeSink) -> ProbeConnection:
        sink.ended(SessionError(Reason.PROBE_CRASHED, "It fell over."))
        return connection

    (shot,) = await read_hosts([HERE], start, sample_s=0.2)
    assert shot.failure is not None
    assert shot.failure.message == "It fell over."
    assert connection.closed


async def test_one_reading_is_better_than_none() -> None:
    class CutShort:
        """Passes lines on up to the first scrape, then the connection is lost."""

        def __init__(self, sink: ProbeSink) -> None:
            self.sink = sink

        def lines(self, lines: list[bytes]) -> None:
            for line in lines:
                self.sink.lines([line])
                if b'"n":0' in line.replace(b" ", b""):
                    self.sink.ended(SessionError(Reason.LOST))

        def ended(self, failure: SessionError) -> None:
            self.sink.ended(failure)

    async def start(host: NewHost, options: ProbeOptions, sink: ProbeSink) -> ProbeConnection:
        return await start_local(options, CutShort(sink))

    (shot,) = await read_hosts([HERE], start, sample_s=0.2)
    reading = judge_shot(shot, DEFAULTS)
    assert len(shot.scrapes) == 1
    assert reading.current
    assert reading.headline.cpu_percent is None
    assert reading.headline.memory_percent is not None


def test_rates_come_from_two_readings_and_slow_groups_from_one() -> None:
    fast = Layout((SeriesKey("context_switches_total"), SeriesKey("load1")))
    slow = Layout((SeriesKey("boot_time_seconds"),))

    def fast_at(switches: float) -> Vector:
        return Vector(Cadence.FAST, fast, np.array([switches, 0.5]))

    first = Scrape(1, 1000, 0, (fast_at(100), Vector(Cadence.SLOW, slow, np.array([7.0]))))
    second = Scrape(1, 3000, 0, (fast_at(300),))
    values = newest_values([first, second])
    assert values[SeriesKey("context_switches_per_second")] == pytest.approx(100)
    assert values[SeriesKey("boot_time_seconds")] == 7
    assert SeriesKey("context_switches_per_second") not in newest_values([first])
    assert not any(math.isnan(value) for value in values.values())
