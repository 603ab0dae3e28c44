"""Keeps a poller from writing what another one reads: asked in every transaction that writes measurements.

A poller that was frozen, or cut off from the database, may not know that its hosts were taken over. It may still write
what it had read before; what it has read since is the other's to write, and is dropped here.
"""

from collections.abc import Callable, Collection, Sequence
from threading import Lock

import structlog
from sqlalchemy import Connection

from storage.alerting.alert_change import AlertChange
from storage.errors import DatabaseUnavailableError
from storage.host_states import HostStatus
from storage.leases.lease import Holdings
from storage.leases.lease_rows import Standing, never_leased, own_leases, read_standing
from storage.leases.share import DUTIES
from storage.pollers import Run
from storage.scrape_rows import PackedScrape
from storage.utc import now_ms

LATE_MS = 60_000
"""What is read comes to be written in order, but for lines that a link held up; by then those are written as well."""

_log = structlog.get_logger()


class DutiesLostError(DatabaseUnavailableError):
    """Another poller does now what only one may do at a time."""


class Fence:
    """One run of one poller. For any number of threads."""

    def __init__(self, run: Callable[[], Run | None], wall_clock_ms: Callable[[], int] = now_ms) -> None:
        """Takes which run this is, once it is registered, and our clock in UTC milliseconds."""
        self._run = run
        self._wall_clock_ms = wall_clock_ms
        self._lock = Lock()
        self._changes = 0
        self._known: object = None
        self._epoch = 0
        self._holdings = Holdings()
        self._ended_before = 0
        self._ahead_ms = 0
        self._dropped = 0
        self._told_of: object = None

    @property
    def dropped(self) -> int:
        """How many scrapes and states were left out since the start: other pollers had those hosts by then."""
        return self._dropped

    def leases_changed(self) -> None:
        """To be called when leases of this poller have been opened or closed, before anything is read under them."""
        with self._lock:
            self._changes += 1

    def admitted(
        self, connection: Connection, scrapes: Sequence[PackedScrape], states: Sequence[HostStatus]
    ) -> tuple[Sequence[PackedScrape], Sequence[HostStatus]]:
        """What of these this poller may write, in the transaction in which it asks.

        Raises:
            DatabaseUnavailableError: it is not registered, as in a database that was restored from a backup just now
                or fell back to an earlier state.
        """
        run, standing = self._standing(connection)
        with self._lock:
            self._learn(connection, run, standing)
            limit = _limit(run, standing)
            allows_all = self._holdings.allows_all
            if limit is None and allows_all(s.host_id for s in scrapes) and allows_all(s.host_id for s in states):
                return scrapes, states
            unknown = self._holdings.unknown({*(s.host_id for s in scrapes), *(s.host_id for s in states)})
            # From a time when one poller alone read all: nobody else can have those readings.
            free = never_leased(connection, unknown)
            kept = [scrape for scrape in scrapes if self._allows(scrape.host_id, scrape.ts, limit, free)]
            changes = [state for state in states if self._allows(state.host_id, state.since_at, limit, free)]
            self._count(len(scrapes) - len(kept) + len(states) - len(changes))
            self._forget(scrapes)
        return kept, changes

    def admitted_changes(self, connection: Connection, changes: Sequence[AlertChange]) -> Sequence[AlertChange]:
        """What of these changes of alerts this poller may write, in the transaction in which it asks.

        Raises:
            DatabaseUnavailableError: as `admitted`.
        """
        run, standing = self._standing(connection)
        with self._lock:
            self._learn(connection, run, standing)
            limit = _limit(run, standing)
            if limit is None and self._holdings.allows_all(change.host_id for change in changes):
                return changes
            free = never_leased(connection, self._holdings.unknown({change.host_id for change in changes}))
            return [change for change in changes if self._allows(change.host_id, change.ts, limit, free)]

    @property
    def epoch(self) -> int:
        """The epoch that the poller had at its last write; 0 before."""
        return self._epoch

    def check_duties(self, connection: Connection) -> None:
        """Raises DutiesLostError unless this poller may do now, in this transaction, what only one does."""
        run, standing = self._standing(connection)
        with self._lock:
            self._learn(connection, run, standing)
            if _limit(run, standing) is not None or DUTIES not in self._holdings.held:
                raise DutiesLostError("Another poller has taken over to seal and to forget.")

    def _standing(self, connection: Connection) -> tuple[Run, Standing]:
        run = self._run()
        standing = None if run is None else read_standing(connection, run.poller_id)
        # It may have registered again while we asked: then one of them says nothing of the other.
        if run is None or standing is None or run != self._run() or standing.started_at < run.started_at:
            raise DatabaseUnavailableError(
                "This poller is not registered in the database, which may have been restored just now.",
                hint="It registers again by itself, within seconds.",
            )
        return run, standing

    def _learn(self, connection: Connection, run: Run, standing: Standing) -> None:
        """Reads the leases anew where they may have changed."""
        # Exact but for the way of one answer; each time anew, as our clock may have been set.
        self._ahead_ms = standing.server_ms - self._wall_clock_ms()
        known = run, standing.epoch, self._changes
        if known != self._known:
            leases = own_leases(connection, run.poller_id, ended_since=self._ended_before)
            self._holdings = Holdings(leases)
            self._known = known
            self._epoch = standing.epoch

    def _allows(self, host_id: int, ts: int, limit: int | None, free: Collection[int]) -> bool:
        if limit is not None and ts >= limit:
            return False
        return host_id in free or self._holdings.allows(host_id, ts + self._ahead_ms)

    def _count(self, dropped: int) -> None:
        self._dropped += dropped
        if dropped and self._told_of != self._known:
            self._told_of = self._known
            _log.warning("readings_of_lost_hosts_dropped", count=dropped, hint="Another poller reads them by now.")

    def _forget(self, scrapes: Sequence[PackedScrape]) -> None:
        """Leases that ended so long ago that nothing waits any more which was read under them."""
        if scrapes:
            oldest = min(scrape.ts for scrape in scrapes) + self._ahead_ms
            self._ended_before = max(self._ended_before, oldest - LATE_MS)
            first_end = self._holdings.first_end
            if first_end is not None and first_end < self._ended_before:
                self._holdings = self._holdings.without_ended(self._ended_before)


def _limit(run: Run, standing: Standing) -> int | None:
    """The start of another run under our name, if there is one: from then on what is read is for it to write."""
    return None if (standing.started_at, standing.pid) == (run.started_at, run.pid) else standing.started_at
