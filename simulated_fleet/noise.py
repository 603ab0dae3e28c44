"""What makes days differ: numbers that look random and yet are functions of time, with exact integrals. Pure.

Each function gives an integral, not a rate: a counter at a moment needs nothing of the moments before it.
"""

import numpy as np

from simulated_fleet.rhythm import Array, Indexes

_CELLS = 1 << 16
"""After so many cells the noise comes back: 8 days at 11 s a cell."""
_STRIDE = 40_503
"""Odd, so that it visits every entry; far from neighbours, so that keys next to each other share nothing soon."""
_TABLE: Array = np.random.default_rng(0x5EED).uniform(-0.5, 0.5, _CELLS)


def chance(cell: Indexes, key: Indexes) -> Array:
    """A number in [-0.5, 0.5] for a cell, the same each time."""
    found: Array = _TABLE[(cell * _STRIDE + key) & (_CELLS - 1)]
    return found


def wander(place: Array, key: Indexes) -> Array:
    """The integral of noise that wanders about zero within [-1, 1], linearly from one cell to the next.

    It stays within [-0.5, 0.5] itself: however long it goes on, it takes nothing from a counter and adds nothing to it.

    Args:
        place: in cells.
        key: another one gives other noise; of a shape that broadcasts.
    """
    start = np.floor(place)
    way = place - start
    # A quadratic spline: its derivative runs linearly between the differences of neighbours.
    at = start.astype(np.int64) * _STRIDE + key
    before = _TABLE[at & (_CELLS - 1)]
    here = _TABLE[(at + _STRIDE) & (_CELLS - 1)]
    after = _TABLE[(at + 2 * _STRIDE) & (_CELLS - 1)]
    integral: Array = (before + here) / 2 + way * ((here - before) + way * (before - 2 * here + after) / 2)
    return integral


def pulses_s(moment_s: Array, period_s: Array | float, offset_s: Array | float, length_s: Array | float) -> Array:
    """For how long a thing has run that runs for `length_s` each `period_s`, since moment 0; in seconds."""
    turns = np.floor(moment_s / period_s)
    running: Array = turns * length_s + np.clip(moment_s - turns * period_s - offset_s, 0.0, length_s)
    return running


def bursts_s(moment_s: Array, key: Indexes, period_s: float) -> Array:
    """The integral of bursts: one in each period, some short and high, others long and low; 1 s of height 1 in each.

    They last for 1.25 % to 12.5 % of a period and never cross into another one; the height is 1 s over that.
    """
    turns = np.floor(moment_s / period_s)
    cell = turns.astype(np.int64)
    length = period_s * BURST_LONGEST * (0.1 + 0.9 * (chance(cell, key) + 0.5))
    offset = (chance(cell, key + 7919) + 0.5) * period_s * (1 - BURST_LONGEST)
    done: Array = turns + np.clip((moment_s - turns * period_s - offset) / length, 0.0, 1.0)
    return done


BURST_LONGEST = 0.125
BURST_SHORTEST = BURST_LONGEST / 10
"""Of a period."""
