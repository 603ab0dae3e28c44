"""Writes `system_metrics`: a row for every minute and host that was read, for scripts with plain SQL."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from fleet.host_series import read_of_hosts
from fleet.minute_means import DISK, DISK_BACK_MS, METRICS, MINUTE_MS, minute_row, read_minutes
from storage.connection import Connection
from storage.database import Database
from storage.errors import WatchpostError
from storage.host import Host
from storage.hosts import hosts_revision, list_hosts
from storage.plain_sql import SystemMetrics, delete_metrics_before, store_missing_metrics, stored_moments
from storage.queries import SeriesPoints
from storage.rhythm import Rhythm, read_rhythm
from storage.settings import read_setting
from storage.utc import iso_utc

AUTO_LIMIT = 200
"""Hosts up to which `auto` means on."""
SETTLE_MS = 10_000
"""After the end of a minute, until its last readings are stored."""
LOOK_BACK_MINUTES = 5
"""Lines of a link that stalled come late."""
CATCH_UP_MINUTES = 60
"""After a start, and after the database was away."""
CATCH_UP_MS = 10 * MINUTE_MS
"""For how long it then looks that far back: what was kept elsewhere meanwhile is stored little by little."""
BATCH_ROWS = 2_000
"""Of one transaction: others wait for it."""
DELETE_BATCHES = 20
"""Of one pass, at the most."""
_CATCH_UP_SPAN_MS = CATCH_UP_MINUTES * MINUTE_MS


class MinuteRows:
    """One pass over each minute that has passed; remembers what is written, so that nothing is read twice."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._newest_done: int | None = None
        self._hosts: Sequence[Host] = ()
        self._revision = -1
        self._catch_up_until: int | None = None
        # By minute, with ids and not names: a host with a new name would get the last hour once more.
        self._written: dict[int, set[int]] = {}

    def step(self, now_ms: int) -> int:
        """Writes the rows of a minute that is over, and those of earlier ones that were missing; none twice.

        Returns:
            How many were written.

        Raises:
            DatabaseUnavailableError: not just now. What is due is written by a later step.
            DatabaseCorruptError: readings do not fit their layouts.
        """
        newest = newest_due(now_ms)
        if newest == self._newest_done:
            return 0
        try:
            written = self._pass(newest, now_ms)
        except WatchpostError:
            # Rows may be there or not; what is stored is asked again. It may be another database from now on.
            self._catch_up_until = None
            self._revision = -1
            raise
        self._newest_done = newest
        return written

    def _pass(self, newest: int, now_ms: int) -> int:
        with self._database.reading() as connection:
            keep_s = read_setting(connection, "retention_system_metrics_s")
            rows = self._missing_rows(connection, newest, now_ms)
        written = self._store(list(rows.values()))
        self._delete_before(now_ms - int(keep_s * 1000))
        for host_id, minute in rows:
            self._written.setdefault(minute, set()).add(host_id)
        self._written = {minute: ids for minute, ids in self._written.items() if minute > newest - _CATCH_UP_SPAN_MS}
        return written

    def _missing_rows(self, connection: Connection, newest: int, now_ms: int) -> dict[tuple[int, int], SystemMetrics]:
        """By host id and minute."""
        hosts = self._listed(connection)
        if not is_on(read_setting(connection, "system_metrics"), hosts):
            return {}
        if self._catch_up_until is None:
            self._catch_up_until = now_ms + CATCH_UP_MS
            self._learn(hosts, stored_moments(connection, newest - _CATCH_UP_SPAN_MS, newest), newest)
        how_many = CATCH_UP_MINUTES if now_ms < self._catch_up_until else LOOK_BACK_MINUTES
        together: dict[tuple[int, int], list[Host]] = defaultdict(list)
        for host in hosts:
            for run in _runs(self._missing(host, newest, how_many)):
                together[run].append(host)
        rhythm = read_rhythm(connection)
        found = {}
        for run, in_run in together.items():
            for host, series in _read(connection, in_run, run, rhythm):
                for minute in read_minutes(series):
                    if row := minute_row(host.name, minute, series):
                        found[host.id, minute] = row
        return found

    def _listed(self, connection: Connection) -> Sequence[Host]:
        """All hosts; read anew only where one has changed, as a thousand of them take 20 ms."""
        revision = hosts_revision(connection)
        if revision != self._revision:
            self._hosts, self._revision = list_hosts(connection), revision
        return self._hosts

    def _store(self, rows: Sequence[SystemMetrics]) -> int:
        written = 0
        # Minute by minute, so that each batch looks at few of those that are there already.
        rows = sorted(rows, key=lambda row: row.ts)
        for first in range(0, len(rows), BATCH_ROWS):
            with self._database.writing() as connection:
                written += store_missing_metrics(connection, rows[first : first + BATCH_ROWS])
        return written

    def _delete_before(self, before_ms: int) -> None:
        for _ in range(DELETE_BATCHES):
            with self._database.writing() as connection:
                if delete_metrics_before(connection, before_ms, limit=BATCH_ROWS) < BATCH_ROWS:
                    return

    def _learn(self, hosts: Iterable[Host], stored: set[tuple[str, str]], newest: int) -> None:
        for minute in _minutes(newest, CATCH_UP_MINUTES):
            timestamp = iso_utc(minute)
            there = {host.id for host in hosts if (host.name, timestamp) in stored}
            self._written.setdefault(minute, set()).update(there)

    def _missing(self, host: Host, newest: int, how_many: int) -> list[int]:
        return [minute for minute in _minutes(newest, how_many) if host.id not in self._written.get(minute, ())]


def newest_due(now_ms: int) -> int:
    """Start of the newest minute whose rows are due."""
    return ((now_ms - SETTLE_MS) // MINUTE_MS - 1) * MINUTE_MS


def is_on(setting: str, hosts: Iterable[Host]) -> bool:
    """Whether rows are written: as set, and where that is `auto`, up to `AUTO_LIMIT` hosts that are polled."""
    return sum(host.enabled for host in hosts) <= AUTO_LIMIT if setting == "auto" else setting == "on"


def _minutes(newest: int, how_many: int) -> range:
    """Starts of that many minutes up to the newest, oldest first."""
    return range(newest - (how_many - 1) * MINUTE_MS, newest + MINUTE_MS, MINUTE_MS)


def _runs(minutes: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Neighbouring minutes as spans, so that what lies between missing ones is not read again."""
    for _, run in groupby(enumerate(minutes), key=lambda pair: pair[1] - pair[0] * MINUTE_MS):
        of_run = [minute for _, minute in run]
        yield of_run[0], of_run[-1] + MINUTE_MS


def _read(
    connection: Connection, hosts: Sequence[Host], span: tuple[int, int], rhythm: Rhythm
) -> Iterator[tuple[Host, Mapping[str, Sequence[SeriesPoints]]]]:
    """What there is of hosts in a span, by metric; of file systems also of shortly before it."""
    series = {
        metric: read_of_hosts(
            connection,
            hosts,
            metric,
            span=(span[0] - (DISK_BACK_MS if metric == DISK else 0), span[1]),
            rhythm=rhythm,
        )
        for metric in METRICS
    }
    for host in hosts:
        yield host, {metric: series[metric].get(host.id, []) for metric in METRICS}
