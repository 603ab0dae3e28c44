import fcntl
import os
import select
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest

from remote_probe.backlog import Backlog
from remote_probe.channel import Channel

Pipe = tuple[int, int]
_PIPE_BYTES = 4096


@pytest.fixture
def pipe() -> Iterator[Callable[[], Pipe]]:
    """Makes small pipes: reading and writing end."""
    made: list[int] = []

    def make() -> Pipe:
        reading, writing = os.pipe()
        made.extend((reading, writing))
        fcntl.fcntl(writing, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)
        return reading, writing

    yield make
    for fd in made:
        with suppress(OSError):
            os.close(fd)


MakePipe = Callable[[], Pipe]


def _read_lines(fd: int, channel: Channel, count: int) -> list[bytes]:
    """Reads until so many lines are there, while the channel writes on."""
    received = b""
    while received.count(b"\n") < count:
        channel.wait(0.001)
        if select.select([fd], [], [], 0)[0]:
            received += os.read(fd, 65536)
    return received.splitlines()


def test_a_line_goes_out_at_once(pipe: MakePipe) -> None:
    reading, writing = pipe()
    Channel(writing, None, 900.0).put("hello")
    assert os.read(reading, 100) == b"hello\n"


def test_a_reader_that_stalls_gets_all_lines_late_and_in_order(pipe: MakePipe) -> None:
    reading, writing = pipe()
    channel = Channel(writing, None, 900.0)
    for number in range(200):
        channel.put(f"{number} {'x' * 500}")
    assert channel.wait(0)
    lines = _read_lines(reading, channel, 200)
    assert [int(line.split()[0]) for line in lines] == list(range(200))
    assert {len(line.split()[1]) for line in lines} == {500}


def test_the_end_of_the_life_line_is_the_end(pipe: MakePipe) -> None:
    _, writing = pipe()
    life, held = pipe()
    channel = Channel(writing, life, 900.0)
    assert channel.wait(0)
    os.write(held, b"whatever is said there does not matter\n")
    assert channel.wait(0.01)
    os.close(held)
    assert not channel.wait(60.0)
    assert channel.over


def test_a_reader_that_went_away_is_the_end_even_with_nothing_to_write(pipe: MakePipe) -> None:
    reading, writing = pipe()
    channel = Channel(writing, None, 900.0)
    os.close(reading)
    assert not channel.wait(60.0)


def test_writing_to_a_reader_that_went_away_is_the_end(pipe: MakePipe) -> None:
    reading, writing = pipe()
    channel = Channel(writing, None, 900.0)
    os.close(reading)
    channel.put("hello")
    assert channel.over
    assert not channel.wait(60.0)


def test_when_nothing_can_be_written_for_too_long_the_watchdog_ends_it(pipe: MakePipe) -> None:
    _, writing = pipe()
    channel = Channel(writing, None, 0.2)
    assert channel.wait(0.3), "a stall needs something to write"
    channel.put("x" * 2 * _PIPE_BYTES)
    assert not channel.wait(60.0)


def test_a_slow_reader_is_no_stall(pipe: MakePipe) -> None:
    reading, writing = pipe()
    channel = Channel(writing, None, 60.0)
    channel.put("x" * 10 * _PIPE_BYTES)
    received = 0
    while received < 10 * _PIPE_BYTES:
        received += len(os.read(reading, 512))
        assert channel.wait(0.001)


def test_draining_gives_up_when_it_is_told_to(pipe: MakePipe) -> None:
    _, writing = pipe()
    channel = Channel(writing, None, 900.0)
    channel.put("x" * 10 * _PIPE_BYTES)
    channel.drain(0.01)
    assert not channel.over


def test_a_terminal_is_left_as_it_was(pipe: MakePipe) -> None:
    _, writing = pipe()
    channel = Channel(writing, None, 900.0, Backlog())
    assert not os.get_blocking(writing)
    channel.close()
    assert os.get_blocking(writing)
    os.close(writing)
    channel.close()
