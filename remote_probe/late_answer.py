"""An answer that may take longer than a line can wait: a driver that wakes its device first, a busy systemd."""

from remote_probe.timed_call import TimedCalls

_DEADLINE_S = 0.5


class LateAnswer:
    """Asks a question at each turn, in a thread. What comes too late for one turn is the answer of the next."""

    def __init__(self, question, deadline_s=_DEADLINE_S):
        """`question()` returns something that is not None; it may raise OSError, ValueError and LookupError."""
        self._question = question
        self._calls = TimedCalls(deadline_s)
        self._answer = None

    def ask(self):
        """The newest answer since the last turn; None where there is none."""
        self._calls.ask("", self._keep)
        answer, self._answer = self._answer, None
        return answer

    def _keep(self):
        self._answer = self._question()
        return True
