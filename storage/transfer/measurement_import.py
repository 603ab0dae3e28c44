"""Brings measurements of a file into the database, where they are sealed like any others.

The file is read once and put in order in a temporary file; only then, when it is known to be whole and whose it is,
is anything written, in transactions of some hundred milliseconds. What is there already stays as it is, so an import
that was cut short is simply repeated. The moment that stands for its probe session is that of its first reading: the
same every time.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from io import BufferedReader

import numpy as np
from sqlalchemy import Connection

from storage.database import Database
from storage.host import Host
from storage.hosts import list_hosts
from storage.retentions import read_retentions
from storage.scrape import Cadence
from storage.scrape_rows import RowWriter
from storage.transfer.file_reading import TextForm, read_samples
from storage.transfer.host_choice import choose_hosts
from storage.transfer.readings import packed_readings
from storage.transfer.refusals import Refusals
from storage.transfer.series_book import SeriesBook
from storage.transfer.staging import Records, Staging
from storage.transfer.stored_moments import stored_moments

OnSamples = Callable[[int, int], None]
"""Called with the samples written so far and the samples in all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportWish:
    """How a file is to be imported.

    Attributes:
        form: what it is; None goes by its first line.
        into: names of hosts to import into; none for all that the file names.
        of: the host of the file that is meant, where it is called otherwise than the one of `into`.
        dry_run: only say what would be done.
        now_ms: UTC milliseconds.
    """

    now_ms: int
    form: TextForm | None = None
    into: Sequence[str] = ()
    of: str | None = None
    dry_run: bool = False


@dataclass(slots=True)
class HostImport:
    """What was done for one host.

    Attributes:
        name: of the host.
        readings: vectors that were added; one a cadence and moment.
        samples: values that were added.
        readings_there: vectors of moments that were there already; nothing of them was taken.
        samples_there: values in them.
        first_ts: earliest that was added, UTC milliseconds.
        last_ts: latest that was added.
        too_old: whether readings of this host are not kept for as long as some of these are old: only their means stay.
    """

    name: str
    readings: int = 0
    samples: int = 0
    readings_there: int = 0
    samples_there: int = 0
    first_ts: int | None = None
    last_ts: int | None = None
    too_old: bool = False


@dataclass(slots=True)
class ImportReport:
    """What was done.

    Attributes:
        hosts: by host.
        refusals: what could not be taken.
        repeated: samples that stood in the file twice; the first one counts.
        of_others: samples of hosts that were not asked for.
    """

    refusals: Refusals
    hosts: list[HostImport] = field(default_factory=list)
    repeated: int = 0
    of_others: int = 0


def import_measurements(
    database: Database,
    stream: BufferedReader,
    wish: ImportWish,
    *,
    on_bytes: Callable[[int], None] = lambda _count: None,
    on_samples: OnSamples = lambda _done, _total: None,
) -> ImportReport:
    """Reads a file of readings and adds what is not there yet.

    Raises:
        InvalidInputError: it is no such file, or it cannot be told whose it is; nothing was written.
        NotFoundError: a host is not registered; nothing was written.
        DatabaseUnavailableError: what was written stays; the import can be repeated.
    """
    refusals, book = Refusals(), SeriesBook()
    with Staging() as staging:
        for samples in read_samples(stream, book, refusals, now_ms=wish.now_ms, form=wish.form, on_bytes=on_bytes):
            staging.add(samples, np.array(book.group_of, dtype=np.int32))
        with database.reading() as connection:
            registered = {host.name: host for host in list_hosts(connection)}
        chosen = choose_hosts(book.hosts, registered, wish.into, wish.of) if book.hosts else {}
        adding = _Adding(database, book, chosen, staging.first_ts or 0, dry_run=wish.dry_run)
        done = 0
        for group, records in staging.batches():
            adding.add(group, records)
            done += len(records)
            on_samples(done, staging.samples)
        adding.tell_what_is_too_old(wish.now_ms)
        return ImportReport(refusals, list(adding.done.values()), staging.repeated, adding.of_others)


class _Adding:
    """Writes batches, a transaction each."""

    def __init__(
        self, database: Database, book: SeriesBook, chosen: Mapping[str, Host], session_at: int, *, dry_run: bool
    ) -> None:
        self._database = database
        self._book = book
        self._chosen = chosen
        self._session_at = session_at
        self._dry_run = dry_run
        self._writer = RowWriter()
        self.done = {host.id: HostImport(host.name) for host in chosen.values()}
        self.of_others = 0

    def add(self, group: int, records: Records) -> None:
        name, cadence = self._book.groups[group]
        host = self._chosen.get(name)
        if host is None:
            self.of_others += len(records)
            return
        opened = self._database.reading() if self._dry_run else self._database.writing()
        with opened as connection:
            new = self._without_stored(connection, host, cadence, records)
            if not self._dry_run:
                scrapes = packed_readings(new, self._book.keys, host.id, cadence, self._session_at)
                self._writer.write(connection, list(scrapes), [])

    def tell_what_is_too_old(self, now_ms: int) -> None:
        with self._database.reading() as connection:
            retentions = read_retentions(connection)
        for host in self._chosen.values():
            done = self.done[host.id]
            kept_since = now_ms - retentions.of(host.group).raw_s * 1000
            done.too_old = done.first_ts is not None and done.first_ts < kept_since

    def _without_stored(self, connection: Connection, host: Host, cadence: Cadence, records: Records) -> Records:
        ts = records["ts"]
        stored = stored_moments(connection, host.id, cadence, int(ts[0]), int(ts[-1]))
        there = np.isin(ts, stored)
        new = records[~there]
        done = self.done[host.id]
        done.readings += len(np.unique(new["ts"]))
        done.samples += len(new)
        done.readings_there += len(np.unique(ts[there]))
        done.samples_there += int(there.sum())
        if len(new):
            first, last = int(new["ts"][0]), int(new["ts"][-1])
            done.first_ts = first if done.first_ts is None else min(done.first_ts, first)
            done.last_ts = last if done.last_ts is None else max(done.last_ts, last)
        return new
