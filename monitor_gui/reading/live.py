"""When to look at the fleet: soon after news, at least every second, and never so often that it costs much."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal

from monitor_gui.reading.fleet_feed import FleetFeed
from monitor_gui.reading.look import FleetLook
from monitor_gui.reading.reader import Reader
from storage.database import Database
from storage.errors import WatchpostError

KEY = "fleet"
LOOK_EVERY_MS = 1_000
"""Also without news: ages grow, and readings become stale."""
NEWS_AFTER_MS = 300
"""A poller commits four times a second; what it has just written is shown together."""
CATCHING_UP_MS = 100
_COST_SHARE = 4
"""After a look that took long there is a pause of this many times as long."""


class Live(QObject):
    """Asks the reader for the fleet and tells what was seen.

    Signals:
        looked: a `FleetLook`.
    """

    looked = Signal(object)

    def __init__(self, reader: Reader, feed: FleetFeed, now_ms: Callable[[], int], parent: QObject) -> None:
        super().__init__(parent)
        self._reader, self._feed, self._now_ms = reader, feed, now_ms
        self.focus: int | None = None
        self.look: FleetLook | None = None
        self._is_asking = self._is_stopped = False
        self._asked_at = self._cost_ms = 0
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.look_now)
        reader.answered.connect(self._answered)
        reader.failed.connect(self._failed)

    def look_now(self) -> None:
        """Looks, unless that is being done already."""
        if self._is_asking or self._is_stopped:
            return
        self._is_asking = True
        now_ms, focus = self._now_ms(), self.focus
        self._asked_at = now_ms

        def read(database: Database) -> object:
            return self._feed.look(database, now_ms, focus)

        self._reader.ask(KEY, read)

    def news(self) -> None:
        """Somebody has written: looks sooner, where looking is cheap."""
        soon_ms = max(NEWS_AFTER_MS, _COST_SHARE * self._cost_ms)
        if not self._is_asking and self._timer.remainingTime() > soon_ms:
            self._timer.start(soon_ms)

    def stop(self) -> None:
        """Looks no more."""
        self._is_stopped = True
        self._timer.stop()

    def _answered(self, key: str, answer: object) -> None:
        if key == KEY and isinstance(answer, FleetLook):
            self._tell(answer)

    def _failed(self, key: str, error: object) -> None:
        if key == KEY and isinstance(error, WatchpostError):
            self._tell(self._feed.missed(error, self._now_ms()))

    def _tell(self, look: FleetLook) -> None:
        self._is_asking = False
        if self._is_stopped:
            return
        self.look = look
        self._cost_ms = max(0, self._now_ms() - self._asked_at)
        self._timer.start(next_look_in(self._cost_ms, is_catching_up=look.curves.missing > 0))
        self.looked.emit(look)


def next_look_in(cost_ms: int, *, is_catching_up: bool) -> int:
    """Milliseconds until the next look.

    Args:
        cost_ms: what the last one took.
        is_catching_up: whether the past of some hosts is still to be read, of which each look takes a share.
    """
    least_ms = CATCHING_UP_MS if is_catching_up else LOOK_EVERY_MS
    return max(least_ms, min(_COST_SHARE * cost_ms, 10 * LOOK_EVERY_MS))
