"""When to read: on the beat, without drift, and once after a pause."""


class Schedule:
    """Ticks at start, start + interval, start + 2 · interval and so on."""

    def __init__(self, interval_s, start):
        self._interval_s = interval_s
        self._start = start
        self._beat = 0

    def slot(self):
        """When the current tick was due."""
        return self._start + self._beat * self._interval_s

    def advance(self, now):
        """Moves on to the next beat that is not past; returns when it is. Beats missed in a pause are left out."""
        self._beat = max(self._beat + 1, -int((self._start - now) // self._interval_s))
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
