"""A reading of hosts without a poller: the same probe over the same transports, two scrapes, then the end."""

import asyncio
import math
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from alerts.thresholds import Thresholds, find, worst
from fleet.reading import OF_SEVERITY, Health, HostReading
from fleet.reason_text import reason_text
from poller.failure import SessionError
from poller.probe_start.probe_options import ProbeOptions
from poller.stream.session import Session
from poller.transport import ProbeConnection, ProbeSink
from storage.errors import WatchpostError
from storage.headline import headline
from storage.host import NewHost
from storage.latest import derived_values
from storage.reason import BLOCKING, Reason
from storage.scrape import Cadence, Scrape, Vector
from storage.series import SeriesKey

AT_ONCE = 20
"""Below what sshd's default MaxStartups lets through one jump host, and gentle to the machine that asks."""
DEADLINE_S = 60.0
"""For one host from the first packet on; a host at a load of 475 needs 30 s to start a Python."""

StartProbe = Callable[[NewHost, ProbeOptions, ProbeSink], Awaitable[ProbeConnection]]
"""Starts the probe of a host; raises SessionError."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A host to read. `host_id` is None where it is not registered."""

    host: NewHost
    host_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shot:
    """What came of it: scrapes, or a failure.

    Attributes:
        target: which host.
        scrapes: two, or one where the host ended early; none after a failure.
        inventory: what the host said about itself.
        failure: why there is no reading.
    """

    target: Target
    scrapes: tuple[Scrape, ...] = ()
    inventory: Mapping[str, Any] | None = None
    failure: SessionError | None = None
    values: Mapping[SeriesKey, float] = field(default_factory=dict)


async def read_hosts(
    targets: Sequence[Target], start: StartProbe, *, sample_s: float, deadline_s: float = DEADLINE_S
) -> list[Shot]:
    """Reads hosts concurrently; never raises for a host that cannot be read.

    Args:
        targets: which hosts.
        start: how their probes are started.
        sample_s: seconds between the two scrapes of a host, over which its rates are taken.
        deadline_s: the longest that one host may take, besides the sample.
    """
    gate = asyncio.Semaphore(AT_ONCE)

    async def read(target: Target) -> Shot:
        async with gate:
            return await _read_host(target, start, sample_s, deadline_s + sample_s)

    return await asyncio.gather(*(read(target) for target in targets))


async def _read_host(target: Target, start: StartProbe, sample_s: float, deadline_s: float) -> Shot:
    scrapes: list[Scrape] = []
    enough = asyncio.Event()

    def take(scrape: Scrape) -> None:
        scrapes.append(scrape)
        if len(scrapes) >= 2:
            enough.set()

    session = Session(target.host_id or 0, on_scrape=take, wall_clock=time.time)
    failure = await _run(target.host, start, session, enough, sample_s, deadline_s)
    if not scrapes:
        return Shot(target=target, failure=failure or SessionError(Reason.SILENT))
    taken = tuple(scrapes[:2])
    inventory = session.hello.inventory if session.hello else None
    return Shot(target=target, scrapes=taken, inventory=inventory, values=newest_values(taken))


async def _run(  # noqa: PLR0913, PLR0917 - one call, split off for its error handling
    host: NewHost, start: StartProbe, session: Session, enough: asyncio.Event, sample_s: float, deadline_s: float
) -> SessionError | None:
    """Runs the probe until there is enough, or it ends; returns why it failed."""
    options = ProbeOptions(interval_s=sample_s, count=2)
    try:
        async with asyncio.timeout(deadline_s):
            connection = await start(host, options, session)
            try:
                session.ended_with.add_done_callback(lambda _: enough.set())
                await enough.wait()
                return session.ended_with.result() if session.ended_with.done() else None
            finally:
                await connection.close()
    except SessionError as failure:
        return failure
    except TimeoutError:
        return SessionError(Reason.TIMEOUT)
    except WatchpostError as error:
        return SessionError(Reason.CREDENTIAL, error.message, hint=error.hint)


def newest_values(scrapes: Sequence[Scrape]) -> dict[SeriesKey, float]:
    """Gauges and derived values after these scrapes of one session, oldest first. One alone gives no rates."""
    values: dict[SeriesKey, float] = {}
    before: dict[Cadence, tuple[Vector, int]] = {}
    for scrape in scrapes:
        for vector in scrape.vectors:
            older, at = before.get(vector.cadence, (None, 0))
            values |= derived_values(vector, older, (scrape.ts - at) / 1000 if older else math.nan)
            before[vector.cadence] = (vector, scrape.ts)
    return values


def judge_shot(shot: Shot, thresholds: Thresholds) -> HostReading:
    """The host as its one reading shows it."""
    target = shot.target
    if shot.failure is not None:
        reason = shot.failure.reason
        return HostReading(
            host=target.host,
            host_id=target.host_id,
            health=Health.BLOCKED if reason in BLOCKING else Health.UNREACHABLE,
            reason=reason,
            detail=shot.failure.message,
            note=reason_text(reason),
        )
    values = headline(shot.values)
    findings = find(values, thresholds, shot.values)
    return HostReading(
        host=target.host,
        host_id=target.host_id,
        health=OF_SEVERITY[worst(findings)],
        ts=shot.scrapes[-1].ts,
        current=True,
        headline=values,
        findings=findings,
    )
