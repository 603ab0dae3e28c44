"""Whatever a host says: nothing is raised, the session says why it ends, and what is kept is sane."""

import asyncio
import math

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage.reason import Reason
from tests.poller.stream.spoilt_lines import spoilt_transcripts
from tests.poller.stream.told_session import DAY_S, GOOD, NOW, Host, assert_sane, encoded, played, reading


def test_the_good_session_is_taken_whole() -> None:
    host = played([encoded(line) for line in GOOD])
    assert len(host.scrapes) == 4
    assert host.failure is None
    assert_sane(host)


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(spoilt_transcripts())
def test_a_spoilt_session_costs_its_bad_lines_alone(lines: list[bytes]) -> None:
    host = played(lines)
    assert_sane(host)
    assert host.failure is None or host.failure.reason is Reason.BAD_LINE


clock_steps = st.sampled_from([5.0, 5.0, 5.0, 0.0, 0.001, DAY_S, -DAY_S, -1e-9, 1e10, 300.0])


@settings(deadline=None)
@given(st.lists(st.tuples(clock_steps, clock_steps, st.sampled_from([5.0, 0.0, 40.0, 600.0])), max_size=12))
def test_however_the_hosts_clocks_jump_readings_keep_their_order_and_lie_in_the_present(
    steps: list[tuple[float, float, float]],
) -> None:
    async def play() -> Host:
        host = Host()
        host.send(list(map(encoded, GOOD[:5])))
        m, t = 100.0, NOW
        for step, wall_step, passed in steps:
            m, t = m + step, t + wall_step
            host.now += passed
            host.send([encoded(reading(0, m=m, t=t))], every_s=0)
        return host

    host = asyncio.run(play())
    assert_sane(host)
    for scrape in host.scrapes:
        for vector in scrape.vectors:
            skew = dict(zip(map(str, vector.layout.series), vector.values, strict=True)).get("clock_skew_seconds", 0)
            assert math.isnan(skew) or abs(skew) < 12 * DAY_S


async def test_a_host_whose_wall_clock_is_a_day_off_stores_nothing_in_the_wrong_place() -> None:
    host = Host()
    host.send([encoded(line) for line in GOOD[:5]], every_s=1)
    host.send([encoded(reading(n, t=NOW + 5 * n + (-1) ** n * DAY_S)) for n in range(1, 6)])
    assert [scrape.ts for scrape in host.scrapes] == [(NOW + 5 * n) * 1000 for n in range(1, 6)]
    assert host.failure is None
