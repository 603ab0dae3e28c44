"""The window as it is lived with: it looks by itself, while a poller in another process writes."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import QElapsedTimer, QObject, Qt, QTimer

from benchmarks.gui_window import MeasuredWindow, measured_window
from monitor_gui.camera import wait_for

HOSTS = 100


@contextmanager
def writing_poller(file: Path, *, interval_s: float, long_past_hours: float = 0.0) -> Iterator[str]:
    """Another process that writes readings of 100 hosts as a poller does; yields the URL of its database."""
    # It dies with us, however that comes.
    command = ["setpriv", "--pdeathsig", "TERM", sys.executable, "-m", "benchmarks.fleet_database", str(file)]
    command += ["--hosts", str(HOSTS), "--live", str(interval_s), "--long-past", str(long_past_hours)]
    writer = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        if writer.stdout is None or not writer.stdout.readline():
            raise RuntimeError("whoever writes the readings has ended")
        yield f"sqlite:///{file}"
    finally:
        writer.terminate()
        writer.wait()


class LiveWindow:
    """A window that looks by itself.

    Attributes:
        shown: the window and its pages.
        live: looks at the fleet.
        looks: how many there were.
    """

    def __init__(self, shown: MeasuredWindow) -> None:
        self.shown = shown
        self.live = shown.desktop.live
        self.looks = 0
        self.live.looked.connect(self._count)
        # The poller that writes holds the lock, so that this starts none.
        shown.desktop.begin()
        wait_for(lambda: self.live.look is not None and not self.live.look.curves.missing)

    def show_fleet(self) -> None:
        """Shows the fleet."""
        self.shown.window.navigate("fleet")

    def show_host(self, host_id: int) -> None:
        """Shows a host and waits until its charts are there."""
        self.shown.desktop.open_host(host_id)
        wait_for(lambda: self.shown.host.body is not None and self.shown.host.asker.history is not None)

    def _count(self) -> None:
        self.looks += 1


@contextmanager
def live_window(url: str, folder: Path) -> Iterator[LiveWindow]:
    """A window on that database that looks by itself."""
    with measured_window(url, folder, "tiles") as shown:
        yield LiveWindow(shown)


class Heartbeat(QObject):
    """Ticks every millisecond in the thread that paints, and knows its longest pause."""

    def __init__(self) -> None:
        super().__init__()
        self.longest_ms = 0.0
        self._clock = QElapsedTimer()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)

    def start(self) -> None:
        """Begins anew."""
        self.longest_ms = 0.0
        self._clock.start()
        self._timer.start(1)

    def stop(self) -> float:
        """Ends; the longest pause in milliseconds."""
        self._timer.stop()
        self._tick()
        return self.longest_ms

    def _tick(self) -> None:
        self.longest_ms = max(self.longest_ms, self._clock.nsecsElapsed() / 1e6)
        self._clock.start()
