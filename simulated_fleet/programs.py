"""Which processes a machine has, and what each takes. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec
import numpy as np
from numpy.typing import NDArray

from simulated_fleet.drivers import Driver
from simulated_fleet.machine import Machine
from simulated_fleet.rhythm import Array
from simulated_fleet.role import Program
from simulated_fleet.roles import EVERYWHERE
from simulated_fleet.traits import role_of

_PASSING = (
    (Driver.CRON, Program("run-parts", "run-parts --report /etc/cron.hourly", "root", 0.9, 0.002)),
    (Driver.BACKUP, Program("restic", "restic backup --one-file-system / /srv", "root", 0.9, 0.01)),
    (
        Driver.SATURATED,
        Program("ffmpeg", "ffmpeg -i /srv/in.mov -c:v libx265 -preset slow /srv/out.mp4", "ops", 0.97, 0.02),
    ),
    (Driver.SWAPPING, Program("kswapd0", "[kswapd0]", "root", 0.5, 0.0)),
)
"""What is there only while it has something to do."""
LEAKING = Program("importer", "/opt/importer/bin/importer --queue orders", "app", 0.012, 0.004)
"""What grows where memory leaks: it is always there, and usually small."""
_FIRST_PID = 640
_PID_STEP = 37


@dataclass(frozen=True, slots=True, eq=False)
class ProgramTable:
    """The processes of one role, one row each.

    Attributes:
        name, command, user: texts.
        texts: these three on the wire.
        pid: of each process on a machine whose numbers start at 0.
        cpu: share of what each driver takes of the CPU: (processes, drivers).
        memory: share of what programs use; adds up to less than 1.
        passes: whether it is there only while it takes CPU.
        leaks: whether it is the one that grows.
    """

    name: tuple[str, ...]
    command: tuple[str, ...]
    user: tuple[str, ...]
    texts: tuple[msgspec.Raw, ...]
    pid: Array
    cpu: Array
    memory: Array
    passes: NDArray[np.bool_]
    leaks: NDArray[np.bool_]


def program_tables(machines: Sequence[Machine]) -> dict[str, ProgramTable]:
    """The tables of every role that these machines have."""
    return {machine.role: _table(machine) for machine in {one.role: one for one in machines}.values()}


def _table(machine: Machine) -> ProgramTable:
    steady = [
        (program, worker)
        for program in (*role_of(machine).programs, LEAKING, *EVERYWHERE)
        for worker in range(program.workers)
    ]
    programs = [program for program, _ in steady] + [program for _, program in _PASSING]
    commands = [_command(program, worker) for program, worker in steady] + [one.command for _, one in _PASSING]
    cpu = np.zeros((len(programs), len(Driver)))
    for place, (program, worker) in enumerate(steady):
        cpu[place, [Driver.WORK, Driver.BURST]] = program.cpu * _part(program, worker)
    for place, (driver, program) in enumerate(_PASSING, start=len(steady)):
        cpu[place, driver] = program.cpu
    memory = [program.memory * _part(program, worker) for program, worker in steady]
    texts = [(program.name, command, program.user) for program, command in zip(programs, commands, strict=True)]
    return ProgramTable(
        name=tuple(name for name, _, _ in texts),
        command=tuple(command for _, command, _ in texts),
        user=tuple(user for _, _, user in texts),
        texts=tuple(msgspec.Raw(msgspec.json.encode(text)[1:-1]) for text in texts),
        pid=_FIRST_PID + _PID_STEP * np.arange(len(programs), dtype=np.float64),
        cpu=cpu,
        memory=np.array([*memory, *(program.memory for _, program in _PASSING)]),
        passes=np.arange(len(programs)) >= len(steady),
        leaks=np.array([program is LEAKING for program in programs]),
    )


def _part(program: Program, worker: int) -> float:
    """The first worker gets more than the last one; all together one."""
    weights = [1 / (1 + 0.25 * number) for number in range(program.workers)]
    return weights[worker] / sum(weights)


def _command(program: Program, worker: int) -> str:
    return program.command.replace("{n}", str(worker + 1))
