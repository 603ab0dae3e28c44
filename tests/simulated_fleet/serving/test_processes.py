"""A fleet in several processes, begun by the command line's own program."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from simulated_fleet.serving.figures import Figures, together
from simulated_fleet.serving.processes import FleetProcesses, PartEndedError, fleet_in, processes_for
from simulated_fleet.serving.server import FleetServer
from tests.command_line import PROGRAM, program_environment
from tests.served_fleet import in_time, plan_of, planned

COMMAND = [*PROGRAM, "fleet", "--part"]


def parts() -> list[psutil.Process]:
    """The processes of a fleet that this one has started."""
    return [child for child in psutil.Process().children() if "--part" in child.cmdline()]


@pytest.mark.parametrize(("hosts", "cores", "processes"), [(1, 4, 1), (2500, 4, 1), (2501, 4, 2), (60_000, 4, 4)])
def test_so_many_hosts_are_served_by_so_many_processes(hosts: int, cores: int, processes: int) -> None:
    assert processes_for(hosts, cores) == processes


def test_figures_of_processes_add_up_and_the_latest_is_the_latest() -> None:
    parts = [Figures(hosts=2, sessions=1, late_s=0.5, cpu_s=1.0), Figures(hosts=3, sessions=2, late_s=0.1, cpu_s=2.0)]
    assert together(parts) == Figures(hosts=5, sessions=3, late_s=0.5, cpu_s=3.0)
    assert together([]) == Figures()


def test_one_process_is_this_very_one() -> None:
    assert isinstance(fleet_in(1, planned(plan_of(2)), COMMAND), FleetServer)
    assert isinstance(fleet_in(2, planned(plan_of(2)), COMMAND), FleetProcesses)


async def test_all_hosts_listen_and_all_processes_end_together() -> None:
    fleet = planned(plan_of(6))
    running = FleetProcesses(fleet.plan, 2, COMMAND)
    await running.start()
    children = parts()
    assert len(children) == 2
    try:
        await in_time(lambda: running.figures().hosts_up == 6)
        for machine in fleet.machines:
            place = fleet.plan.place(machine)
            reader, writer = await asyncio.open_connection(place.address, place.port)
            assert (await reader.readline()).startswith(b"SSH-2.0-")
            writer.close()
    finally:
        await running.stop()
    assert not any(child.is_running() for child in children)


async def test_one_that_dies_is_told_and_ends_the_others() -> None:
    running = FleetProcesses(plan_of(4), 2, COMMAND)
    await running.start()
    try:
        parts()[0].kill()
        with pytest.raises(PartEndedError, match="-9"):
            await in_time(lambda: running.figures() is None)
    finally:
        await running.stop()


async def test_a_port_that_is_taken_is_told_by_the_process_that_found_it(tmp_path: Path) -> None:
    fleet = planned(plan_of(4))
    place = fleet.plan.place(fleet.machines[3])
    with socket.socket() as taken:
        taken.bind((place.address, place.port))
        taken.listen()
        running = FleetProcesses(fleet.plan, 2, COMMAND)
        with pytest.raises(PartEndedError, match=str(place.port)):
            await running.start()


def test_no_process_outlives_the_one_that_started_it(home: Path) -> None:
    port = plan_of(2).port
    command = [*PROGRAM, "fleet", "--hosts", "4", "--processes", "2", "--port", str(port), "--json"]
    parent = subprocess.Popen(command, stdout=subprocess.PIPE, env=program_environment({"HOME": str(home)}), cwd=home)
    assert parent.stdout is not None
    with parent.stdout:
        assert b'"ready"' in parent.stdout.readline()
        children = psutil.Process(parent.pid).children()
        assert len(children) == 2
        os.kill(parent.pid, signal.SIGKILL)
        parent.wait()
    _gone, alive = psutil.wait_procs(children, timeout=60)
    for child in alive:
        child.kill()
    assert not alive


def test_what_comes_on_standard_input_instead_of_an_order_is_no_traceback(home: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "watchpost", "fleet", "--part"],
        check=False,
        input=b"hello\n",
        capture_output=True,
        env=program_environment({"HOME": str(home)}),
        cwd=home,
        timeout=60,
    )
    assert done.returncode == 1
    assert b"Traceback" not in done.stderr
