"""When a session's lines are due, and which groups are in them. Pure."""

from dataclasses import dataclass, field

from simulated_fleet.serving.probe_request import ProbeRequest

PROCESSES_EVERY_S = 10.0
SLOW_EVERY_S = 30.0
_ROUNDING_S = 0.001


@dataclass(slots=True)
class Beat:
    """The ticks of one session, as `remote_probe.schedule` has them: on the beat, without drift, one after a pause.

    Attributes:
        request: what was asked for.
        next_s: when the next line is due.
        number: of the next line.
    """

    request: ProbeRequest
    next_s: float
    number: int = 0
    _processes_s: float = field(default=float("-inf"))
    _slow_s: float = field(default=float("-inf"))
    _checks_s: float = field(default=float("-inf"))
    _are_asked: bool = False

    @property
    def over(self) -> bool:
        """Whether as many lines were due as were asked for."""
        return self.number == self.request.count

    def wants(self) -> tuple[bool, bool, bool]:
        """Whether the line due now has processes in it, what is slow, and answers; the next ones are then set."""
        processes, self._processes_s = _turn(self.next_s, self._processes_s, PROCESSES_EVERY_S)
        slow, self._slow_s = _turn(self.next_s, self._slow_s, SLOW_EVERY_S)
        # No line waits for answers: they come with the one after that.
        are_there, self._are_asked = self._are_asked, False
        if self.request.checks:
            self._are_asked, self._checks_s = _turn(self.next_s, self._checks_s, self.request.checks_s)
        return processes, slow, are_there

    def advance(self, now_s: float) -> None:
        """Moves on to the next beat that is not past; those missed in a pause are left out."""
        interval_s = self.request.interval_s
        pause_s = self.request.first_pause_s if self.number == 0 else None
        following_s = self.next_s + (interval_s if pause_s is None else pause_s)
        if following_s < now_s:
            following_s += -int((following_s - now_s) // interval_s) * interval_s
        self.next_s = following_s
        self.number += 1


def _turn(now_s: float, due_s: float, period_s: float) -> tuple[bool, float]:
    if now_s < due_s - _ROUNDING_S:
        return False, due_s
    if due_s == float("-inf"):
        return True, now_s + period_s
    missed = int(max(0.0, now_s - due_s) // period_s)
    return True, due_s + (missed + 1) * period_s
