"""The way to the poller: lines out without ever blocking, and the life line in."""

import os
import select
import time

from remote_probe.backlog import Backlog
from remote_probe.threaded_channel import ThreadedChannel

_AT_ONCE = 65536
_FOR_EVER_S = 1e9


def open_channel(out_fd, life_fd, watchdog_s):
    """A channel of the kind that this system allows; see `Channel`."""
    return (Channel if can_poll(out_fd, life_fd) else ThreadedChannel)(out_fd, life_fd, watchdog_s)


def can_poll(out_fd, life_fd):
    """Whether the system can wait for both. Windows cannot at all, and macOS not for terminals."""
    if not hasattr(select, "poll"):
        return False
    poll = select.poll()
    poll.register(out_fd, select.POLLOUT)
    if life_fd is not None:
        poll.register(life_fd, select.POLLIN)
    return not any(events & select.POLLNVAL for _, events in poll.poll(0))


class Channel:
    """Writes lines to one descriptor and watches another one for its end.

    Attributes:
        over: nobody listens any more; there is nothing left to do but to end.
    """

    def __init__(self, out_fd, life_fd, watchdog_s, backlog=None):
        """`life_fd` is None where nothing but the writing tells that the session is over."""
        self.over = False
        self._out = out_fd
        self._life = life_fd
        self._watchdog_s = watchdog_s
        self._backlog = backlog or Backlog()
        # Not the steady clock: time in suspend is no stall.
        self._progress_at = time.monotonic()
        self._was_blocking = os.get_blocking(out_fd)
        os.set_blocking(out_fd, False)
        self._gone = select.POLLERR | select.POLLHUP | select.POLLNVAL
        self._poll = select.poll()
        self._poll.register(out_fd, 0)
        if life_fd is not None:
            self._poll.register(life_fd, select.POLLIN)

    def close(self):
        """Leaves the descriptor as it was: a terminal's is shared with the shell."""
        try:
            os.set_blocking(self._out, self._was_blocking)
        except OSError:
            self.over = True

    def put(self, text, needed_as=None):
        """Queues a line and writes what can be written; `needed_as` as in `Backlog.put`."""
        if not self._backlog.head():
            self._progress_at = time.monotonic()
        self._backlog.put(text.encode("ascii") + b"\n", needed_as)
        self._write()

    def wait(self, seconds):
        """Passes the time, writing what can be written. Returns False as soon as the session is over."""
        ends_at = time.monotonic() + seconds
        while not self.over:
            left = ends_at - time.monotonic()
            if left <= 0:
                break
            self._pass(left)
        return not self.over

    def drain(self, seconds=None):
        """Writes all that is queued; gives up when the session is over, or after so many seconds."""
        ends_at = time.monotonic() + (_FOR_EVER_S if seconds is None else seconds)
        while self._backlog.head() and not self.over:
            left = ends_at - time.monotonic()
            if left <= 0:
                break
            self._pass(left)

    def _pass(self, seconds):
        self._poll.modify(self._out, select.POLLOUT if self._backlog.head() else 0)
        # Rounded up: a wait cut short would be followed by one of nothing, over and over.
        events = dict(self._poll.poll(int(min(seconds, self._watchdog_s) * 1000) + 1))
        if self._life in events and self._life_ended():
            self.over = True
        written_to = events.get(self._out, 0)
        if written_to & self._gone:
            self.over = True
        elif written_to:
            self._write()
        if self._backlog.head() and time.monotonic() - self._progress_at >= self._watchdog_s:
            self.over = True

    def _write(self):
        head = self._backlog.head()
        while head and not self.over:
            try:
                written = os.write(self._out, head[:_AT_ONCE])
            except BlockingIOError:
                return
            except OSError:
                self.over = True
                return
            self._progress_at = time.monotonic()
            self._backlog.written(written)
            head = self._backlog.head()

    def _life_ended(self):
        try:
            return not os.read(self._life, _AT_ONCE)
        except BlockingIOError:
            return False
        except OSError:
            return True
