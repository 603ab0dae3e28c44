"""Hosts as a poller meets them: over real SSH, by the poller's own transports."""

import asyncio
import json
import socket
from dataclasses import replace
from pathlib import Path

import asyncssh
import pytest

from poller.failure import SessionError
from poller.paramiko_ssh.transport import start_paramiko
from poller.probe_start.probe_options import ProbeOptions
from poller.probe_start.start import Way, start_by
from poller.stream.decode import Decoder, Hello
from simulated_fleet.condition import WELL, Condition, Reach
from simulated_fleet.serving.connection import FleetConnection
from simulated_fleet.serving.keys import password
from simulated_fleet.serving.listening import PortUnavailableError
from simulated_fleet.serving.server import FleetServer
from storage.check import Check, CheckKind
from storage.host import Reader
from storage.reason import Reason
from storage.scrape import Cadence, Scrape
from tests.collected import Collected
from tests.served_fleet import OPTIONS, SEED, in_time, plan_of, planned, serving

DOWN, SILENT = Condition(reach=Reach.DOWN), Condition(reach=Reach.HALF_OPEN)


def scrapes_in(sink: Collected) -> list[Scrape]:
    decoder = Decoder(1)
    said = [decoder.decode(line, float(place)) for place, line in enumerate(sink.received)]
    return [each for each in said if isinstance(each, Scrape)]


async def test_a_host_greets_and_sends_a_line_each_interval(tmp_path: Path) -> None:
    async with serving(tmp_path) as served:
        sink = await served.probe(served.target(0))
        await sink.until(lambda: len(sink.received) > 8)
        hello = Decoder(1).decode(sink.received[0], 0.0)
        assert isinstance(hello, Hello)
        assert served.fleet.machines[0].name in str(hello.inventory)
        numbers = [json.loads(line)["n"] for line in sink.received[4:]]
        assert numbers == list(range(len(numbers)))
        assert scrapes_in(sink)
        assert served.server.figures().sessions == 1


async def test_a_host_answers_the_checks_that_a_poller_asks(tmp_path: Path) -> None:
    checks = (
        Check("nginx", CheckKind.UNIT, "nginx"),
        Check("database", CheckKind.TCP, "db.internal:5432"),
        Check("login", CheckKind.HTTP, "https://localhost/login"),
        Check("queue", CheckKind.COMMAND, "redis-cli llen jobs"),
        Check("app", CheckKind.PROMETHEUS, "http://localhost:8080/metrics"),
    )
    async with serving(tmp_path) as served:
        options = replace(OPTIONS, checks=checks, checks_interval_s=0.2)
        sink = await served.probe(served.target(0), options)
        await sink.until(lambda: sum(b'"checks":' in line for line in sink.received) > 2)
        answered = [
            {str(key): value for key, value in zip(vector.layout.series, vector.values, strict=True)}
            for scrape in scrapes_in(sink)
            for vector in scrape.vectors
            if vector.cadence is Cadence.CHECKS
        ]
        assert len(answered) > 1
        assert {name for name, value in answered[-1].items() if value == 1 and "_up" in name} == {
            'unit_up{unit="nginx"}', 'check_up{check="database"}', 'check_up{check="login"}', 'check_up{check="queue"}',
            'check_up{check="app"}',
        }  # fmt: skip
        assert answered[-1]['check_http_status{check="login"}'] == 200
        assert 0 < answered[-1]['check_seconds{check="database"}'] < 1
        assert answered[-1]['custom{check="queue",series="queue"}'] >= 0


@pytest.mark.parametrize("reader", [Reader.AUTO, Reader.SHELL], ids=str)
async def test_the_session_is_over_when_as_many_lines_are_sent_as_were_asked_for(
    tmp_path: Path, reader: Reader
) -> None:
    async with serving(tmp_path) as served:
        sink = await served.probe(served.target(0), replace(OPTIONS, count=3, reader=reader))
        assert (await sink.failure()).reason is Reason.LOST
        assert len(scrapes_in(sink)) == 3
        await in_time(lambda: served.server.figures().sessions == 0)


async def test_both_transports_get_in_and_a_password_is_as_good_as_the_key(tmp_path: Path) -> None:
    async with serving(tmp_path) as served:
        target = replace(served.target(1), identity_file=None, secret=password(SEED))
        await (await served.probe(target)).line(5)
        sink = Collected()
        served.connections.append(await start_paramiko(served.target(1), OPTIONS, sink))
        await sink.line(5)


@pytest.mark.parametrize("change", [{"secret": "wrong", "identity_file": None}, {"username": "root"}], ids=str)
async def test_nobody_else_gets_in(tmp_path: Path, change: dict[str, str | None]) -> None:
    async with serving(tmp_path) as served:
        with pytest.raises(SessionError) as caught:
            await served.probe(replace(served.target(0), **change))  # type: ignore[arg-type]
        assert caught.value.reason is Reason.AUTH
        assert served.server.figures().refused > 0


async def test_each_host_has_a_key_of_its_own(tmp_path: Path) -> None:
    async with serving(tmp_path) as served:
        stranger = replace(served.target(0), trusted_keys=served.target(1).trusted_keys)
        with pytest.raises(SessionError) as caught:
            await served.probe(stranger)
        assert caught.value.reason is Reason.HOST_KEY_CHANGED


async def test_a_host_that_goes_down_breaks_its_sessions_and_refuses_others_until_it_is_back(tmp_path: Path) -> None:
    async with serving(tmp_path) as served:
        sink, other = await served.probe(served.target(0)), await served.probe(served.target(1))
        served.moods[0] = DOWN
        assert (await sink.failure()).reason is Reason.LOST
        await in_time(lambda: served.server.figures().hosts_up == 1)
        with pytest.raises(SessionError) as caught:
            await served.probe(served.target(0))
        assert caught.value.reason is Reason.REFUSED
        served.moods[0] = WELL
        await in_time(lambda: served.server.figures().hosts_up == 2 and served.server.hosts[0].server)
        await (await served.probe(served.target(0))).line(5)
        assert not other.failures


async def test_a_broken_connection_is_reset(tmp_path: Path) -> None:
    async with serving(tmp_path) as served:
        place = served.fleet.plan.place(served.fleet.machines[0])
        reader, writer = await asyncio.open_connection(place.address, place.port)
        assert (await reader.readline()).startswith(b"SSH-2.0-")
        served.moods[0] = DOWN
        with pytest.raises(ConnectionResetError):
            await asyncio.wait_for(reader.read(), 30)
        writer.close()


async def test_a_silent_host_keeps_its_sessions_and_says_nothing_to_anybody(tmp_path: Path) -> None:
    async with serving(tmp_path) as served:
        sink = await served.probe(served.target(0))
        await sink.line(5)
        served.moods[0] = SILENT
        await in_time(lambda: served.server.hosts[0].reach is Reach.HALF_OPEN)
        place = served.fleet.plan.place(served.fleet.machines[0])
        reader, writer = await asyncio.open_connection(place.address, place.port)
        received = len(sink.received)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(reader.read(1), 0.5)
        assert len(sink.received) <= received + 1
        assert not sink.failures
        served.moods[0] = WELL
        assert (await sink.failure()).reason is Reason.LOST
        writer.close()


async def test_what_is_left_behind_at_a_silent_host_does_not_pile_up(tmp_path: Path) -> None:
    async with serving(tmp_path) as served:
        served.moods[0] = SILENT
        await in_time(lambda: served.server.hosts[0].reach is Reach.HALF_OPEN)
        place = served.fleet.plan.place(served.fleet.machines[0])
        writers = [(await asyncio.open_connection(place.address, place.port))[1] for _ in range(12)]
        await in_time(lambda: len(served.server.hosts[0].connections) == 4)
        for writer in writers:
            writer.close()


async def test_a_slow_host_lets_one_in_late_and_speaks_late(tmp_path: Path) -> None:
    async with serving(tmp_path) as served:
        served.moods[0] = Condition(delay_s=0.3)
        await in_time(lambda: served.server.hosts[0].condition.delay_s)
        loop = asyncio.get_running_loop()
        before = loop.time()
        sink = await served.probe(served.target(0), ProbeOptions())
        await sink.line(4)
        assert loop.time() - before > 0.6


async def test_a_host_set_up_anew_shows_another_key_and_has_dropped_its_sessions(tmp_path: Path) -> None:
    async with serving(tmp_path) as served:
        sink = await served.probe(served.target(0))
        served.moods[0] = Condition(key_generation=1)
        assert (await sink.failure()).reason is Reason.LOST
        with pytest.raises(SessionError) as caught:
            await served.probe(served.target(0))
        assert caught.value.reason is Reason.HOST_KEY_CHANGED
        await (await served.probe(served.target(0, generation=1))).line(5)


async def test_a_host_without_its_directory_refuses_logins_and_keeps_its_sessions(tmp_path: Path) -> None:
    async with serving(tmp_path) as served:
        sink = await served.probe(served.target(0))
        served.moods[0] = Condition(reach=Reach.REFUSES_LOGIN)
        await in_time(lambda: served.server.hosts[0].reach is Reach.REFUSES_LOGIN)
        with pytest.raises(SessionError) as caught:
            await served.probe(served.target(0))
        assert caught.value.reason is Reason.AUTH
        received = len(sink.received)
        await sink.until(lambda: len(sink.received) > received + 2)


async def test_a_poller_that_does_not_read_gets_every_line_later_with_its_own_time(tmp_path: Path) -> None:
    async with serving(tmp_path) as served:
        reading = Reading()
        start = start_by(Way.PYTHON, OPTIONS)
        async with asyncssh.connect(
            *(served.target(0).address, served.target(0).port),
            username="watch",
            client_keys=[str(served.folder.identity)],
            known_hosts=None,
            config=None,
        ) as connection:
            channel, _ = await connection.create_session(lambda: reading, start.command, encoding=None, window=32_768)
            channel.pause_reading()
            channel.write(start.source)
            await in_time(lambda: any(session.waiting for session in served.server.sessions))
            held = served.server.counts.lines
            await in_time(lambda: any(len(session.waiting) > 10 for session in served.server.sessions))
            assert served.server.counts.lines == held
            channel.resume_reading()
            await in_time(lambda: len(reading.numbers) > held + 10)
            assert reading.numbers == list(range(len(reading.numbers)))


async def test_lines_wait_while_the_system_takes_no_more_and_come_once_it_does(tmp_path: Path) -> None:
    async with serving(tmp_path) as served:
        sink = await served.probe(served.target(0))
        await sink.line(5)
        (connection,) = served.server.hosts[0].connections
        assert isinstance(connection, FleetConnection)
        # As asyncio tells it, which takes megabytes on a loopback.
        connection.pause_writing()
        (session,) = served.server.sessions
        await in_time(lambda: len(session.waiting) > 3)
        connection.resume_writing()
        await sink.until(lambda: len(scrapes_in(sink)) > 8)
        assert not session.waiting
        numbers = [json.loads(line)["n"] for line in sink.received[4:]]
        assert numbers == list(range(len(numbers)))


class Reading(asyncssh.SSHClientSession[bytes]):
    """Keeps what comes through a channel."""

    def __init__(self) -> None:
        self._received = b""

    def data_received(self, data: bytes, datatype: asyncssh.DataType) -> None:
        self._received += data

    @property
    def numbers(self) -> list[int]:
        """Of the lines that are complete."""
        lines = self._received.split(b"\n")[2:-1]
        return [said["n"] for line in lines if "n" in (said := json.loads(line))]


async def test_a_person_is_told_what_this_is(tmp_path: Path) -> None:
    async with serving(tmp_path) as served:
        place, folder = served.fleet.plan.place(served.fleet.machines[0]), served.folder
        child = await asyncio.create_subprocess_exec(
            *("ssh", "-F", str(folder.ssh_config), "-p", str(place.port), place.address, "uptime"),
            stdin=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
        )
        _out, told = await child.communicate()
        assert child.returncode == 127
        assert b"simulated host" in told


async def test_a_port_that_is_taken_is_named_and_nothing_listens(tmp_path: Path) -> None:
    fleet = planned(plan_of(3))
    place = fleet.plan.place(fleet.machines[2])
    with socket.socket() as taken:
        taken.bind((place.address, place.port))
        taken.listen()
        with pytest.raises(PortUnavailableError) as caught:
            await FleetServer(fleet).start()
        assert f"Port {place.port} of {place.address}" in caught.value.message
        first = fleet.plan.place(fleet.machines[0])
        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_connection(first.address, first.port)


async def test_one_address_has_a_port_for_each_host(tmp_path: Path) -> None:
    async with serving(tmp_path, one_address=True) as served:
        for index in (0, 1):
            target = served.target(index)
            assert target.address == "127.0.0.1"
            hello = json.loads(await (await served.probe(target)).line(0))
            assert hello["inventory"]["hostname"] == served.fleet.machines[index].name
