"""Views of one host, read from a database that the recorder has filled."""

from dataclasses import replace

import numpy as np

from fleet.host_view import HISTORY_MS, History, HostView
from fleet.points import Points
from fleet.reading import HostReading, read_host
from storage.latest import Latest
from storage.scrape import Process
from storage.series import SeriesKey
from tests.fleet.made_up import MOMENT, NOW_MS, host
from tests.fleet.sample_fleet import INVENTORY, Machine, scrapes
from watchpost.one_shot import newest_values

GIB = 2**30
PROCESSES = (
    Process(2211, "postgres", "postgres: writer process", "postgres", 312.0, 18 * GIB, 36 * GIB, 30_290.0),
    Process(901, "agent", "/opt/agent --config=[red]x[/red]", "root", 3.1, 60 * 2**20, 2**30, 12_343.0),
    Process(1, "init", "init", "root", 0.0, 10 * 2**20, 2**30, 13.0),
)


def machine_view(machine: Machine | None = None, *, with_history: bool = True) -> HostView:
    """A host as the feed would give it."""
    one = machine or Machine(name="db-primary-01", cpu=50, memory=81, processes=PROCESSES)
    values = newest_values(list(scrapes(one, 1, start=NOW_MS - 60_000, end=NOW_MS)))
    reading = read_host(host(one.name), None, Latest(1, NOW_MS, values), MOMENT)
    return HostView(
        reading=reading,
        moment=MOMENT,
        values=values,
        inventory=INVENTORY,
        processes=one.processes,
        processes_at=NOW_MS - 5000,
        history=_hour(one) if with_history else History(),
    )


def _hour(machine: Machine) -> History:
    ts = np.arange(NOW_MS - HISTORY_MS, NOW_MS, 5000)

    def flat(value: float) -> Points:
        return Points(ts, np.full(len(ts), value))

    return History(
        cpu=flat(machine.cpu), memory=flat(machine.memory), received=flat(machine.received), sent=flat(machine.sent)
    )


def with_values(view: HostView, values: dict[SeriesKey, float]) -> HostView:
    """The same host with other values besides."""
    return replace(view, values={**view.values, **values})


def not_current(view: HostView, reading: HostReading) -> HostView:
    """The same values under a reading that is not current."""
    return replace(view, reading=reading)
