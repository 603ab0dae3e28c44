"""What it costs to read series."""

from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.figure import Figure
from benchmarks.store.stores import Store
from benchmarks.store.upkeep import DAY_MS, HOUR_MS
from storage.host import Host
from storage.queries import read_series
from storage.rollup import Interval

METRIC = "memory_available_bytes"
RATE = "cpu_usage_percent"
_REPEATS = 30


@dataclass(frozen=True, slots=True)
class Question:
    """What is read: a key, over which time, in which tier, at most how many points, the limit."""

    key: str
    span_ms: int
    interval: Interval
    points: int
    limit_ms: float
    words: str


QUESTIONS = (
    Question("24h_raw", DAY_MS, Interval.RAW, 17_000, 2.0, "24 hours of readings"),
    Question("7d_1m", 7 * DAY_MS, Interval.M1, 10_000, 3.0, "7 days of minutes"),
    Question("30d_1h", 30 * DAY_MS, Interval.H1, 700, 1.0, "30 days of hours"),
)


def measure_reading(store: Store, host: Host, end: int) -> list[Figure]:
    """One series of one host: a stored one, within its limit, and a computed one."""
    figures = []
    for question in QUESTIONS:
        for metric, limit in ((METRIC, question.limit_ms), (RATE, None)):
            cost_ms, points = _cost(store, [host], metric, (end - question.span_ms, end), question.interval)
            if points < question.points:
                raise RuntimeError(f"{question.words} have only {points} points")
            about = "series" if metric == METRIC else "rate"
            how = f"CPU of {metric}, one host, {question.words}, {points} points"
            figures.append(Figure(f"read_{about}_{question.key}_{store.name}_ms", cost_ms, limit, "ms", how))
    return figures


def measure_comparing(store: Store, hosts: Sequence[Host], end: int) -> list[Figure]:
    """One metric of many hosts over the last hour, most of it sealed."""
    cost_ms, points = _cost(store, hosts, RATE, (end - HOUR_MS, end), Interval.RAW)
    how = f"CPU of {RATE} of {len(hosts)} hosts, the last hour of readings, {points} points"
    return [Figure(f"read_{len(hosts)}_hosts_1h_{store.name}_ms", cost_ms, 50.0, "ms", how)]


def _cost(
    store: Store, hosts: Sequence[Host], metric: str, span: tuple[int, int], interval: Interval
) -> tuple[float, int]:
    """Milliseconds of CPU, and how many points there were."""
    ids = [host.id for host in hosts]
    points = 0
    repeats = max(3, _REPEATS // len(hosts))
    # The first one parses layouts and prepares statements.
    for turn in range(-1, repeats):
        if turn == 0:
            before = store.cpu_s()
        with store.database.reading() as connection:
            found = read_series(connection, host_ids=ids, metric=metric, start=span[0], end=span[1], interval=interval)
        points = sum(len(series.ts) for series in found)
    return (store.cpu_s() - before) / repeats * 1000, points
