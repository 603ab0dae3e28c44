"""A session that is told lines one after the other, and whether what it kept is sane."""

import asyncio
import json
import math
from collections.abc import Sequence
from typing import Any

import msgspec
import numpy as np

from poller.failure import SessionError
from poller.stream.decode import MOUNTS_LIMIT
from poller.stream.layout_choice import LABEL_LIMIT, SERIES_LIMIT
from poller.stream.process_list import COMMAND_LIMIT, NAME_LIMIT, PROCESSES_LIMIT
from poller.stream.session import Session
from storage.catalogue import CATALOGUE, Kind
from storage.derive import deriver_for
from storage.printable import printable
from storage.scrape import Scrape, Vector
from storage.scrape_rows import pack_scrape

NOW = 1_790_000_000.0
DAY_S = 86_400.0
HELLO: dict[str, Any] = {
    "watchpost": 1,
    "reader": "proc",
    "interval_s": 5.0,
    "m": 100.0,
    "t": NOW,
    "inventory": {"hostname": "db1", "cpu_count": 2, "memory_total_bytes": 2**34, "mounts": [["/", "/dev/sda1", "x"]]},
}
LAYOUTS: tuple[dict[str, Any], ...] = (
    {
        "layout": 0,
        "group": "fast",
        "series": [["load1"], ["cpu_seconds_total", "mode", "user"], ["tcp_connections", "state", "LISTEN"]],
    },
    {"layout": 1, "group": "processes", "series": [["processes"]]},
    {"layout": 2, "group": "slow", "series": [["boot_time_seconds"], ["filesystem_size_bytes", "mount", "/"]]},
    {"layout": 3, "group": "checks", "series": [["custom_total", "check", "shop", "series", "orders"]]},
)
PROCESS = [1, "init", "/sbin/init", "root", 0.5, 1000, 2000, 60.0]


def encoded(value: object) -> bytes:
    return json.dumps(value).encode()


def reading(n: int, **changes: object) -> dict[str, Any]:
    """A whole, good reading, with other values in some places."""
    good = {
        "n": n,
        "m": 100.0 + 5 * n,
        "t": NOW + 5 * n,
        "fast": [0, [0.5, 10.0 + n, 3]],
        "processes": [1, [90]],
        "top": [PROCESS],
        "slow": [2, [1.7e9, 2**40]],
        "checks": [3, [n]],
    }
    return {**good, **changes}


GOOD = [HELLO, *LAYOUTS, *map(reading, range(4))]


class Host:
    """A session, its clock and what came of it."""

    def __init__(self) -> None:
        self.now = NOW
        self.scrapes: list[Scrape] = []
        self.session = Session(7, on_scrape=self.scrapes.append, wall_clock=lambda: self.now)

    def send(self, lines: Sequence[bytes], every_s: float = 5.0) -> None:
        for line in lines:
            self.session.lines([line])
            self.now += every_s

    @property
    def failure(self) -> SessionError | None:
        return self.session.ended_with.result() if self.session.ended_with.done() else None


def played(lines: Sequence[bytes]) -> Host:
    """A session to which these lines were said, in an event loop of its own."""

    async def play() -> Host:
        host = Host()
        host.send(lines)
        return host

    return asyncio.run(play())


def assert_sane(host: Host) -> None:
    """Nothing was kept that could do harm to whoever stores, derives or shows it."""
    before = -math.inf
    for scrape in host.scrapes:
        assert before < scrape.ts <= host.now * 1000 + len(host.scrapes)
        assert scrape.ts >= (NOW - 300) * 1000
        before = scrape.ts
        cadences = [vector.cadence for vector in scrape.vectors]
        assert len(set(cadences)) == len(cadences)
        for vector in scrape.vectors:
            assert_sane_vector(vector)
        for process in scrape.processes or ():
            texts = (process.name, process.command, process.user)
            assert all(printable(text, COMMAND_LIMIT) == text for text in texts)
            numbers = (process.pid, process.rss_bytes, process.vsz_bytes)
            assert all(0 <= number < 2**63 for number in numbers)
            assert all(0 <= number < math.inf for number in (process.cpu_percent, process.run_s))
        assert len(scrape.processes or ()) <= PROCESSES_LIMIT
        # As the recorder will have it.
        pack_scrape(scrape)
    hello = host.session.hello
    if hello is not None:
        said = msgspec.json.encode(hello.inventory)
        assert len(said) < 4 * NAME_LIMIT * (3 * MOUNTS_LIMIT + 10)
        assert printable(said.decode(), len(said)) == said.decode()


def assert_sane_vector(vector: Vector) -> None:
    series = vector.layout.series
    assert vector.values.shape == (len(series),)
    assert not np.isinf(vector.values).any()
    assert len(set(series)) == len(series) <= SERIES_LIMIT + 1
    for key, value in zip(series, vector.values, strict=True):
        metric = CATALOGUE[key.name]
        assert metric.cadence is vector.cadence
        assert metric.kind is not Kind.DERIVED
        assert tuple(name for name, _ in key.labels) == metric.labels
        assert all(printable(text, LABEL_LIMIT) == text for _, text in key.labels)
        assert metric.kind is not Kind.COUNTER or not value < 0
    rows = np.stack((vector.values, vector.values))
    assert not np.isinf(deriver_for(vector.layout).compute(np.array([5.0]), rows)).any()
