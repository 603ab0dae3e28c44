"""What each machine of a fleet is like: numbers drawn by the seed, one row a machine. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from simulated_fleet.machine import Machine
from simulated_fleet.noise import BURST_SHORTEST
from simulated_fleet.rhythm import PEAKS, Array, Indexes
from simulated_fleet.role import Role
from simulated_fleet.roles import JUMP, ROLES

BURST_PERIOD_S = 9000.0
WANDER_CELLS_S: Array = np.array([11.0, 67.0, 400.0, 2600.0])
"""Noise at four scales, in seconds of mean load: from one reading to the next, up to hours."""
_WANDER_SHARES = np.array([0.12, 0.14, 0.14, 0.10])
CORE_SKEW = 0.12
"""How much busier one core of a pair is than the mean, at most;"""
CORE_WANDER = 0.12
"""and how much that wanders."""
_ROOM = 0.97
"""No core gets busier than this on an ordinary day."""
_DAY_S = 86_400.0
_ROLES = {role.prefix: role for role in (*ROLES, JUMP)}
_BACKED_UP = frozenset({"db", "file", "mail", "search", "queue"})


@dataclass(frozen=True, slots=True, eq=False)
class Traits:
    """One row a machine, in order of the index. CPU is a share of the whole machine.

    Attributes:
        rhythm: row of `Rhythm`.
        shift_s: by how much its day is ahead of others'.
        key: which noise it has.
        wander: amplitude of the noise at each scale of WANDER_CELLS_S, as a share of the load.
        busy: share of CPU that its work takes in the mean over a week.
        burst: CPU seconds of a burst, divided by the cores.
        cron: share of CPU that the full hour's work takes.
        cron_offset_s, cron_length_s: after the full hour, and for how long.
        backup: share of CPU that the backup takes.
        backup_offset_s, backup_length_s: after midnight local time, and for how long.
        uptime_s: how often it is started anew.
        memory: share of memory that programs use.
        memory_swing: how much of that follows the load.
        leak: by how much that grows until the leaking program is started anew; 0 for most.
        leak_period_s: how long that takes.
        swap: share of swap in use.
        skew: of its cores.
    """

    rhythm: Indexes
    shift_s: Array
    key: Indexes
    wander: Array
    busy: Array
    burst: Array
    cron: Array
    cron_offset_s: Array
    cron_length_s: Array
    backup: Array
    backup_offset_s: Array
    backup_length_s: Array
    uptime_s: Array
    memory: Array
    memory_swing: Array
    leak: Array
    leak_period_s: Array
    swap: Array
    skew: Array


def role_of(machine: Machine) -> Role:
    """What a machine is for."""
    return _ROLES[machine.role]


def draw_traits(machines: Sequence[Machine], seed: int) -> Traits:
    """The traits of a fleet; the same for the same machines and seed."""
    count = len(machines)
    draw = np.random.default_rng((seed, 0x7AA17))
    roles = [role_of(machine) for machine in machines]

    def between(low: float, high: float) -> Array:
        return draw.uniform(low, high, count)

    def within(spans: list[tuple[float, float]]) -> Array:
        low, high = np.array(spans, dtype=np.float64).reshape(-1, 2).T
        return draw.uniform(low, high)

    rhythm = np.array([role.rhythm for role in roles], dtype=np.int64)
    wander = between(0.7, 1.3)[:, None] * _WANDER_SHARES
    backed_up = np.array([role.prefix in _BACKED_UP for role in roles])
    backup = np.where(backed_up, between(0.05, 0.1), np.where(between(0, 1) < 0.4, 0.03, 0.0))
    cron = between(0.02, 0.07)
    burst = between(0.04, 0.13) * BURST_PERIOD_S * BURST_SHORTEST
    extra = backup + cron + burst / (BURST_PERIOD_S * BURST_SHORTEST)
    most = (1 + CORE_SKEW + CORE_WANDER) * PEAKS[rhythm] * (1 + wander.sum(axis=1))
    return Traits(
        rhythm=rhythm,
        shift_s=between(-2400, 2400),
        key=draw.integers(0, 1 << 40, count),
        wander=wander,
        busy=np.minimum(within([role.busy for role in roles]), (_ROOM - extra) / most),
        burst=burst,
        cron=cron,
        cron_offset_s=between(0.5, 9.0),
        cron_length_s=between(20, 75),
        backup=backup,
        backup_offset_s=between(3600, 4.5 * 3600),
        backup_length_s=between(1200, 5400),
        uptime_s=np.round(between(25, 400)) * _DAY_S,
        memory=within([role.used_memory for role in roles]),
        memory_swing=between(0.02, 0.07),
        leak=np.where(between(0, 1) < 0.08, between(0.04, 0.1), 0.0),
        leak_period_s=np.round(between(3, 12)) * _DAY_S,
        swap=between(0.0, 0.12),
        skew=between(0.3, 1.0) * CORE_SKEW,
    )
