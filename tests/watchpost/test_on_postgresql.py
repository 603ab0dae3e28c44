"""The whole program on a PostgreSQL server: a poller, an outage, and what people type."""

import signal
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import select

from storage.database import has_database, open_database
from storage.schema import head
from tests.command_line import run_program
from tests.eventually import eventually
from tests.real_postgresql import RealPostgresql
from tests.running_poller import running_poller


@pytest.fixture
def url(postgresql_server: RealPostgresql) -> Iterator[str]:
    """Of a database without any table."""
    with postgresql_server.new_database("template0") as empty:
        yield empty


def moments(url: str) -> list[int]:
    database = open_database(url)
    with database.reading() as connection:
        found = list(connection.scalars(select(head.c.ts).where(head.c.cadence == 0).order_by(head.c.ts)))
    database.close()
    return found


def test_from_an_empty_database_to_readings_that_survive_the_servers_death(
    postgresql_server: RealPostgresql, url: str, home: Path
) -> None:
    environment = {"HOME": str(home)}

    def typed(*words: str) -> str:
        done = run_program(*words, "--db", url, environment=environment, folder=home)
        assert done.status == 0, done.err
        return done.out

    with running_poller(url, "--interval", "1", environment=environment, folder=home) as poller:
        typed("hosts", "add", "here", "--local")
        eventually(lambda: moments(url))
        died_at = time.time_ns() // 1_000_000
        with postgresql_server.down():
            eventually(lambda: "recorder_cannot_write" in poller.log and "poller_lock_lost" in poller.log)
            eventually(lambda: time.time_ns() // 1_000_000 > died_at + 3_000)
            back_at = time.time_ns() // 1_000_000
        eventually(lambda: "poller_lock_taken_again" in poller.log)
        eventually(lambda: any(ts > back_at for ts in moments(url)))
        assert any(died_at < ts < back_at for ts in moments(url))
        assert "here" in typed("hosts", "list")
        assert "“test_" in typed("doctor")
        refused = run_program("run", "--db", url, environment=environment, folder=home)
        assert refused.status == 1
        assert f"watchpost poller {poller.process.pid} on" in refused.err
        poller.process.send_signal(signal.SIGTERM)
        assert poller.process.wait(30) == 0


def test_a_poller_whose_place_another_has_taken_ends(postgresql_server: RealPostgresql, url: str, home: Path) -> None:
    with running_poller(url, environment={"HOME": str(home)}, folder=home) as poller:
        with postgresql_server.down():
            pass
        with psycopg.connect(url, autocommit=True, application_name="watchpost poller 7 on web2") as other:
            assert other.execute("SELECT pg_try_advisory_lock(30576, 2)").fetchone() == (True,)
            assert poller.process.wait(60) == 1
        assert "poller 7 on web2" in poller.log


def test_a_command_that_writes_makes_the_tables_first(url: str, home: Path) -> None:
    environment = {"HOME": str(home)}
    empty = run_program("hosts", "list", "--db", url, environment=environment, folder=home)
    assert "no tables yet" in empty.err
    warned = run_program("doctor", "--db", url, environment=environment, folder=home)
    assert "no tables yet" in warned.out.replace("\n", " ")
    run_program("hosts", "add", "web", "192.0.2.1", "--no-test", "--db", url, environment=environment, folder=home)
    assert has_database(url)
