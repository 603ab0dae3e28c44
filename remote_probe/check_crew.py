"""Asks many things at once, in the background, each under a deadline; nobody waits for one that does not come back."""

import _thread
import time

FAILED = None
"""The answer of what had its time and came to nothing."""
NOT_ASKED = False
"""The answer of what never had its turn."""

# A stack each.
_AT_ONCE = 32
_LONGEST_S = 1e9


class Crew:
    """Asks its questions in rounds, one round at a time.

    One that hangs beyond its deadline keeps its thread until it comes back, and is not asked again until then.
    """

    def __init__(self, questions, deadline_s, round_s):
        """Takes functions of a deadline on the monotonic clock, seconds for one of them, and seconds for a round."""
        self._questions = questions
        self._deadline_s = deadline_s
        self._round_s = round_s
        self._hanging = set()
        self._took = {}
        self._round = None

    def start(self):
        """Begins a round."""
        waiting = [number for number in range(len(self._questions)) if number not in self._hanging]
        # The last comes first. Quick ones are not to wait until all threads are held by those that hang.
        waiting.sort(key=lambda number: -self._took.get(number, 0.0))
        self._round = _Round(waiting, time.monotonic() + self._round_s)
        for _ in range(min(len(waiting), _AT_ONCE - len(self._hanging))):
            try:
                _thread.start_new_thread(self._work, (self._round,))
            except RuntimeError:  # no more threads on this host
                break

    def answers(self):
        """What each question came to, in order, once the round is over; None until then, and without one."""
        current = self._round
        if current is None or not current.is_over(self._deadline_s):
            return None
        self._round = None
        left = set(current.waiting)
        # Its threads take nothing up any more.
        del current.waiting[:]
        return [
            current.answers.get(number, NOT_ASKED if number in left else FAILED)
            for number in range(len(self._questions))
        ]

    def _work(self, current):
        while True:
            try:
                number = current.waiting.pop()
            except IndexError:
                return
            self._ask(number, current)

    def _ask(self, number, current):
        self._hanging.add(number)
        began_at = current.began_at[number] = time.monotonic()
        self._took[number] = _LONGEST_S
        try:
            answer = self._questions[number](began_at + self._deadline_s)
            self._took[number] = time.monotonic() - began_at
        except Exception:  # noqa: BLE001 - whatever goes wrong with one check, the thread has others to ask
            answer = FAILED
        self._hanging.discard(number)
        current.answers[number] = answer


class _Round:
    def __init__(self, waiting, ends_at):
        self.waiting = waiting
        self.began_at = {}
        self.answers = {}
        self._count = len(waiting)
        self._ends_at = ends_at

    def is_over(self, deadline_s):
        """All are answered or out of time, or the whole round is."""
        now = time.monotonic()
        if now >= self._ends_at:
            return True
        out_of_time = {number for number, began_at in list(self.began_at.items()) if began_at <= now - deadline_s}
        return len(out_of_time.union(list(self.answers))) == self._count
