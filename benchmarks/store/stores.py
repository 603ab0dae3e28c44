"""A fresh database of either kind, and the CPU time that it takes: ours, and the server's."""

import contextlib
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil

from storage.database import Database, open_database, prepare_database
from storage.host import Host, NewHost
from storage.hosts import add_host
from tests.real_postgresql import make_cluster, running_postgresql, server_folder


@dataclass(frozen=True, slots=True)
class Store:
    """An open database.

    Attributes:
        name: of its kind, for keys.
        url: where it is.
        database: it.
        cpu_s: CPU seconds so far, of this process with all its threads and of the server.
    """

    name: str
    url: str
    database: Database
    cpu_s: Callable[[], float]

    @property
    def file(self) -> Path:
        """Of SQLite."""
        return Path(self.url.removeprefix("sqlite:///"))


@contextlib.contextmanager
def sqlite_store() -> Iterator[Store]:
    """An empty file."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/bench.db"
        prepare_database(url, now_ms=0)
        with contextlib.closing(open_database(url)) as database:
            yield Store("sqlite", url, database, time.process_time)


@contextlib.contextmanager
def postgresql_store() -> Iterator[Store]:
    """An empty database of a server of its own."""
    with server_folder() as folder:
        make_cluster(folder)
        with (
            running_postgresql(folder) as server,
            server.new_database() as url,
            contextlib.closing(open_database(url)) as database,
        ):
            yield Store("postgresql", url, database, lambda: time.process_time() + _server_cpu_s(server.folder))


def register(database: Database, count: int, *, prefix: str = "host") -> list[Host]:
    """So many hosts."""
    with database.writing() as connection:
        return [
            add_host(connection, NewHost(name=f"{prefix}-{number:03}", address=f"{prefix}{number}.example"), 0)
            for number in range(count)
        ]


def _server_cpu_s(folder: Path) -> float:
    """Of the server's processes that are still there; those that serve us are."""
    total = 0.0
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if process.cwd() == str(folder / "data"):
                times = process.cpu_times()
                total += times.user + times.system
    return total
