"""One run of a probe, as seen from here: takes its lines, hands on its scrapes, knows how it ended."""

import asyncio
from collections.abc import Callable

import structlog

from poller.decode import BadLineError, Decoder, Hello
from poller.failure import SessionError
from storage.reason import Reason
from storage.scrape import Scrape

BAD_LINES_LIMIT = 5
"""That many bad lines in a row end the session: one is bad luck, five are not our probe."""

_log = structlog.get_logger()


class Session:
    """A `ProbeSink` that turns lines into scrapes.

    Attributes:
        hello: what the probe said of itself; None until it did.
        heard_at: when the last good line came, on the event loop's clock.
        ended_with: resolves once, with the reason why the session is over.
    """

    def __init__(self, host_id: int, *, on_scrape: Callable[[Scrape], None], wall_clock: Callable[[], float]) -> None:
        loop = asyncio.get_running_loop()
        self.hello: Hello | None = None
        self.ended_with: asyncio.Future[SessionError] = loop.create_future()
        self.heard_at = loop.time()
        self._host_id = host_id
        self._on_scrape = on_scrape
        self._wall_clock = wall_clock
        self._loop_time = loop.time
        self._decoder = Decoder(host_id)
        self._bad_lines = 0

    def lines(self, lines: list[bytes]) -> None:
        """Takes whole lines as they come; a bad one costs itself alone until there are too many."""
        arrived_at = self._wall_clock()
        for line in lines:
            if self.ended_with.done():
                return
            try:
                said = self._decoder.decode(line, arrived_at)
            except BadLineError as error:
                self._count_bad_line(error)
                continue
            self._bad_lines = 0
            self.heard_at = self._loop_time()
            if isinstance(said, Scrape):
                self._on_scrape(said)
            elif said is not None:
                self.hello = said

    def ended(self, failure: SessionError) -> None:
        """The probe or its connection is gone."""
        if not self.ended_with.done():
            self.ended_with.set_result(failure)

    def _count_bad_line(self, error: BadLineError) -> None:
        self._bad_lines += 1
        if self._bad_lines == 1:
            _log.warning("bad_line", host_id=self._host_id, detail=error.message)
        if self._bad_lines >= BAD_LINES_LIMIT:
            self.ended(SessionError(Reason.BAD_LINE, error.message))
