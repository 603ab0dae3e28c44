"""Between the first paint and the first page: loads the database's libraries and makes it ready, in a thread."""

import importlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from threading import Thread
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from monitor_gui.light_imports import load_logging
from storage.errors import WatchpostError

if TYPE_CHECKING:
    from alerts.thresholds import Thresholds
    from monitor_gui.surroundings import Surroundings

TRY_AGAIN_MS = 3_000
_HEAVY = ("fleet.state", "storage.credentials", "storage.queries", "storage.recorder")
"""Half a second of imports that know nothing of Qt. What does is loaded in the GUI thread: PySide makes a type when it
is first used, and another thread that uses it meanwhile finds half of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """Everything that the pages need to begin.

    Attributes:
        surroundings: what the process around does.
        thresholds: what counts as a warning and as critical.
        time_zone: the zone that was chosen for this run.
        news: what was done to the database, in sentences.
    """

    surroundings: "Surroundings"
    thresholds: "Thresholds"
    time_zone: tzinfo | None
    news: Sequence[str]


class Opening(QObject):
    """Tries until it has worked.

    Signals:
        opened: an `Opened`; once.
        failed: the `WatchpostError` of a try; another one follows by itself.
    """

    opened = Signal(object)
    failed = Signal(object)
    _ended = Signal(object)

    def __init__(self, open_surroundings: Callable[[], "Surroundings"], parent: QObject | None = None) -> None:
        """Takes `open_surroundings`, which runs in a thread of its own and may raise `WatchpostError`."""
        super().__init__(parent)
        self._open_surroundings = open_surroundings
        self._is_trying = False
        self._is_open = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(TRY_AGAIN_MS)
        self._timer.timeout.connect(self.begin)
        self._ended.connect(self._tell)

    def begin(self) -> None:
        """Tries now, unless it is trying or has done it."""
        if self._is_trying or self._is_open:
            return
        self._is_trying = True
        self._timer.stop()
        Thread(target=self._try, name="opening", daemon=True).start()

    def _try(self) -> None:
        load_logging()
        unforeseen = importlib.import_module("monitor_gui.reading.unforeseen")
        try:
            outcome: object = self._open()
        except Exception as error:  # noqa: BLE001 - the window must be able to say it
            outcome = unforeseen.as_shown(error, "opening")
        self._ended.emit(outcome)

    def _open(self) -> Opened:
        for name in _HEAVY:
            importlib.import_module(name)
        surroundings = self._open_surroundings()
        return Opened(
            surroundings=surroundings,
            thresholds=surroundings.thresholds(),
            time_zone=surroundings.time_zone(),
            news=surroundings.prepare(),
        )

    @Slot(object)
    def _tell(self, outcome: object) -> None:
        self._is_trying = False
        if isinstance(outcome, WatchpostError):
            self._timer.start()
            self.failed.emit(outcome)
        else:
            self._is_open = True
            self.opened.emit(outcome)
