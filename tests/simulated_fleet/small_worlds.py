"""Small simulated fleets, and their lines as a poller understands them."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from poller.stream.decode import Decoder, Hello
from simulated_fleet.machine import Machine, machines
from simulated_fleet.scenario import Scenario, ScenarioKind
from simulated_fleet.world import Due, World
from storage.scrape import Cadence, Scrape
from storage.series import SeriesKey

START_MS = 1_790_000_000_000
"""A Monday, 14:13:20 UTC."""
HOUR_S = 3600.0
FLEET = machines(40, 7)


def world(*scenarios: Scenario, time_zone: str = "UTC", fleet: Sequence[Machine] = FLEET) -> World:
    return World(fleet, seed=7, scenarios=scenarios, time_zone=time_zone, start_ms=START_MS)


def scenario(
    kind: ScenarioKind, *hosts: int, after_s: float = 600, lasts_s: float = 1800, strength: float = 1
) -> Scenario:
    start_ms = START_MS + round(after_s * 1000)
    return Scenario(kind, hosts, start_ms, start_ms + round(lasts_s * 1000), strength)


def role(name: str) -> Machine:
    """The first machine of a role."""
    return next(machine for machine in FLEET if machine.role == name)


def talk(of: World, index: int, after_s: Sequence[float]) -> tuple[Hello, list[Scrape]]:
    """What a poller makes of a session; every line has all groups."""
    decoder, start_s = Decoder(1), START_MS / 1000 + after_s[0]
    hello = decoder.decode(of.hello(index, of.steady_s(index, start_s), start_s), start_s)
    for line in of.layouts(index):
        decoder.decode(line, start_s)
    moments = [START_MS / 1000 + after for after in after_s]
    due = [Due(index, n, of.steady_s(index, t_s), t_s, True, True) for n, t_s in enumerate(moments)]
    found = [decoder.decode(line, t_s) for line, t_s in zip(of.scrapes(due), moments, strict=True)]
    assert isinstance(hello, Hello)
    assert all(isinstance(scrape, Scrape) for scrape in found)
    return hello, [scrape for scrape in found if isinstance(scrape, Scrape)]


def column(scrapes: Sequence[Scrape], name: str, *label: str, cadence: Cadence = Cadence.FAST) -> NDArray[np.float64]:
    """One series over all scrapes; `label` is its name and value."""
    key = SeriesKey(name, (tuple(label),) if label else ())  # type: ignore[arg-type]
    vectors = [vector for scrape in scrapes for vector in scrape.vectors if vector.cadence is cadence]
    return np.array([vector.values[vector.layout.series.index(key)] for vector in vectors])


def cpu_percent(scrapes: Sequence[Scrape], cpus: int) -> NDArray[np.float64]:
    """In use between each scrape and the next."""
    idle = column(scrapes, "cpu_seconds_total", "mode", "idle") + column(scrapes, "cpu_seconds_total", "mode", "iowait")
    seconds = np.diff([scrape.ts / 1000 for scrape in scrapes])
    percent: NDArray[np.float64] = 100 * (1 - np.diff(idle) / cpus / seconds)
    return percent


def memory_percent(scrapes: Sequence[Scrape]) -> NDArray[np.float64]:
    """In use at each scrape."""
    percent: NDArray[np.float64] = 100 * (
        1 - column(scrapes, "memory_available_bytes") / column(scrapes, "memory_total_bytes")
    )
    return percent
