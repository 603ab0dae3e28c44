"""pytest-qt's hand at the keyboard, with more patience: its five seconds are soon over on a machine that is busy."""

from collections.abc import Callable
from typing import Any

from pytestqt.qtbot import QtBot

PATIENCE_MS = 60_000


class PatientBot(QtBot):
    """Waits a minute unless it is told otherwise."""

    def waitUntil(self, callback: Callable[[], bool | None], *, timeout: int = PATIENCE_MS) -> None:  # noqa: N802
        """Waits until the callback returns true, or no longer fails."""
        super().waitUntil(callback, timeout=timeout)

    def waitSignal(self, signal: Any, *, timeout: int = PATIENCE_MS, **how: Any) -> Any:  # noqa: N802, ANN401
        """Waits for a signal of Qt."""
        return super().waitSignal(signal, timeout=timeout, **how)

    def waitSignals(self, signals: list[Any], *, timeout: int = PATIENCE_MS, **how: Any) -> Any:  # noqa: N802, ANN401
        """Waits for several."""
        return super().waitSignals(signals, timeout=timeout, **how)

    def waitExposed(self, widget: Any, *, timeout: int = PATIENCE_MS) -> Any:  # noqa: N802, ANN401
        """Waits until a window is on the screen."""
        return super().waitExposed(widget, timeout=timeout)

    def waitActive(self, widget: Any, *, timeout: int = PATIENCE_MS) -> Any:  # noqa: N802, ANN401
        """Waits until a window has the keyboard."""
        return super().waitActive(widget, timeout=timeout)
