"""Which way follows which, and what is told when none leads anywhere."""

import pytest

from poller.failure import SessionError
from poller.probe_start.probe_options import ProbeOptions
from poller.probe_start.start import Start, Way, start_by
from poller.probe_start.start_in_turn import first_way, next_way, start_in_turn
from poller.transport import ProbeConnection
from storage.host import Reader
from storage.reason import Reason

AUTO = ProbeOptions()


class Connection:
    async def close(self) -> None: ...


class Host:
    """A host that fails for these reasons, one after the other, and then starts the probe."""

    def __init__(self, *failures: Reason | SessionError) -> None:
        self.failures = list(failures)
        self.tried: list[Start] = []

    async def start(self, start: Start) -> ProbeConnection:
        self.tried.append(start)
        if not self.failures:
            return Connection()
        failure = self.failures.pop(0)
        raise failure if isinstance(failure, SessionError) else SessionError(failure)


def ways(host: Host, options: ProbeOptions = AUTO) -> list[Way]:
    return [next(way for way in Way if start_by(way, options) == start) for start in host.tried]


async def failure_of(host: Host, options: ProbeOptions = AUTO) -> SessionError:
    with pytest.raises(SessionError) as caught:
        await start_in_turn(options, host.start)
    return caught.value


async def test_a_host_with_python_is_asked_once() -> None:
    host = Host()
    await start_in_turn(AUTO, host.start)
    assert ways(host) == [Way.PYTHON]


@pytest.mark.parametrize("reason", [Reason.NO_PYTHON, Reason.PYTHON_TOO_OLD])
async def test_without_a_python_that_is_new_enough_the_shell_is_next(reason: Reason) -> None:
    host = Host(reason)
    await start_in_turn(AUTO, host.start)
    assert ways(host) == [Way.PYTHON, Way.SHELL]


async def test_windows_is_asked_for_python_and_then_for_its_launcher() -> None:
    host = Host(Reason.WINDOWS, Reason.WINDOWS)
    await start_in_turn(AUTO, host.start)
    assert ways(host) == [Way.PYTHON, Way.WINDOWS_PYTHON, Way.WINDOWS_LAUNCHER]


async def test_windows_without_python_is_told_what_to_install() -> None:
    failure = await failure_of(Host(Reason.WINDOWS, Reason.WINDOWS, Reason.WINDOWS))
    assert failure.reason is Reason.NO_PYTHON
    assert "Windows" in failure.message
    assert "psutil" in failure.hint


@pytest.mark.parametrize("reader", [Reader.PROC, Reader.PSUTIL])
def test_a_reader_that_was_asked_for_is_not_replaced(reader: Reader) -> None:
    options = ProbeOptions(reader=reader)
    assert first_way(options) is Way.PYTHON
    assert next_way(Way.PYTHON, Reason.NO_PYTHON, options) is None


async def test_the_shell_alone_is_asked_where_it_was_asked_for() -> None:
    options = ProbeOptions(reader=Reader.SHELL)
    host = Host(Reason.WINDOWS)
    failure = await failure_of(host, options)
    assert failure.reason is Reason.WINDOWS
    assert ways(host, options) == [Way.SHELL]


@pytest.mark.parametrize("reason", sorted(set(Reason) - {Reason.NO_PYTHON, Reason.PYTHON_TOO_OLD, Reason.WINDOWS}))
async def test_what_has_nothing_to_do_with_python_ends_it(reason: Reason) -> None:
    host = Host(reason)
    assert (await failure_of(host)).reason is reason
    assert len(host.tried) == 1


async def test_that_the_shell_cannot_replace_python_is_told_as_the_python_that_is_missing() -> None:
    without_proc = SessionError(Reason.NO_PYTHON, "There is no Python on the host, and no /proc.")
    failure = await failure_of(Host(Reason.PYTHON_TOO_OLD, without_proc))
    assert failure.reason is Reason.PYTHON_TOO_OLD


async def test_what_ends_the_shell_for_another_reason_is_told() -> None:
    assert (await failure_of(Host(Reason.NO_PYTHON, Reason.LOST))).reason is Reason.LOST
