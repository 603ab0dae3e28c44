import os
import signal

import pytest
from pytestqt.qtbot import QtBot

from monitor_gui.closing.end_signals import EndSignals


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_arrives_while_qt_waits_and_everything_is_restored(qtbot: QtBot, number: signal.Signals) -> None:
    before = signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)
    signals = EndSignals()
    try:
        with qtbot.waitSignal(signals.received):
            os.kill(os.getpid(), number)
    finally:
        signals.restore()
    assert (signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)) == before


def test_other_signals_are_not_its_business(qtbot: QtBot) -> None:
    signals = EndSignals()
    before = signal.signal(signal.SIGUSR1, lambda *_: None)
    try:
        with qtbot.assertNotEmitted(signals.received, wait=50):
            os.kill(os.getpid(), signal.SIGUSR1)
    finally:
        signal.signal(signal.SIGUSR1, before)
        signals.restore()
