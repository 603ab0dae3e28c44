"""Looks at the poller every few seconds: makes its figures, judges them, and says when the judgement changes."""

import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import structlog

from poller.alerting.alert_figures import AlertFigures
from poller.crew.counts import Counts
from poller.descriptors import descriptor_limit
from poller.health.exposed import Exposed
from poller.health.judgement import Judgement, Signs, judge
from poller.health.processes import Processes
from poller.health.rate import Rate
from poller.health.sources import Sources, Standing, Waiting
from poller.health.stores import Stores
from poller.health.trouble_text import TROUBLE_TEXT
from storage.poller_figures import PollerFigures, PollerHealth
from storage.reason import Reason

_log = structlog.get_logger()


class HealthWatch:
    """`beat` and `look` are for the event loop; `now` and `exposed` for any thread.

    Attributes:
        stores: to be told of what is committed.
        figures: as of the last look.
    """

    def __init__(self, sources: Sources, *, version: str, clock: Callable[[], float] = time.monotonic) -> None:
        """Takes where figures come from, and a clock that never goes back, in seconds."""
        self.stores = Stores(clock)
        self.figures = PollerFigures()
        self._sources = sources
        self._clock = clock
        self._version = version
        self._started_at_s = time.time()
        self._processes = Processes(clock)
        self._alerts = AlertFigures()
        self._arriving = Rate()
        self._signs = Signs(is_ready=False)
        self._is_ready = False
        self._is_stopping = False
        self._beat_at = clock()
        self._lost = 0
        self._lost_at: float | None = None
        self._commits = 0
        self._unstored_since: float | None = None
        self._told = Judgement(PollerHealth.STARTING)

    def beat(self) -> None:
        """The event loop has come round."""
        self._beat_at = self._clock()

    def ready(self) -> None:
        """The start is over."""
        self._is_ready = True

    def stopping(self) -> None:
        """The end has begun."""
        self._is_stopping = True

    def look(self) -> Judgement:
        """Makes the figures anew; says in the log when the judgement has changed."""
        sources, now_s = self._sources, self._clock()
        hosts, waiting, standing = sources.hosts(), sources.waiting(), sources.standing()
        self._follow_stores(waiting, now_s)
        self._alerts = sources.alerts()
        figures = self._figures_of(hosts, waiting, standing, now_s)
        self._signs = self._signs_of(figures, standing, waiting, now_s)
        judgement = self.now()
        self.figures = replace(figures, health=judgement.health, troubles=judgement.troubles)
        self._say(judgement)
        return judgement

    def now(self) -> Judgement:
        """How the poller is: as of the last look, but for its start, its end, and an event loop that hangs."""
        loop_age_s = self._clock() - self._beat_at
        signs = replace(
            self._signs, is_ready=self._is_ready, is_stopping=self._is_stopping, loop_age_s=max(0.0, loop_age_s)
        )
        return judge(signs)

    def figures_json(self) -> dict[str, Any]:
        """The figures of the last look, for the database."""
        return self.figures.as_json()

    def exposed(self) -> Exposed:
        """What `/metrics` tells."""
        judgement = self.now()
        return Exposed(
            figures=replace(self.figures, health=judgement.health, troubles=judgement.troubles),
            delay=self.stores.delay.buckets(),
            commit=self.stores.commit.buckets(),
            version=self._version,
            started_at_s=self._started_at_s,
            alerts=self._alerts,
        )

    def _follow_stores(self, waiting: Waiting, now_s: float) -> None:
        if waiting.lost > self._lost:
            self._lost, self._lost_at = waiting.lost, now_s
        commits = self.stores.commits
        if not waiting.queue or commits != self._commits:
            self._commits, self._unstored_since = commits, now_s if waiting.queue else None
        elif self._unstored_since is None:
            self._unstored_since = now_s

    def _figures_of(self, hosts: Counts, waiting: Waiting, standing: Standing, now_s: float) -> PollerFigures:
        delay, commit = self.stores.delay.quantiles(now_s), self.stores.commit.quantiles(now_s)
        usage = self._processes.look(self._sources.worker_pids())
        return PollerFigures(
            hosts=hosts.hosts,
            up=hosts.up,
            connecting=hosts.connecting,
            blocked=sum(hosts.blocked.values()),
            by_reason=_by_code(Counter(hosts.unreachable) + Counter(hosts.blocked)),
            scrapes_total=hosts.scrapes,
            scrapes_per_s=self._arriving.at(now_s, hosts.scrapes),
            stored_total=self.stores.readings,
            lost_total=waiting.lost,
            failures_total=_by_code(hosts.failures),
            delay_p50_ms=delay.median_ms,
            delay_p99_ms=delay.p99_ms,
            queue=waiting.queue,
            commit_p50_ms=commit.median_ms,
            commit_p99_ms=commit.p99_ms,
            sealing_lag_s=self._sources.sealing_lag_s() if standing.is_leader else None,
            spool_rows=waiting.spool_rows,
            spool_bytes=waiting.spool_bytes,
            memory_bytes=usage.memory_bytes,
            cpu_s=usage.cpu_s,
            cpu_percent=usage.cpu_percent,
            open_files=usage.open_files,
            workers=standing.workers,
            epoch=standing.epoch,
            is_leader=standing.is_leader,
        )

    def _signs_of(self, figures: PollerFigures, standing: Standing, waiting: Waiting, now_s: float) -> Signs:
        return Signs(
            is_database_away=waiting.is_database_away,
            hosts=figures.hosts,
            failing=sum(figures.by_reason.values()),
            unstored_s=0.0 if self._unstored_since is None else now_s - self._unstored_since,
            scrapes_per_s=figures.scrapes_per_s,
            queue=figures.queue,
            spool_rows=figures.spool_rows,
            lost_ago_s=None if self._lost_at is None else now_s - self._lost_at,
            delay_p99_ms=figures.delay_p99_ms,
            sealing_lag_s=figures.sealing_lag_s,
            directory_down=figures.by_reason.get(Reason.DIRECTORY_DOWN.value, 0),
            secrets_lacking=standing.secrets_lacking,
            workers_dead=standing.workers_dead,
            are_descriptors_few=_is_over(standing.descriptors_needed, descriptor_limit()),
        )

    def _say(self, judgement: Judgement) -> None:
        if judgement == self._told:
            return
        was, self._told = self._told, judgement
        if judgement.health is PollerHealth.READY:
            if was.health is not PollerHealth.STARTING:
                _log.info("poller_well_again")
            return
        if judgement.health in {PollerHealth.DEGRADED, PollerHealth.FAILING} and not self._is_stopping:
            texts = " ".join(TROUBLE_TEXT[trouble] for trouble in judgement.troubles)
            log = _log.error if judgement.health is PollerHealth.FAILING else _log.warning
            log(f"poller_{judgement.health}", troubles=list(judgement.troubles), detail=texts)


def _by_code(counts: Mapping[Reason, int]) -> dict[str, int]:
    return {reason.value: count for reason, count in counts.items()}


def _is_over(needed: int, limit: int | None) -> bool:
    return limit is not None and needed > limit
