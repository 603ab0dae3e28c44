import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from simulated_fleet.machine import machines
from simulated_fleet.serving.plan import FleetPlan
from simulated_fleet.serving.processes import PartEndedError
from tests.command_line import PROGRAM, program_environment
from tests.eventually import eventually
from watchpost.demo.fleet_child import FleetChild
from watchpost.demo.fleet_port import free_port

COMMAND = [*PROGRAM, "fleet", "--part"]
START_MS = 1_790_000_000_000


@pytest.fixture
def plan() -> FleetPlan:
    addresses = [machine.address for machine in machines(2, 1)]
    return FleetPlan(hosts=2, start_ms=START_MS, port=free_port(addresses, one_address=True), one_address=True)


@pytest.fixture
def child(plan: FleetPlan, tmp_path: Path, home: Path) -> Iterator[FleetChild]:
    made = FleetChild(COMMAND, plan, tmp_path, program_environment({"HOME": str(home)}))
    yield made
    made.stop()


def answers(port: int) -> bytes:
    """The first words of whoever listens there."""
    with socket.create_connection(("127.0.0.1", port), 10) as connection:
        return connection.recv(32)


def test_all_hosts_answer_once_it_serves_and_none_after_it_has_stopped(child: FleetChild, plan: FleetPlan) -> None:
    child.wait_until_serving()
    assert all(answers(plan.port + index).startswith(b"SSH-2.0-") for index in range(2))
    child.stop()
    assert not psutil.pid_exists(child.pid)
    with pytest.raises(ConnectionRefusedError):
        answers(plan.port)


def test_hosts_that_cannot_listen_say_why(plan: FleetPlan, tmp_path: Path, home: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", plan.port))
        taken.listen()
        child = FleetChild(COMMAND, plan, tmp_path, program_environment({"HOME": str(home)}))
        try:
            with pytest.raises(PartEndedError, match=str(plan.port)):
                child.wait_until_serving()
        finally:
            child.stop()


def test_one_that_is_killed_is_noticed(child: FleetChild) -> None:
    child.wait_until_serving()
    psutil.Process(child.pid).kill()

    def is_told() -> bool:
        try:
            child.check()
        except PartEndedError:
            return True
        return False

    eventually(is_told)


def test_a_program_that_is_not_there_is_an_error_of_words(plan: FleetPlan, tmp_path: Path) -> None:
    with pytest.raises(PartEndedError, match="cannot be started"):
        FleetChild(["/nonexistent/program"], plan, tmp_path, {})


def test_a_program_that_says_nothing_sensible_is_not_waited_for(plan: FleetPlan, tmp_path: Path) -> None:
    child = FleetChild([sys.executable, "-c", "print('what?')"], plan, tmp_path, {})
    try:
        with pytest.raises(PartEndedError):
            child.wait_until_serving()
    finally:
        child.stop()
