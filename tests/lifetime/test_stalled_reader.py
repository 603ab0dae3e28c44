"""A reader that stops reading, and one that goes on after a while."""

import signal
import sys
import time
from pathlib import Path

import psutil
from sqlalchemy import select

from storage.database import Database
from storage.host import NewHost, Transport
from storage.hosts import add_host
from storage.schema import head
from tests.eventually import eventually
from tests.remote_probe.probe_child import Probe
from tests.running_poller import running_poller

STOPPED_S = 4.0

# The whole probe with a watchdog of a second: as an option it is a minute at the least.
PROGRAM = """
import fcntl, os, sys
from remote_probe.channel import Channel
from remote_probe.options import Options
from remote_probe.proc_reader import ProcReader
from remote_probe.stream import Stream
fcntl.fcntl(1, fcntl.F_SETPIPE_SZ, 4096)
options = Options({"interval_s": 0.1, "lifeline": True})
Stream(options, ProcReader(options), Channel(1, 0, 1.0)).run()
"""


def test_a_probe_whose_reader_stalls_ends_by_its_watchdog() -> None:
    probe = Probe([sys.executable, "-B", "-c", PROGRAM])
    try:
        assert probe.line()["watchpost"] == 1
        eventually(lambda: probe.child.poll() is not None)
        assert probe.child.returncode == 0
    finally:
        probe.end()


def test_a_poller_that_was_stopped_for_a_while_gets_what_was_read_meanwhile(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    with database.writing() as connection:
        add_host(connection, NewHost(name="this", transport=Transport.LOCAL), 0)
    with running_poller(
        database_url, "--interval", "1", environment={"HOME": str(tmp_path)}, folder=tmp_path
    ) as poller:
        eventually(lambda: len(_moments(database)) >= 2)
        stopped_at = time.time()
        poller.process.send_signal(signal.SIGSTOP)
        try:
            eventually(lambda: time.time() > stopped_at + STOPPED_S)
        finally:
            poller.process.send_signal(signal.SIGCONT)
        went_on_at = time.time()
        eventually(lambda: _moments(database)[-1] > went_on_at)
        assert psutil.Process(poller.process.pid).children()
    meanwhile = [at for at in _moments(database) if stopped_at < at < went_on_at]
    # Each has the time at which it was read: not that at which it came.
    assert len(meanwhile) >= STOPPED_S - 2
    assert "host_state" in poller.log
    assert poller.log.count('"state": "up"') == 1


def _moments(database: Database) -> list[float]:
    """When the stored readings of the fast group were taken, UTC seconds."""
    with database.reading() as connection:
        rows = connection.execute(select(head.c.ts).where(head.c.cadence == 0).order_by(head.c.ts))
        return [ts / 1000 for (ts,) in rows]
