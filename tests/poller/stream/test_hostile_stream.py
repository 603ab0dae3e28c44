"""The stream below the lines: floods, noise, and bytes cut anywhere."""

import asyncio

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from poller.failure import SessionError
from poller.stream.lines import MARKER
from poller.stream.probe_stream import STDERR_AT_ONCE, ProbeStream
from storage.reason import Reason
from tests.poller.stream.told_session import GOOD, encoded


async def test_a_flood_on_standard_error_ends_it_with_its_reason() -> None:
    ended: list[SessionError] = []

    class Sink:
        def lines(self, lines: list[bytes]) -> None:
            raise AssertionError(lines)

        def ended(self, failure: SessionError) -> None:
            ended.append(failure)

    stops = []
    stream = ProbeStream(Sink(), lambda: stops.append(1))
    stream.stdout(MARKER)
    for _ in range(STDERR_AT_ONCE // 65536 + 1):
        stream.stderr(b"warning: " + b"x" * 65536)
    assert [failure.reason for failure in ended] == [Reason.BAD_LINE]
    assert "standard error" in ended[0].message
    assert len(stops) == 1
    stream.stderr(b"more")
    stream.lost()
    assert len(ended) == 1


@pytest.mark.parametrize("noise", [b"\0", b"\n", b"\0\0WATCHPOST", b"\0\0WATCHPOST1", b"\xff\xfe motd \x1b[2J\n"])
async def test_endless_noise_before_the_marker_ends_the_start(noise: bytes) -> None:
    stream = ProbeStream(Nobody(), lambda: None)
    for _ in range(100):
        stream.stdout(noise * 1000)
    failure = await stream.ready
    assert failure is not None
    assert failure.reason is Reason.BAD_LINE


class Nobody:
    """A sink that is never to hear anything."""

    def lines(self, lines: list[bytes]) -> None:
        raise AssertionError(lines)

    def ended(self, failure: SessionError) -> None:
        raise AssertionError(failure)


@given(st.lists(st.integers(1, 400), max_size=20))
@settings(deadline=None, max_examples=50)
def test_however_the_bytes_are_cut_the_lines_are_the_same(cuts: list[int]) -> None:
    class Sink(Nobody):
        def lines(self, lines: list[bytes]) -> None:
            received.extend(lines)

    received: list[bytes] = []
    whole = b"motd \0\n\0\0WATCHPOST" + MARKER + b"\n".join(map(encoded, GOOD)) + b"\n"

    async def play() -> None:
        stream = ProbeStream(Sink(), lambda: None)
        at = 0
        for cut in cuts:
            stream.stdout(whole[at : at + cut])
            at += cut
        stream.stdout(whole[at:])

    asyncio.run(play())
    assert received == list(map(encoded, GOOD))
