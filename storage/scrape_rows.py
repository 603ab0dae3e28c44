"""Scrapes as rows, written many at a time."""

from collections.abc import Sequence

from sqlalchemy import Connection, select

from storage.engines.statements import read_number
from storage.host_states import HostStatus, write_host_states
from storage.layout_rows import LayoutIds
from storage.new_rows import NewRows
from storage.packed_scrape import PackedScrape, pack_scrape
from storage.schema import head, hosts, process_snapshots

__all__ = ["PackedScrape", "RowWriter", "pack_scrape"]

_REVISION = "SELECT max(revision) FROM hosts"


class RowWriter:
    """Writes scrapes and states. Remembers layout ids and which hosts there are; for one thread."""

    def __init__(self) -> None:
        self._layouts = LayoutIds()
        self._vectors = NewRows(head, ("host_id", "cadence", "ts", "session_at", "layout_id", "vector"))
        self._processes = NewRows(process_snapshots, ("host_id", "ts", "rows"))
        self._hosts: frozenset[int] = frozenset()
        self._revision = -1

    def write(
        self, connection: Connection, scrapes: Sequence[PackedScrape], states: Sequence[HostStatus]
    ) -> tuple[int, list[PackedScrape]]:
        """Writes what belongs to hosts that are not removed, leaving out what is there already.

        Returns:
            The number of rows written, and the scrapes whose hosts exist.
        """
        present = self._present_hosts(connection)
        wanted = [scrape for scrape in scrapes if scrape.host_id in present]
        rows = self._write_vectors(connection, wanted) + self._write_processes(connection, wanted)
        changes = [change for change in states if change.host_id in present]
        write_host_states(connection, changes)
        return rows + len(changes), wanted

    def forget(self) -> None:
        """To be called after a rollback, and when the database may be another one."""
        self._layouts.forget()
        self._vectors.forget()
        self._processes.forget()
        self._revision = -1

    def _present_hosts(self, connection: Connection) -> frozenset[int]:
        revision = read_number(connection, _REVISION)
        if revision != self._revision:
            self._hosts = frozenset(connection.scalars(select(hosts.c.id).where(hosts.c.removed_at.is_(None))))
            self._revision = revision
        return self._hosts

    def _write_vectors(self, connection: Connection, scrapes: Sequence[PackedScrape]) -> int:
        id_of = self._layouts.id_of
        rows = [
            (scrape.host_id, cadence, scrape.ts, scrape.session_at, id_of(connection, layout, scrape.ts), packed)
            for scrape in scrapes
            for cadence, layout, packed in scrape.vectors
        ]
        return self._vectors.write(connection, rows)

    def _write_processes(self, connection: Connection, scrapes: Sequence[PackedScrape]) -> int:
        rows = [(scrape.host_id, scrape.ts, scrape.processes) for scrape in scrapes if scrape.processes is not None]
        return self._processes.write(connection, rows)
