"""The way to the poller where the system cannot wait for two descriptors at once, as Windows: a thread for each."""

import _thread
import os
import time

from remote_probe.backlog import Backlog

_READ_AT_ONCE = 65536
# Little, so that a slow reader is seen to make progress.
_WRITE_AT_ONCE = 4096
_FOR_EVER_S = 1e9


class ThreadedChannel:
    """As `channel.Channel`."""

    def __init__(self, out_fd, life_fd, watchdog_s, backlog=None):
        self.over = False
        self._out = out_fd
        self._life = life_fd
        self._watchdog_s = watchdog_s
        self._backlog = backlog or Backlog()
        # Held for every look into the backlog.
        self._guard = _thread.allocate_lock()
        self._to_write = _Bell()
        self._news = _Bell()
        self._progress_at = time.monotonic()
        _thread.start_new_thread(self._write, ())
        if life_fd is not None:
            _thread.start_new_thread(self._read_life, ())

    def close(self):
        """Lets the thread that writes end, unless it hangs."""
        self._end()

    def put(self, text, needed_as=None):
        """Queues a line; `needed_as` as in `Backlog.put`."""
        with self._guard:
            if not self._backlog.head():
                self._progress_at = time.monotonic()
            self._backlog.put(text.encode("ascii") + b"\n", needed_as)
        self._to_write.ring()

    def wait(self, seconds):
        """Passes the time. Returns False as soon as the session is over."""
        ends_at = time.monotonic() + seconds
        while not self.over:
            left = ends_at - time.monotonic()
            if left <= 0:
                break
            self._pass(left)
        return not self.over

    def drain(self, seconds=None):
        """Waits until all that is queued is written; gives up when the session is over, or after so many seconds."""
        ends_at = time.monotonic() + (_FOR_EVER_S if seconds is None else seconds)
        while self._head() and not self.over:
            left = ends_at - time.monotonic()
            if left <= 0:
                break
            self._pass(left)

    def _pass(self, seconds):
        self._news.wait(min(seconds, self._watchdog_s))
        if self._head() and time.monotonic() - self._progress_at >= self._watchdog_s:
            self._end()

    def _head(self):
        with self._guard:
            return self._backlog.head()

    def _end(self):
        self.over = True
        self._to_write.ring()
        self._news.ring()

    def _write(self):
        while not self.over:
            head = self._head()
            if not head:
                self._news.ring()
                self._to_write.wait()
                continue
            try:
                written = os.write(self._out, head[:_WRITE_AT_ONCE])
            except OSError:
                self._end()
                return
            with self._guard:
                self._progress_at = time.monotonic()
                self._backlog.written(written)

    def _read_life(self):
        try:
            while os.read(self._life, _READ_AT_ONCE):
                pass
        except OSError:
            pass
        self._end()


class _Bell:
    """Wakes the one thread that waits for it, or the next time that it waits."""

    def __init__(self):
        self._silence = _thread.allocate_lock()
        self._silence.acquire()

    def ring(self):
        try:
            self._silence.release()
        except RuntimeError:  # it has been rung already
            pass

    def wait(self, seconds=-1):
        self._silence.acquire(True, seconds)
