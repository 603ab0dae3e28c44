"""A real poller that watches hosts which send anything but readings, beside one that is as it should be."""

import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from storage.database import Database
from storage.host import Host, NewHost, Transport
from storage.host_keys import KeySource, trust_host_key
from storage.host_states import HostStatus, read_host_states
from storage.hosts import add_host
from storage.latest import read_latest
from storage.reason import HostState, Reason
from tests.command_line import CommandLine
from tests.eventually import eventually
from tests.probe_stand_in import HELLO
from tests.real_sshd import RealSshd, current_user, make_key, read_public_key, running_sshd
from tests.running_poller import running_poller

# What each of them does once it is asked for a probe.
HOSTS = {
    "garbage": "say(MARKER); flood(os.urandom(4000) + b'\\n')",
    "markup": "say(MARKER); flood(b'<b>=cmd|calc</b>\\x1b[2J\\xff\\n')",
    "noise": "flood(b'Welcome!\\n')",
    "endless-line": "say(MARKER + HELLO); flood(b'x' * 65536)",
    "standard-error": "say(MARKER + HELLO); flood(b'warning\\n' * 1000, 2)",
    "readings": """
        say(MARKER + HELLO)
        for n in range(10**9):
            say(b'{"n": %d, "m": %d.5, "t": 0, "fast": [0, [0.5]]}\\n' % (n, 101 + n))
        """,
    "layouts": """
        say(MARKER + HELLO)
        for n in range(10**9):
            series = ",".join('["disk_reads_total","device","%d-%d"]' % (n, k) for k in range(500))
            say(b'{"layout": 0, "group": "fast", "series": [%s]}\\n' % series.encode())
        """,
}
PRELUDE = f"""
import os, sys, time
MARKER = b"\\0\\0WATCHPOST1\\n"
HELLO = {HELLO!r}
def say(data, fd=1):
    while data:
        data = data[os.write(fd, data):]
def flood(data, fd=1):
    while True:
        say(data, fd)
"""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RealSshd]:
    with running_sshd(tmp_path / "sshd") as server:
        yield server


def test_each_is_named_with_its_reason_and_the_good_ones_readings_go_on(
    server: RealSshd, database: Database, database_url: str, tmp_path: Path
) -> None:
    now = int(time.time() * 1000)
    with database.writing() as connection:
        trust_host_key(connection, server.host_key(), KeySource.PERSON, now, replace=False)
        bad = [add_host(connection, _host(server, tmp_path, *each), now) for each in HOSTS.items()]
        good = add_host(connection, NewHost(name="good", transport=Transport.LOCAL), now)
    judged: dict[int, HostStatus] = {}
    environment = {"HOME": str(tmp_path)}
    with running_poller(database_url, "--interval", "1", environment=environment, folder=tmp_path) as poller:
        eventually(lambda: _note_judged(database, judged) >= {host.id for host in bad}, 60)
        since = _last_reading_at(database, good)
        eventually(lambda: _last_reading_at(database, good) > since + 2000)
        shown = CommandLine()("hosts", "show", "markup", "--db", database_url)
        assert poller.process.poll() is None
        assert psutil.Process(poller.process.pid).memory_info().rss < 300 * 2**20
        assert "Traceback" not in poller.log
        assert max(map(len, poller.log.splitlines())) < 2000
    assert "unreadable answers" in shown.out
    assert shown.out.replace("\n", "").isprintable()
    for host in bad:
        detail = judged[host.id].detail
        assert detail
        assert detail.isprintable()
    with database.reading() as connection:
        state = read_host_states(connection)[good.id]
    assert (state.state, state.reason) == (HostState.UP, None)


def _host(server: RealSshd, folder: Path, name: str, program: str) -> NewHost:
    """A host on that server; its key may run nothing but its program."""
    script, key = folder / f"{name}.py", make_key(folder / name)
    script.write_text(PRELUDE + textwrap.dedent(program))
    with (server.folder / "authorized_keys").open("a") as file:
        file.write(f'command="exec {sys.executable} -IS {script}" {read_public_key(key)}\n')
    return NewHost(name=name, address=server.address, port=server.port, username=current_user(), identity_file=str(key))


def _note_judged(database: Database, judged: dict[int, HostStatus]) -> set[int]:
    """Takes note of the hosts whose lines were found bad; all of them are tried again and again."""
    with database.reading() as connection:
        found = read_host_states(connection)
    judged |= {number: status for number, status in found.items() if status.reason is Reason.BAD_LINE}
    return set(judged)


def _last_reading_at(database: Database, host: Host) -> int:
    with database.reading() as connection:
        found = read_latest(connection, since=0, host_ids=[host.id]).get(host.id)
    return 0 if found is None else found.ts
