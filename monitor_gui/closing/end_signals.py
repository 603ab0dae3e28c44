"""SIGTERM and SIGINT as Qt signals: Python's own handlers do not run while Qt waits."""

import signal
import socket

from PySide6.QtCore import QObject, QSocketNotifier, Signal

_SIGNALS = (signal.SIGTERM, signal.SIGINT)


class EndSignals(QObject):
    """Only in the main thread, and one at a time.

    Signals:
        received: the process is asked to end.
    """

    received = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._reading, self._writing = socket.socketpair()
        self._reading.setblocking(False)
        self._writing.setblocking(False)
        self._before_fd = signal.set_wakeup_fd(self._writing.fileno(), warn_on_full_buffer=False)
        # A handler of Python's has to be there, or the system's own ends the process at once.
        self._before = {number: signal.signal(number, lambda *_: None) for number in _SIGNALS}
        self._notifier = QSocketNotifier(self._reading.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._woken)

    def restore(self) -> None:
        """Leaves the signals as they were."""
        self._notifier.setEnabled(False)
        signal.set_wakeup_fd(self._before_fd)
        for number, handler in self._before.items():
            signal.signal(number, handler)
        self._reading.close()
        self._writing.close()

    def _woken(self) -> None:
        if any(number in _SIGNALS for number in self._reading.recv(64)):
            self.received.emit()
