"""Calls that may never come back: a dead NFS server, a stuck disk, a directory service that is down."""

import _thread

_TROUBLES = (OSError, ValueError, LookupError)


class TimedCalls:
    """Runs calls in threads of their own and waits for them only so long. At most one is under way for each key.

    A call that hangs holds one thread until it comes back; until then its key gives no answer at once. Such a thread
    does not keep the process from ending.
    """

    def __init__(self, deadline_s, troubles=_TROUBLES):
        """`troubles` are the exceptions that make a call a failed one."""
        self._deadline_s = deadline_s
        self._troubles = troubles
        self._hanging = {}

    def start(self, key, function, *arguments):
        """Starts a call and returns what waits for its answer; None while an earlier one of this key still hangs."""
        earlier = self._hanging.get(key)
        if earlier is not None and not earlier.is_over():
            return None
        call = self._hanging[key] = _Call(function, arguments, self._troubles)
        try:
            _thread.start_new_thread(call.run, ())
        except RuntimeError:  # no more threads on this host
            del self._hanging[key]
            return None
        return call

    def answer(self, key, call, deadline_s=None):
        """What the call returned, or None when it failed or the deadline passed."""
        if call is None or not call.wait(self._deadline_s if deadline_s is None else deadline_s):
            return None
        self._hanging.pop(key, None)
        return call.result

    def ask(self, key, function, *arguments):
        """Starts and waits in one."""
        return self.answer(key, self.start(key, function, *arguments))


class _Call:
    def __init__(self, function, arguments, troubles):
        self.result = None
        self._function = function
        self._arguments = arguments
        self._troubles = troubles
        self._running = _thread.allocate_lock()
        self._running.acquire()

    def run(self):
        try:
            self.result = self._function(*self._arguments)
        except self._troubles:
            self.result = None
        finally:
            self._running.release()

    def is_over(self):
        return not self._running.locked()

    def wait(self, deadline_s):
        if not self._running.acquire(True, max(0.0, deadline_s)):
            return False
        self._running.release()
        return True
