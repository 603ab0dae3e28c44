"""Which crew a poller has: its own event loop alone, or workers beside it."""

import os
import sys
from dataclasses import replace

from poller.assignment import Assignment, assignments
from poller.connector import Connector
from poller.crew.crew import Crew
from poller.crew.local_crew import LocalCrew
from poller.crew.worker_count import workers_for
from poller.crew.worker_crew import WorkerCrew
from poller.descriptors import check_descriptors, descriptor_limit
from poller.intake import Intake
from poller.poller_settings import PollerSettings
from poller.transport import ProbeConnection, ProbeSink
from poller.wanted import read_wanted
from storage.database import Database

CAN_HAVE_WORKERS = sys.platform != "win32"
"""A worker's standard input is a socket."""


def planned(settings: PollerSettings, database: Database, *, alone: bool = True) -> PollerSettings:
    """The settings with the number of workers in them for the hosts that are registered now. Blocks for a moment.

    Args:
        settings: of the run; what a person has said about workers holds.
        database: of the hosts.
        alone: whether all of the hosts are this poller's own.

    Raises:
        TooFewDescriptorsError: this machine cannot open a session to each of them.
    """
    now = read_wanted(database)
    todo = assignments(now, now.hosts, settings.interval_s)
    intervals_s = (assignment.interval_s for assignment in todo)
    workers = workers_for(settings.workers, intervals_s, os.cpu_count() or 1, possible=CAN_HAVE_WORKERS)
    if alone:
        check_descriptors(len(todo), workers, descriptor_limit())
    return replace(settings, workers=workers)


def crew_of(workers: int, connector: Connector, intake: Intake, command: tuple[str, ...] | None = None) -> Crew:
    """The crew.

    Args:
        workers: how many; 0 is none.
        connector: starts probes, and knows what they are logged in to with.
        intake: takes what they bring.
        command: starts a worker; None is the interpreter's.
    """
    if workers:
        return WorkerCrew(workers, connector.trust, intake, command)

    async def start(assignment: Assignment, sink: ProbeSink) -> ProbeConnection:
        return await connector.start(assignment.host, assignment.options, sink)

    return LocalCrew(start, intake)
