"""Writes batches of what was recorded, each in one transaction, and finds the one item that spoils one."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from storage.backlog import Item
from storage.database import Database
from storage.database_identity import database_identity
from storage.errors import DatabaseUnavailableError, WatchpostError
from storage.host_states import HostStatus
from storage.leases.fence import Fence
from storage.schema import head, host_states, hosts, layouts, process_snapshots
from storage.scrape_rows import PackedScrape, RowWriter


@dataclass(frozen=True, slots=True)
class Commit:
    """One transaction that is done.

    Attributes:
        rows: how many were written.
        at: when, UTC milliseconds.
        scrape_ts: when its scrapes were read; `at - ts` is their delay.
        took_s: how long it took, in seconds.
    """

    rows: int
    at: int
    scrape_ts: tuple[int, ...]
    took_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a batch.

    Attributes:
        refused: what the database will never take, with the reason.
        left: what was not written because the database failed, in its order.
        failure: why, if it did.
    """

    refused: list[tuple[Item, Exception]]
    left: list[Item]
    failure: WatchpostError | None


class AnotherDatabaseError(Exception):
    """The batch is meant for a database that is no longer the one at this URL."""


class BatchWriter:
    """For one thread.

    Attributes:
        database_id: the identity of the database that was written last; empty before.
    """

    def __init__(self, database: Database, on_commit: Callable[[Commit], None], fence: Fence | None = None) -> None:
        """Takes `on_commit`, which is called after every transaction, and where pollers share hosts the fence."""
        self.database_id = ""
        self._fence = fence
        self._database = database
        self._on_commit = on_commit
        self._rows = RowWriter()
        self._generation = -1

    def write(self, batch: Sequence[Item], meant_for: str = "") -> Outcome:
        """Writes a batch; where one item spoils it, halves it until that one is alone, and leaves that one out.

        Args:
            batch: in its order.
            meant_for: the identity of the database that it is for; empty for whichever is there.

        Raises:
            AnotherDatabaseError: another one is there; nothing was written.
        """
        refused: list[tuple[Item, Exception]] = []
        parts = [list(batch)]
        is_fit = False
        while parts:
            part = parts.pop()
            try:
                self._commit(part, meant_for)
            except AnotherDatabaseError:
                raise
            except WatchpostError as failure:
                return Outcome(refused, _joined(part, parts), failure)
            # What the database refuses about one value comes in any form; it must not end the thread.
            except Exception as error:  # noqa: BLE001
                if not is_fit and (unfit := self._why_unfit()):
                    return Outcome(refused, _joined(part, parts), unfit)
                is_fit = True
                if len(part) > 1:
                    middle = len(part) // 2
                    parts += [part[middle:], part[:middle]]
                else:
                    refused.append((part[0], error))
        return Outcome(refused, [], None)

    def _commit(self, items: list[Item], meant_for: str) -> None:
        scrapes: Sequence[PackedScrape] = [item for item in items if isinstance(item, PackedScrape)]
        states: Sequence[HostStatus] = [item for item in items if isinstance(item, HostStatus)]
        if self._database.generation != self._generation or meant_for:
            self._look_where(meant_for)
        began = time.monotonic()
        try:
            with self._database.recording() as connection:
                self._check_same()
                if self._fence is not None:
                    scrapes, states = self._fence.admitted(connection, scrapes, states)
                rows, written = self._rows.write(connection, scrapes, states)
        except BaseException:
            self._rows.forget()
            self._generation = -1
            raise
        took_s = time.monotonic() - began
        self._on_commit(Commit(rows, time.time_ns() // 1_000_000, tuple(scrape.ts for scrape in written), took_s))

    def _why_unfit(self) -> WatchpostError | None:
        """Why nothing could be written whatever it is, if that is so: as while somebody restores a backup."""
        try:
            with self._database.recording() as connection:
                for table in (hosts, layouts, head, process_snapshots, host_states):
                    connection.execute(select(table).limit(0))
        except WatchpostError as error:
            return error
        except Exception as error:  # noqa: BLE001
            return DatabaseUnavailableError(
                f"The database {self._database.label} is not as it should be: {type(error).__name__}.",
                hint="`watchpost db check` says what is wrong with it.",
            )
        return None

    def _check_same(self) -> None:
        """Raises DatabaseUnavailableError where another database has taken the place of the one that was looked at."""
        if self._database.generation != self._generation:
            raise DatabaseUnavailableError(f"The database {self._database.label} was replaced just now.")

    def _look_where(self, meant_for: str) -> None:
        """Asks the database which it is; raises AnotherDatabaseError where it is not the one that is meant."""
        # In a transaction of its own: a mark that was rolled back with a batch would be another one the next time.
        with self._database.recording() as connection:
            self.database_id = database_identity(connection)
            generation = self._database.generation
        if generation != self._generation:
            self._generation = generation
            self._rows.forget()
        if meant_for and meant_for != self.database_id:
            raise AnotherDatabaseError


def _joined(part: list[Item], later: list[list[Item]]) -> list[Item]:
    return [item for rest in (part, *reversed(later)) for item in rest]
