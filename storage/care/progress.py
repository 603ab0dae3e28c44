"""How far a long piece of work has come, for whoever shows it."""

from collections.abc import Callable
from typing import NamedTuple


class Step(NamedTuple):
    """One look at the work.

    Attributes:
        what: what is being done, in a word or two.
        done: how much of it, in whatever unit the work has.
        total: how much in all; 0 where that cannot be told.
    """

    what: str
    done: int
    total: int


OnStep = Callable[[Step], None]
"""Called again and again while the work goes on; may raise to give up."""


def in_silence(_: Step) -> None:
    """For work that nobody watches."""
