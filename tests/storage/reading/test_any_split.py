"""However readings are spread over `head`, chunks and buckets: what is read is the same."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage.database import Database
from storage.host import NewHost
from storage.hosts import add_host
from storage.queries import SeriesPoints, read_series
from storage.rollup import Interval
from storage.schema import chunks, head
from storage.scrape import Cadence, Scrape
from storage.tier import BLOCK_MS, SEAL_MS, Tier
from tests.recorded import key, record, visit
from tests.sealed import ALL_TIERS, roll, seal

STEP_MS = 5_000
WINDOW_MS = SEAL_MS[Cadence.FAST]
DAY = 1_790_000_000_000 // 86_400_000 * 86_400_000
HOURS = 36
RECEIVED = key("network_receive_bytes_total", interface="eth0")
SENT = key("network_transmit_bytes_total", interface="eth0")
LOAD = key("load1")
METRICS = ("load1", "network_receive_bytes_per_second", "network_transmit_bytes_per_second", RECEIVED.name)
ROUNDING = 2.0**-15


class Burst(NamedTuple):
    """Readings in a row, a step apart, from some steps before or after a window's start."""

    window: int
    before: int
    length: int
    is_new_session: bool
    has_sent: bool
    grows: int


class Story(NamedTuple):
    """Bursts, and what became of them."""

    bursts: list[Burst]
    sealed: list[bool]
    late: list[bool]
    spared: int
    rolled: list[bool]
    tiers: tuple[Tier, ...]


BURSTS = st.lists(
    st.builds(
        Burst,
        window=st.integers(0, HOURS * 2 - 1),
        before=st.integers(-20, 20),
        length=st.integers(1, 40),
        is_new_session=st.booleans(),
        has_sent=st.booleans(),
        grows=st.integers(-3, 50),
    ),
    min_size=1,
    max_size=7,
)
STORIES = st.builds(
    Story,
    bursts=BURSTS,
    sealed=st.lists(st.booleans(), min_size=HOURS * 2 + 2, max_size=HOURS * 2 + 2),
    late=st.lists(st.booleans(), min_size=8, max_size=8),
    spared=st.integers(0, 3),
    rolled=st.lists(st.booleans(), min_size=HOURS // 6 + 2, max_size=HOURS // 6 + 2),
    tiers=st.sampled_from([ALL_TIERS, (Tier.M1,), (Tier.M5, Tier.D1), (Tier.H1,), (Tier.M1, Tier.H1, Tier.D1)]),
)


def readings(host_id: int, bursts: Sequence[Burst]) -> dict[int, Scrape]:
    """By their times."""
    found: dict[int, Scrape] = {}
    session = DAY - 1
    for burst in sorted(bursts):
        start = DAY + burst.window * WINDOW_MS - burst.before * STEP_MS
        session = start if burst.is_new_session else session
        for turn in range(burst.length):
            ts = start + turn * STEP_MS
            counted = float(1000 + burst.grows * turn * turn)
            group = {RECEIVED: counted, LOAD: ts % 977 / 8} | ({SENT: 2 * counted} if burst.has_sent else {})
            found.setdefault(ts, visit(host_id, ts, group, session_at=session))
    return found


def settle(database: Database, host_id: int, story: Story) -> None:
    """Spreads the readings of a host as the story has it."""
    whole = readings(host_id, story.bursts)
    late = {ts for ts in whole if story.late[ts // STEP_MS % len(story.late)]}
    record(database, *(scrape for ts, scrape in whole.items() if ts not in late))
    first = min(whole) // WINDOW_MS * WINDOW_MS
    windows = range(first, max(whole) + 1, WINDOW_MS)
    chosen = [window for window in windows if story.sealed[(window - DAY) // WINDOW_MS]]
    for window in chosen:
        seal(database, host_id, window, spared=story.spared)
    record(database, *(scrape for ts, scrape in whole.items() if ts in late))
    for block in sorted({window // BLOCK_MS for window in windows}):
        mine = [window for window in windows if window // BLOCK_MS == block]
        before = [window for window in windows if window == block * BLOCK_MS - WINDOW_MS]
        if story.rolled[block - DAY // BLOCK_MS] and all(window in chosen for window in before + mine):
            # Blocks are rolled up when all of their readings are sealed, and the one before them as well.
            for window in before + mine:
                seal(database, host_id, window)
            roll(database, host_id, block * BLOCK_MS, tiers=story.tiers)


def read(
    database: Database, host_id: int, metric: str, interval: Interval, span: tuple[int, int]
) -> list[SeriesPoints]:
    with database.reading() as connection:
        return read_series(connection, host_ids=[host_id], metric=metric, start=span[0], end=span[1], interval=interval)


def assert_same(first: Sequence[SeriesPoints], second: Sequence[SeriesPoints], rounding: float) -> None:
    expected, found = ({str(series.key): series for series in each} for each in (first, second))
    assert found.keys() == expected.keys()
    for name, series in expected.items():
        assert found[name].ts.tolist() == series.ts.tolist()
        assert found[name].count.tolist() == series.count.tolist()
        for statistic in ("value", "minimum", "maximum"):
            values, wanted = getattr(found[name], statistic), getattr(series, statistic)
            np.testing.assert_allclose(values, wanted, rtol=rounding, atol=rounding * np.abs(series.maximum).max())


@pytest.fixture
def two_hosts(database: Database) -> tuple[int, int]:
    """One whose readings stay where they arrive, and one whose are sealed."""
    with database.writing() as connection:
        first, second = (add_host(connection, NewHost(name=name, address=name), 0).id for name in ("plain", "sealed"))
    return first, second


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(story=STORIES, span=st.tuples(st.integers(0, HOURS * 60), st.integers(1, HOURS * 60)))
def test_any_split_of_the_same_readings_reads_the_same(
    database: Database, two_hosts: tuple[int, int], story: Story, span: tuple[int, int]
) -> None:
    plain, sealed = two_hosts
    with database.writing() as connection:
        connection.execute(head.delete())
        connection.execute(chunks.delete())
    record(database, *readings(plain, story.bursts).values())
    settle(database, sealed, story)
    start = DAY + span[0] * 60_000 - 3_600_000
    for asked in ((DAY - 86_400_000, DAY + 3 * 86_400_000), (start, start + span[1] * 60_000)):
        for metric in METRICS:
            for interval in (Interval.RAW, Interval.M1, Interval.M5, Interval.H1, Interval.D1):
                first, second = (read(database, host_id, metric, interval, asked) for host_id in two_hosts)
                assert_same(first, second, 0.0 if interval is Interval.RAW else ROUNDING)
