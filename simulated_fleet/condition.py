"""How a host can be reached at a moment: what the server that stands for it does."""

from dataclasses import dataclass
from enum import StrEnum


class Reach(StrEnum):
    """Whether anybody gets in."""

    UP = "up"
    DOWN = "down"
    """Nothing listens there, and sessions break."""
    HALF_OPEN = "half_open"
    """Sessions stand, but nothing comes any more; new ones get no answer."""
    REFUSES_LOGIN = "refuses_login"
    """It lets nobody in: its directory is down. Sessions that stand go on."""


@dataclass(frozen=True, slots=True)
class Condition:
    """How a host is at a moment.

    Attributes:
        reach: whether anybody gets in.
        delay_s: for how long it holds back what it says.
        key_generation: which of its host keys it shows; another number is another key.
        clock_offset_s: how far its wall clock is off.
    """

    reach: Reach = Reach.UP
    delay_s: float = 0.0
    key_generation: int = 0
    clock_offset_s: float = 0.0


WELL = Condition()
"""Of a host that nothing happens to."""
