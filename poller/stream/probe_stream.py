"""One probe's stream as any transport carries it: bytes in, lines and one ending out."""

import asyncio
from collections.abc import Callable

from poller.failure import DETAIL_LIMIT, SessionError
from poller.stream.allowance import Bucket
from poller.stream.lines import LineSplitter
from poller.stream.probe_end import ProbeEnd, judge_end
from poller.transport import ProbeSink
from storage.reason import Reason

_ERROR = b'{"error"'
"""How a line begins by which a probe says why it ends."""
STDERR_AT_ONCE = 1 << 20
_STDERR_A_SECOND = 1 << 10
"""A probe says nothing there but its last words; a talkative shell says more, but not for ever."""


class ProbeStream:
    """Between a transport and a sink. Belongs to the event loop's thread.

    Attributes:
        ready: resolves once: None when the probe's marker has come, or the failure that came instead.
    """

    def __init__(self, sink: ProbeSink, stop: Callable[[], None]) -> None:
        """Takes the sink and what ends the transport at once, for a stream that turns out not to be a probe's."""
        self._loop = asyncio.get_running_loop()
        self.ready: asyncio.Future[SessionError | None] = self._loop.create_future()
        self._sink = sink
        self._stop = stop
        self._splitter = LineSplitter()
        self._stderr = bytearray()
        self._stderr_left = Bucket(STDERR_AT_ONCE, _STDERR_A_SECOND)
        self._last_line = b""
        self._status: int | None = None
        self._signal: str | None = None
        self._over = False

    def stdout(self, data: bytes) -> None:
        """Takes what the command wrote; hands on whole lines."""
        if self._over:
            return
        try:
            lines = self._splitter.feed(data)
        except SessionError as failure:
            self._end(failure)
            self._stop()
            return
        if not self.ready.done() and self._splitter.started:
            self.ready.set_result(None)
        if lines:
            # A scrape says nothing about the end, and there are thousands of streams with 2 KB of it.
            self._last_line = lines[-1] if lines[-1].startswith(_ERROR) else b""
            self._sink.lines(lines)

    def stderr(self, data: bytes) -> None:
        """Takes what the command wrote to its standard error; the last 4 KiB are kept."""
        if self._over:
            return
        if not self._stderr_left.take(len(data), self._loop.time()):
            self._end(SessionError(Reason.BAD_LINE, "The host writes to its standard error without end."))
            self._stop()
            return
        self._stderr += data
        del self._stderr[:-DETAIL_LIMIT]

    def exited(self, status: int) -> None:
        """The command ended with a status; more output may still come."""
        self._status = status

    def signalled(self, name: str) -> None:
        """The command was ended by a signal, as "KILL"."""
        self._signal = name

    def lost(self, error: BaseException | None = None) -> None:
        """Nothing more will come. `error` is what the connection died of, None when it ended in good order."""
        if self._over:
            return
        self._end(
            judge_end(
                ProbeEnd(
                    started=self._splitter.started,
                    status=self._status,
                    signal=self._signal,
                    last_line=self._last_line,
                    noise=self._splitter.noise,
                    stderr=bytes(self._stderr),
                    broken=error,
                )
            )
        )

    def mute(self) -> None:
        """From now on the sink hears nothing: it was we who closed."""
        self._over = True

    async def wait_ready(self, timeout_s: float) -> None:
        """Waits for the marker.

        Raises:
            SessionError: the command ended before it, or did not get there in time.
        """
        try:
            async with asyncio.timeout(timeout_s):
                failure = await asyncio.shield(self.ready)
        except TimeoutError:
            raise SessionError(
                Reason.TIMEOUT,
                f"The login works, but no probe was running after {timeout_s:.0f} s.",
                hint="The host may be overloaded, or the login's own start-up files wait for something.",
                detail=(self._splitter.noise + self._stderr).decode("utf-8", "replace"),
            ) from None
        if failure is not None:
            raise failure

    def _end(self, failure: SessionError) -> None:
        self._over = True
        if self.ready.done():
            self._sink.ended(failure)
        else:
            self.ready.set_result(failure)
