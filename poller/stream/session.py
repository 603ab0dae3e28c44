"""One run of a probe, as seen from here: takes its lines, hands on its scrapes, knows how it ended."""

import asyncio
from collections.abc import Callable

import structlog

from poller.failure import SessionError
from poller.stream.allowance import Allowance
from poller.stream.decode import BadLineError, Decoder, Hello
from storage.reason import Reason
from storage.scrape import Scrape

BAD_LINES_LIMIT = 5
"""That many bad lines in a row end the session: one is bad luck, five are not our probe."""
BAD_LINES_IN_ALL = 50
"""That many end it, too, however many good ones lie between them."""
LATE_S = 5.0
"""A timer that is later than that says that this process was held up, and nothing about a host."""
_SHORTEST_INTERVAL_S = 0.1

_log = structlog.get_logger()


class Session:
    """A `ProbeSink` that turns lines into scrapes.

    Attributes:
        hello: what the probe said of itself; None until it did.
        ended_with: resolves once, with the reason why the session is over.
    """

    def __init__(
        self,
        host_id: int,
        *,
        age_limit_s: float = 60.0,
        allowance: Allowance | None = None,
        on_scrape: Callable[[Scrape], None],
        wall_clock: Callable[[], float],
    ) -> None:
        """Prepares for a probe that is about to start.

        Args:
            host_id: whose scrapes they will be.
            age_limit_s: without a good line for that long the session counts as dead, from `watch_age` on.
            allowance: what the host may still send; None is as much as any host at first.
            on_scrape: takes every scrape.
            wall_clock: UTC seconds.
        """
        self._loop = asyncio.get_running_loop()
        self.hello: Hello | None = None
        self.ended_with: asyncio.Future[SessionError] = self._loop.create_future()
        self._host_id = host_id
        self._age_limit_s = age_limit_s
        self._heard_at = self._loop.time()
        self._on_scrape = on_scrape
        self._wall_clock = wall_clock
        self._decoder = Decoder(host_id)
        self._allowance = allowance or Allowance(_SHORTEST_INTERVAL_S, self._loop.time)
        self._bad_lines = 0
        self._bad_lines_in_all = 0
        self._looked_late = False

    def lines(self, lines: list[bytes]) -> None:
        """Takes whole lines as they come; a bad one costs itself alone until there are too many."""
        arrived_at = self._wall_clock()
        for line in lines:
            if self.ended_with.done():
                return
            if not self._allowance.line(len(line)):
                self.ended(SessionError(Reason.BAD_LINE, "The host sends far more than a probe does."))
                return
            try:
                said = self._decoder.decode(line, arrived_at)
            except BadLineError as error:
                self._count_bad_line(error)
                continue
            self._bad_lines = 0
            self._heard_at = self._loop.time()
            if isinstance(said, Scrape):
                self._on_scrape(said)
            elif said is not None:
                self.hello = said
            elif not self._allowance.layout(len(line)):
                self.ended(SessionError(Reason.BAD_LINE, "The host names ever new series."))

    def ended(self, failure: SessionError) -> None:
        """The probe or its connection is gone."""
        if not self.ended_with.done():
            self.ended_with.set_result(failure)

    def watch_age(self) -> None:
        """Ends the session once nothing has come for too long, however alive its connection is."""
        if self.ended_with.done():
            return
        due = self._heard_at + self._age_limit_s
        late_s = self._loop.time() - due
        if late_s > LATE_S and not self._looked_late:
            # It is we who were held up: what has come meanwhile waits to be read.
            self._looked_late = True
            self._loop.call_later(LATE_S, self.watch_age)
        elif late_s >= 0:
            self.ended(SessionError(Reason.SILENT, f"No reading for {self._age_limit_s:.0f} s."))
        else:
            self._looked_late = False
            # One timer in flight that looks again when it fires: cheaper than one set anew by every line.
            self._loop.call_at(due, self.watch_age)

    def expect_line(self, within_s: float) -> None:
        """Ends the session unless a good line comes in that time: this machine has slept, and the host may be gone."""
        heard_at = self._heard_at
        self._loop.call_later(within_s, self._miss_line, heard_at)

    def _miss_line(self, heard_at: float) -> None:
        if self._heard_at == heard_at:
            self.ended(SessionError(Reason.SILENT, "No reading since this machine has slept."))

    def _count_bad_line(self, error: BadLineError) -> None:
        self._bad_lines += 1
        self._bad_lines_in_all += 1
        # Once: a host is not to fill our log.
        if self._bad_lines_in_all == 1:
            _log.warning("bad_line", host_id=self._host_id, detail=error.message)
        if self._bad_lines >= BAD_LINES_LIMIT or self._bad_lines_in_all >= BAD_LINES_IN_ALL:
            self.ended(SessionError(Reason.BAD_LINE, error.message))
