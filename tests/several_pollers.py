"""Real pollers that share this machine, registered many times, on a real PostgreSQL; and what is stored of it."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import select

from storage.database import Database
from storage.host import NewHost, Transport
from storage.hosts import add_host
from storage.leases.lease_rows import read_holders
from storage.leases.share import DUTIES
from storage.schema import head
from tests.running_poller import RunningPoller, running_poller


class Reading(NamedTuple):
    """When a host was read, and when that session began."""

    ts: int
    session_at: int


class SharedFleet:
    """Hosts of one database, as its pollers read them."""

    def __init__(self, database: Database, hosts: int = 8) -> None:
        self.database = database
        with database.writing() as connection:
            self.hosts = [
                add_host(connection, NewHost(name=f"host{number}", transport=Transport.LOCAL), 0).id
                for number in range(hosts)
            ]

    def readers(self) -> dict[int, str]:
        """The name of the poller of each host."""
        with self.database.reading() as connection:
            return {host_id: name for host_id, name in read_holders(connection).items() if host_id != DUTIES}

    def shares(self) -> dict[str, set[int]]:
        """The hosts of each poller."""
        readers = self.readers()
        return {name: {host_id for host_id in readers if readers[host_id] == name} for name in readers.values()}

    def is_shared_by(self, *names: str) -> bool:
        """Whether each of these has some of the hosts, and together they have them all."""
        shares = self.shares()
        return set(shares) == set(names) and set().union(*shares.values()) == set(self.hosts)

    def leader(self) -> str:
        """Who does what one alone does."""
        with self.database.reading() as connection:
            return read_holders(connection)[DUTIES]

    def readings(self) -> dict[int, list[Reading]]:
        """All of each host, in the order in which they were read."""
        query = select(head.c.host_id, head.c.ts, head.c.session_at).where(head.c.cadence == 0)
        with self.database.reading() as connection:
            rows = connection.execute(query.order_by(head.c.host_id, head.c.ts)).all()
        by_host = groupby(rows, lambda row: int(row.host_id))
        return {host_id: [Reading(row.ts, row.session_at) for row in own] for host_id, own in by_host}

    def all_are_read_since(self, ts: int) -> bool:
        """Whether there is a later reading of every host."""
        readings = self.readings()
        return all(host_id in readings and readings[host_id][-1].ts > ts for host_id in self.hosts)

    def check_nothing_twice(self) -> None:
        """The sessions of a host follow one another: none goes on when the next has begun to be read."""
        for own in self.readings().values():
            sessions = [session for session, _ in groupby(reading.session_at for reading in own)]
            assert len(sessions) == len(set(sessions))


class Starter:
    """Starts pollers, each with a home of its own."""

    def __init__(self, home: Path, stack: ExitStack) -> None:
        self._home = home
        self._stack = stack

    def start(self, **urls: str) -> list[RunningPoller]:
        """All at once: the names, and the URL of the database for each."""
        with ThreadPoolExecutor() as threads:
            return list(threads.map(self._one, urls.keys(), urls.values()))

    def _one(self, name: str, url: str) -> RunningPoller:
        folder = self._home / name
        folder.mkdir(exist_ok=True)
        words = ("--name", name, "--interval", "1")
        poller = running_poller(url, *words, environment={"HOME": str(folder)}, folder=folder)
        return self._stack.enter_context(poller)


@contextmanager
def pollers_of(home: Path) -> Iterator[Starter]:
    """What starts pollers; all that are left are gone at the end."""
    with ExitStack() as stack:
        yield Starter(home, stack)
