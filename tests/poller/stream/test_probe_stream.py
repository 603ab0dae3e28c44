"""Between a transport and a sink."""

import tracemalloc

import pytest

from poller.failure import DETAIL_LIMIT, SessionError
from poller.stream.lines import MARKER
from poller.stream.probe_stream import ProbeStream
from storage.reason import Reason
from tests.collected import Collected


class Stopped:
    """Counts how often the transport was told to stop."""

    times = 0

    def __call__(self) -> None:
        self.times += 1


async def test_lines_reach_the_sink_and_the_marker_makes_it_ready() -> None:
    sink = Collected()
    stream = ProbeStream(sink, Stopped())
    stream.stdout(b"motd\n" + MARKER + b"one\ntwo\nthr")
    await stream.wait_ready(1)
    stream.stdout(b"ee\n")
    assert sink.received == [b"one", b"two", b"three"]


async def test_an_end_before_the_marker_fails_the_start_and_is_not_told_to_the_sink() -> None:
    sink = Collected()
    stream = ProbeStream(sink, Stopped())
    stream.exited(97)
    stream.lost()
    with pytest.raises(SessionError) as caught:
        await stream.wait_ready(1)
    assert caught.value.reason is Reason.NO_PYTHON
    assert sink.failures == []


async def test_an_end_after_the_marker_is_told_once_even_when_it_came_before_anybody_waited() -> None:
    sink = Collected()
    stream = ProbeStream(sink, Stopped())
    stream.stdout(MARKER + b'{"error": "psutil_missing"}\n')
    stream.exited(94)
    stream.lost()
    stream.lost(ConnectionResetError())
    await stream.wait_ready(1)
    assert [failure.reason for failure in sink.failures] == [Reason.PSUTIL_MISSING]


async def test_no_marker_in_time_is_a_timeout_with_what_was_heard_instead() -> None:
    stream = ProbeStream(Collected(), Stopped())
    stream.stdout(b"Please choose [1-3]: ")
    with pytest.raises(SessionError) as caught:
        await stream.wait_ready(0)
    assert caught.value.reason is Reason.TIMEOUT
    assert caught.value.detail == "Please choose [1-3]:"


async def test_an_endless_line_stops_the_transport_and_ends_the_session_once() -> None:
    sink, stop = Collected(), Stopped()
    stream = ProbeStream(sink, stop)
    stream.stdout(MARKER)
    for _ in range(50):
        stream.stdout(b"x" * 2**20)
    stream.lost()
    assert stop.times == 1
    assert [failure.reason for failure in sink.failures] == [Reason.BAD_LINE]
    assert sink.received == []


async def test_endless_noise_fails_the_start() -> None:
    stream = ProbeStream(Collected(), Stopped())
    stream.stdout(b"x" * 2**20)
    with pytest.raises(SessionError) as caught:
        await stream.wait_ready(1)
    assert caught.value.reason is Reason.BAD_LINE


async def test_standard_error_is_bounded_and_its_end_is_kept() -> None:
    sink = Collected()
    stream = ProbeStream(sink, Stopped())
    stream.stdout(MARKER)
    tracemalloc.start()
    for _ in range(1000):
        stream.stderr(b"complaint\n" * 100)
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert held < 100_000
    stream.stderr(b"the last word\n")
    stream.exited(1)
    stream.lost()
    assert sink.failures[0].message.endswith("the last word")
    assert len(sink.failures[0].detail) <= DETAIL_LIMIT


async def test_after_our_own_close_the_sink_hears_nothing_more() -> None:
    sink = Collected()
    stream = ProbeStream(sink, Stopped())
    stream.stdout(MARKER)
    stream.mute()
    stream.stdout(b"late\n")
    stream.lost()
    assert sink.received == []
    assert sink.failures == []
