"""One thing after the other: a person's wish makes void whatever was begun before it."""

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QObject

from monitor_gui.reading.errands import Errands
from storage.database import Database
from storage.errors import WatchpostError

Outcome = TypeVar("Outcome")


class Turns:
    """Has errands done; the outcome of one counts only if no new turn was taken meanwhile.

    Attributes:
        is_busy: whether something is being done, or an answer is waited for.
    """

    def __init__(self, errands: Errands, owner: QObject) -> None:
        self._errands, self._owner = errands, owner
        self._turn = 0
        self.is_busy = False

    def take(self) -> None:
        """Begins a new turn."""
        self._turn += 1
        self.is_busy = False

    def do(
        self, work: Callable[[], Outcome], done: Callable[[Outcome], None], failed: Callable[[WatchpostError], None]
    ) -> None:
        """As `Errands.run_apart`."""
        self.is_busy = True
        self._errands.run_apart(work, self._in_turn(done), self._in_turn(failed), owner=self._owner)

    def do_with_database(
        self,
        work: Callable[[Database], Outcome],
        done: Callable[[Outcome], None],
        failed: Callable[[WatchpostError], None],
    ) -> None:
        """As `Errands.run`."""
        self.is_busy = True
        self._errands.run(work, self._in_turn(done), self._in_turn(failed), owner=self._owner)

    def _in_turn(self, then: Callable[[Outcome], None]) -> Callable[[Outcome], None]:
        turn = self._turn

        def if_nothing_came_between(outcome: Outcome) -> None:
            if turn == self._turn:
                self.is_busy = False
                then(outcome)

        return if_nothing_came_between
