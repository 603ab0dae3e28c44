"""What a worker's sessions bring, on its way to the poller."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace

import structlog

from poller.crew.messages import FromWorker
from poller.crew.parcels import ParcelMaker
from storage.alerting.alert_change import AlertChange
from storage.host_status import HostStatus
from storage.packed_scrape import PackedScrape, pack_scrape
from storage.reason import Reason
from storage.scrape import Scrape

_log = structlog.get_logger()


class Outbox:
    """A `poller.crew.crew.Record`: all that comes in one turn of the event loop leaves as one parcel."""

    def __init__(self, send: Callable[[FromWorker], None], soon: Callable[[Callable[[], None]], object]) -> None:
        """Takes what sends a message, and what calls a function after this turn."""
        self._send = send
        self._soon = soon
        self._maker = ParcelMaker()
        self._scrapes: list[PackedScrape] = []
        self._states: list[HostStatus] = []
        self._failures: Counter[Reason] = Counter()
        self._alerts: list[AlertChange] = []
        self._is_due = False

    def record_scrape(self, scrape: Scrape) -> None:
        """Takes a scrape."""
        try:
            self._scrapes.append(pack_scrape(scrape))
        # Whatever is wrong with one scrape must not end the session that brought it.
        except Exception as error:  # noqa: BLE001
            _log.warning("scrape_rejected", host_id=scrape.host_id, detail=str(error)[:200])
        self._leave_soon()

    def record_state(self, change: HostStatus) -> None:
        """Takes a host's new state."""
        if not change.detail.isascii():
            # A name of a file in it may hold halves of characters, which no message can carry.
            change = replace(change, detail=change.detail.encode(errors="replace").decode())
        self._states.append(change)
        self._leave_soon()

    def record_alerts(self, changes: Sequence[AlertChange]) -> None:
        """Takes what has happened to alerts."""
        self._alerts += changes
        self._leave_soon()

    def count_failure(self, reason: Reason) -> None:
        """Takes note of a session that failed or ended."""
        self._failures[reason] += 1
        self._leave_soon()

    def flush(self) -> None:
        """Sends what there is."""
        self._is_due = False
        if not (self._scrapes or self._states or self._failures or self._alerts):
            return
        scrapes, states, failures, alerts = self._scrapes, self._states, self._failures, self._alerts
        self._scrapes, self._states, self._failures, self._alerts = [], [], Counter(), []
        try:
            self._send(self._maker.make(scrapes, states, failures, alerts))
        # The next one goes all the same, and says itself which layouts its numbers stand for.
        except Exception as error:  # noqa: BLE001
            self._maker.reset()
            _log.error("parcel_lost", scrapes=len(scrapes), states=len(states), detail=str(error)[:200])

    def _leave_soon(self) -> None:
        if not self._is_due:
            self._is_due = True
            self._soon(self.flush)
