"""Against a socket such as systemd makes; that systemd understands it is shown where a service really runs."""

import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from poller.service_notify import ServiceNotify


@pytest.fixture
def manager(tmp_path: Path) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as made:
        made.bind(str(tmp_path / "notify"))
        made.settimeout(30)
        yield made


def heard(manager: socket.socket) -> str:
    return manager.recv(4096).decode()


def test_what_is_said_arrives_as_systemd_wants_it(manager: socket.socket) -> None:
    notify = ServiceNotify(manager.getsockname())
    notify.may_take(90.0)
    notify.ready()
    notify.alive()
    notify.stopping()
    assert [heard(manager) for _ in range(4)] == ["EXTEND_TIMEOUT_USEC=90000000", "READY=1", "WATCHDOG=1", "STOPPING=1"]


def test_a_reload_says_when_it_began(manager: socket.socket) -> None:
    before = time.monotonic_ns() // 1000
    ServiceNotify(manager.getsockname()).reloading()
    word, _, at = heard(manager).partition("\nMONOTONIC_USEC=")
    assert word == "RELOADING=1"
    assert before <= int(at) <= time.monotonic_ns() // 1000


def test_a_status_is_one_line_and_told_once(manager: socket.socket) -> None:
    notify = ServiceNotify(manager.getsockname())
    notify.status("3 of 4 hosts up")
    notify.status("3 of 4 hosts up")
    notify.status("all well\nREADY=1")
    assert [heard(manager), heard(manager)] == ["STATUS=3 of 4 hosts up", "STATUS=all well"]


def test_a_socket_that_is_no_file_is_found() -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(b"\0watchpost-test-%d" % time.monotonic_ns())
        manager.settimeout(30)
        name = manager.getsockname()[1:].decode()
        ServiceNotify(f"@{name}").ready()
        assert heard(manager) == "READY=1"


def test_what_is_started_by_the_poller_does_not_speak_for_it() -> None:
    environment = {"NOTIFY_SOCKET": "/nowhere", "WATCHDOG_USEC": "60000000", "WATCHDOG_PID": "7", "PATH": "/bin"}
    notify = ServiceNotify.taken_from(environment, 7)
    assert environment == {"PATH": "/bin"}
    assert notify.watchdog_s == 30.0


@pytest.mark.parametrize(
    "environment",
    [
        {},
        {"NOTIFY_SOCKET": "/nowhere"},
        {"NOTIFY_SOCKET": "/nowhere", "WATCHDOG_USEC": "0"},
        {"NOTIFY_SOCKET": "/nowhere", "WATCHDOG_USEC": "soon"},
        {"NOTIFY_SOCKET": "/nowhere", "WATCHDOG_USEC": "60000000", "WATCHDOG_PID": "8"},
        {"WATCHDOG_USEC": "60000000", "WATCHDOG_PID": "7"},
    ],
    ids=str,
)
def test_where_nobody_waits_for_a_sign_of_life_none_is_due(environment: dict[str, str]) -> None:
    assert ServiceNotify.taken_from(dict(environment), 7).watchdog_s is None


def test_a_service_manager_that_is_gone_or_absent_costs_nothing(tmp_path: Path) -> None:
    ServiceNotify(str(tmp_path / "gone")).ready()
    ServiceNotify().ready()
