"""Which crew a poller has: its own event loop alone, or workers beside it."""

import os
import sys

from poller.assignment import Assignment, assignments
from poller.connector import Connector
from poller.crew.crew import OneLoop, OpenAlerts, nothing_open
from poller.crew.local_crew import LocalCrew
from poller.crew.shared_crew import SharedCrew
from poller.crew.worker_count import WorkerCount, scrapes_a_second, workers_for
from poller.crew.worker_crew import WorkerCrew
from poller.descriptors import check_descriptors, descriptor_limit
from poller.intake import Intake
from poller.poller_settings import PollerSettings
from poller.transport import ProbeConnection, ProbeSink
from poller.wanted import read_wanted
from storage.database import Database

CAN_HAVE_WORKERS = sys.platform != "win32"
"""A worker's standard input is a socket."""


def check_room(settings: PollerSettings, database: Database) -> None:
    """Refuses a start where this machine cannot open a session to each host. Blocks for a moment.

    Raises:
        TooFewDescriptorsError: it cannot.
    """
    now = read_wanted(database)
    todo = assignments(now, now.hosts, settings.interval_s)
    workers = fixed_workers(settings)
    if workers is None:
        workers = workers_for(scrapes_a_second(assignment.interval_s for assignment in todo), cores())
    check_descriptors(len(todo), workers, descriptor_limit())


def cores() -> int:
    """How many this process may use; a container may have been given fewer than the machine has."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def fixed_workers(settings: PollerSettings) -> int | None:
    """How many workers there are whatever the load; None leaves it to the load."""
    return settings.workers if CAN_HAVE_WORKERS else 0


def crew_of(
    settings: PollerSettings, connector: Connector, intake: Intake, open_alerts: OpenAlerts = nothing_open
) -> SharedCrew:
    """The crew.

    Args:
        settings: of the run: how many workers, and what starts one.
        connector: starts probes, and knows what they are logged in to with.
        intake: takes what they bring.
        open_alerts: what fires on hosts that come to another event loop.
    """

    async def start(assignment: Assignment, sink: ProbeSink) -> ProbeConnection:
        return await connector.start(assignment.host, assignment.options, sink)

    def loop_at(place: int) -> OneLoop:
        if place:
            return WorkerCrew(place - 1, connector.trust, intake, settings.worker_command, open_alerts)
        return LocalCrew(start, intake, open_alerts=open_alerts)

    return SharedCrew(WorkerCount(cores(), fixed_workers(settings)), loop_at)
