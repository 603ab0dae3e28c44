"""When to read: on the beat, without drift, and once after a pause."""


class Schedule:
    """Ticks at once and after a first pause; from there on every interval.

    The first pause puts a host on its own place in the interval: hosts that were all connected at one moment, as after
    an outage, would else be read at one moment for ever.
    """

    def __init__(self, interval_s, start, first_pause_s=None):
        self._interval_s = interval_s
        self._start = start
        self._offset = interval_s if first_pause_s is None else first_pause_s
        self._beat = 0

    def slot(self):
        """When the current tick was due."""
        if self._beat == 0:
            return self._start
        return self._start + self._offset + (self._beat - 1) * self._interval_s

    def advance(self, now):
        """Moves on to the next beat that is not past; returns when it is. Beats missed in a pause are left out."""
        second = self._start + self._offset
        self._beat = max(self._beat + 1, 1 - int((second - now) // self._interval_s))
        return self.slot()


class Turn:
    """Something that is due every so often, at the beat on which or after which its time has come."""

    def __init__(self, period_s):
        self._period_s = period_s
        self._due_at = None

    def comes(self, slot):
        """True when it is due at this beat; the next one is then set."""
        # Beats are sums of floats.
        if self._due_at is not None and slot < self._due_at - 0.001:
            return False
        due_at = slot if self._due_at is None else self._due_at
        # With a beat of 3 s and a period of 10 s it comes at 0, 12, 21, 30: ten seconds on average.
        missed = int(max(0.0, slot - due_at) // self._period_s)
        self._due_at = due_at + (missed + 1) * self._period_s
        return True
