import os
import signal

import pytest

from watchpost.demo.ending import ended_by_signals, undisturbed


def work(name: str, cleared: list[str]) -> None:
    """Is ended by a signal, and disturbed by others while it clears away."""
    with ended_by_signals():
        try:
            os.kill(os.getpid(), getattr(signal, name))
        finally:
            os.kill(os.getpid(), signal.SIGINT)
            os.kill(os.getpid(), signal.SIGTERM)
            cleared.append(name)
    pytest.fail("nothing has ended the work")


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_each_signal_ends_the_work_once_and_those_after_it_do_not_disturb(name: str) -> None:
    cleared: list[str] = []
    with pytest.raises(KeyboardInterrupt):
        work(name, cleared)
    assert cleared == [name]


def test_the_handlers_from_before_are_back_at_the_end() -> None:
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = [signal.getsignal(number) for number in numbers]
    with ended_by_signals(), undisturbed():
        assert [signal.getsignal(number) for number in numbers] == [signal.SIG_IGN] * 3
    assert [signal.getsignal(number) for number in numbers] == before


def test_while_it_is_cleared_away_nothing_disturbs() -> None:
    with ended_by_signals(), undisturbed():
        os.kill(os.getpid(), signal.SIGINT)
        os.kill(os.getpid(), signal.SIGHUP)


def test_what_is_ignored_as_under_nohup_stays_so() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with ended_by_signals():
            os.kill(os.getpid(), signal.SIGHUP)
            assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
            assert signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)
