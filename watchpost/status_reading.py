"""How the hosts are that were asked for: out of the database where that is current, else read on the spot."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from alerts.thresholds import Thresholds
from fleet.order import natural_key
from fleet.reading import Health, HostReading, Moment
from fleet.state import FleetState, read_fleet_state
from poller.connector import Connector
from poller.failure import HINTS
from poller.local_transport import start_local
from poller.probe_start.probe_options import ProbeOptions
from poller.transport import ProbeConnection, ProbeSink
from storage.connection import Connection
from storage.database import Database
from storage.errors import NotFoundError
from storage.host import Host, NewHost, Transport
from storage.hosts import find_host, list_hosts
from storage.scrape import Scrape
from storage.secret_keeper import SecretKeeper
from storage.series import SeriesKey
from watchpost.ad_hoc import AdHocHost, find_ad_hoc
from watchpost.one_shot import Shot, Target, judge_shot, read_hosts

THIS_MACHINE = "localhost"


class Source(StrEnum):
    """Where a reading comes from. Scripts read these words."""

    DATABASE = "database"
    ONE_SHOT = "one_shot"


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One host.

    Attributes:
        reading: how it is.
        source: where that comes from.
        values: the newest gauges and derived values.
        inventory: what the host said about itself.
        hint: what to do where it cannot be read.
        scrapes: what was read on the spot.
    """

    reading: HostReading
    source: Source
    values: Mapping[SeriesKey, float] = field(default_factory=dict)
    inventory: Mapping[str, Any] | None = None
    hint: str = ""
    scrapes: tuple[Scrape, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked.

    Attributes:
        name: of a host, or where it is; None for all of them.
        thresholds: what counts as a warning and as critical.
        sample_s: seconds between the two scrapes of a reading on the spot.
        now_ms: UTC milliseconds.
    """

    name: str | None
    thresholds: Thresholds
    sample_s: float
    now_ms: int


def read_status(
    question: Question, database: Database | None, keeper: Callable[[Database], SecretKeeper]
) -> list[Report]:
    """A report on every host that is asked for, in the order of their names.

    Args:
        question: which hosts, and how.
        database: None where there is none yet.
        keeper: gives the keeper of secrets; only called where a host is read on the spot.

    Raises:
        NotFoundError: no such host, and no address whose key is trusted.
        WatchpostError: the database cannot be read.
    """
    known, wanted = _look(question, database)
    ad_hoc = None
    if not known and not wanted:
        ad_hoc = _named_here(question, database)
        target = ad_hoc.host if ad_hoc else NewHost(name=THIS_MACHINE, transport=Transport.LOCAL)
        wanted = [Target(host=target)]
    connector = Connector(database, keeper(database)) if database and any(target.host_id for target in wanted) else None

    async def start(host: NewHost, options: ProbeOptions, sink: ProbeSink) -> ProbeConnection:
        if host.transport is Transport.LOCAL or connector is None:
            return await (ad_hoc.start(options, sink) if ad_hoc else start_local(options, sink))
        return await connector.start(host, options, sink)

    shots = asyncio.run(read_hosts(wanted, start, sample_s=question.sample_s)) if wanted else []
    reports = [*known, *(_of_shot(shot, question.thresholds) for shot in shots)]
    return sorted(reports, key=lambda report: natural_key(report.reading.name))


def _look(question: Question, database: Database | None) -> tuple[list[Report], list[Target]]:
    """What the database can say, and the registered hosts that have to be read."""
    if database is None:
        return [], []
    with database.reading() as connection:
        state = read_fleet_state(connection, question.now_ms)
        hosts = _asked_for(connection, question.name)
    moment = state.moment(question.now_ms, question.thresholds)
    known, wanted = [], []
    for host in hosts:
        reading = state.reading(host, moment)
        if _is_answer(reading, moment, by_name=question.name is not None):
            known.append(_of_database(reading, state))
        else:
            wanted.append(Target(host=host, host_id=host.id))
    return known, wanted


def _asked_for(connection: Connection, name: str | None) -> list[Host]:
    """The registered hosts that are asked for; none when the name is not that of one."""
    if name is None:
        return [host for host in list_hosts(connection) if host.enabled]
    try:
        return [find_host(connection, name)]
    except NotFoundError:
        return []


def _is_answer(reading: HostReading, moment: Moment, *, by_name: bool) -> bool:
    """Whether what the database says needs no reading on the spot.

    A poller that lives has tried just now, and trying once more would only take longer. A blocked host is left alone:
    another refused login may lock an account. Where no poller lives, a person who names the host may have mended it.
    """
    if reading.health is Health.BLOCKED:
        return moment.is_polled or not by_name
    return reading.current or reading.health is Health.UNREACHABLE


def _named_here(question: Question, database: Database | None) -> AdHocHost | None:
    """The address that the name is; None stands for this machine. Raises NotFoundError."""
    if question.name is None or question.name == THIS_MACHINE:
        return None
    found = asyncio.run(find_ad_hoc(question.name, database))
    if found is not None:
        return found
    hint = "It is neither registered nor an address whose key is trusted: register it with `watchpost hosts add`."
    if database is not None:
        with database.reading() as connection:
            try:
                find_host(connection, question.name)
            except NotFoundError as error:
                raise NotFoundError(error.message, hint=error.hint or hint) from None
    raise NotFoundError(f"There is no host “{question.name}”.", hint=hint)


def _of_database(reading: HostReading, state: FleetState) -> Report:
    latest, status = state.latest.get(reading.host_id or 0), state.states.get(reading.host_id or 0)
    return Report(
        reading=reading,
        source=Source.DATABASE,
        values=latest.values if latest and reading.current else {},
        inventory=status.inventory if status else None,
        hint=HINTS[reading.reason] if reading.reason else "",
    )


def _of_shot(shot: Shot, thresholds: Thresholds) -> Report:
    return Report(
        reading=judge_shot(shot, thresholds),
        source=Source.ONE_SHOT,
        values=shot.values,
        inventory=shot.inventory,
        hint=shot.failure.hint if shot.failure else "",
        scrapes=shot.scrapes,
    )
