"""Has Python collect garbage in the GUI thread alone.

Widgets with a closure for a slot are cycles, and Python collects cycles in whatever thread allocates next. A widget
that is destroyed outside its own thread takes the process with it; seen within seconds of a busy reader.
"""

import ctypes
import gc
import sys

from PySide6.QtCore import QObject, QTimer

LOOK_EVERY_MS = 1_000
FULL_EVERY, FULL_AT = 60, 5
"""Looks between two full collections, and until the first, soon after the start has thrown away the most. A full
collection walks everything there is; the younger generations are where dialogs end up."""


class GuiThreadCollector(QObject):
    """Takes collecting over from Python for as long as it lives. For the GUI thread."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        gc.disable()
        # What was loaded until now stays: it need not be walked again and again.
        gc.freeze()
        self._ticks = 0
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.collect)
        self._timer.start(LOOK_EVERY_MS)

    def collect(self) -> None:
        """Collects the generations that are due."""
        self._ticks += 1
        generation = generation_due(gc.get_count(), gc.get_threshold(), self._ticks)
        gc.collect(generation)
        if generation == 2:
            give_back_memory()
        if self._ticks == FULL_AT:
            # The libraries have come since: 130,000 objects, 85 ms of standing still each minute.
            gc.freeze()

    def stop(self) -> None:
        """Gives collecting back to Python."""
        self._timer.stop()
        gc.unfreeze()
        gc.enable()


def generation_due(counts: tuple[int, int, int], thresholds: tuple[int, int, int], ticks: int) -> int:
    """The oldest generation to collect.

    Args:
        counts: as `gc.get_count` has them.
        thresholds: as `gc.get_threshold` has them.
        ticks: how many looks there have been.
    """
    if ticks % FULL_EVERY == FULL_AT:
        return 2
    return 1 if counts[1] >= thresholds[1] else 0


def give_back_memory() -> None:
    """Returns to the system what was freed and is kept by glibc: 11 MB after the past of 128 hosts was read."""
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
        if trim is not None:
            trim(0)
