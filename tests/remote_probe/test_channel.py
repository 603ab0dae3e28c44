"""Both ways to the poller: by poll(), and by threads where a system has no poll(). Real pipes."""

import fcntl
import os
import select
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest

from remote_probe.backlog import Backlog
from remote_probe.channel import Channel, can_poll, open_channel
from remote_probe.threaded_channel import ThreadedChannel

Pipe = tuple[int, int]
AnyChannel = Channel | ThreadedChannel
MakePipe = Callable[[], Pipe]
Open = Callable[..., AnyChannel]
_PIPE_BYTES = 4096


@pytest.fixture
def pipe() -> Iterator[MakePipe]:
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


@pytest.fixture(params=[Channel, ThreadedChannel])
def open_one(request: pytest.FixtureRequest, pipe: MakePipe) -> Iterator[Open]:
    """Opens channels of one kind or the other, and ends them before the pipes are closed."""
    opened: list[AnyChannel] = []

    def opener(*arguments: object) -> AnyChannel:
        opened.append(request.param(*arguments))
        return opened[-1]

    yield opener
    for channel in opened:
        channel.close()


def _read_lines(fd: int, channel: AnyChannel, count: int) -> list[bytes]:
    """Reads until so many lines are there, while the channel writes on."""
    received = b""
    while received.count(b"\n") < count:
        channel.wait(0.001)
        if select.select([fd], [], [], 0)[0]:
            received += os.read(fd, 65536)
    return received.splitlines()


def test_a_line_goes_out_at_once(pipe: MakePipe, open_one: Open) -> None:
    reading, writing = pipe()
    open_one(writing, None, 900.0).put("hello")
    assert os.read(reading, 100) == b"hello\n"


def test_a_reader_that_stalls_gets_all_lines_late_and_in_order(pipe: MakePipe, open_one: Open) -> None:
    reading, writing = pipe()
    channel = open_one(writing, None, 900.0)
    for number in range(200):
        channel.put(f"{number} {'x' * 500}")
    assert channel.wait(0)
    lines = _read_lines(reading, channel, 200)
    assert [int(line.split()[0]) for line in lines] == list(range(200))
    assert {len(line.split()[1]) for line in lines} == {500}


def test_of_a_stall_that_is_too_long_the_newest_lines_survive_and_no_line_is_torn(
    pipe: MakePipe, open_one: Open
) -> None:
    reading, writing = pipe()
    channel = open_one(writing, None, 900.0, Backlog(lines_limit=10))
    channel.put("hello", "hello")
    for number in range(200):
        channel.put(f"{number} {'x' * 1000}")
    assert channel.wait(0)
    received = b""
    while not received.endswith(b"x\n") or int(received.splitlines()[-1].split()[0]) != 199:
        channel.wait(0.001)
        received += os.read(reading, 65536)
    first, *lines = received.splitlines()
    numbers = [int(line.split()[0]) for line in lines]
    assert first == b"hello"
    assert numbers == sorted(numbers)
    assert numbers[-10:] == list(range(190, 200))
    assert len(numbers) < 30
    assert {len(line.split()[1]) for line in lines} == {1000}


def test_the_end_of_the_life_line_is_the_end(pipe: MakePipe, open_one: Open) -> None:
    _, writing = pipe()
    life, held = pipe()
    channel = open_one(writing, life, 900.0)
    assert channel.wait(0)
    os.write(held, b"whatever is said there does not matter\n")
    assert channel.wait(0.01)
    os.close(held)
    assert not channel.wait(60.0)
    assert channel.over


def test_the_end_of_the_life_line_is_the_end_while_the_reader_stalls(pipe: MakePipe, open_one: Open) -> None:
    _, writing = pipe()
    life, held = pipe()
    channel = open_one(writing, life, 900.0)
    channel.put("x" * 10 * _PIPE_BYTES)
    os.close(held)
    assert not channel.wait(60.0)


def test_a_reader_that_went_away_is_the_end_even_with_nothing_to_write(pipe: MakePipe) -> None:
    reading, writing = pipe()
    channel = Channel(writing, None, 900.0)
    os.close(reading)
    assert not channel.wait(60.0)


def test_writing_to_a_reader_that_went_away_is_the_end(pipe: MakePipe, open_one: Open) -> None:
    reading, writing = pipe()
    channel = open_one(writing, None, 900.0)
    os.close(reading)
    channel.put("hello")
    assert not channel.wait(60.0)
    assert channel.over


def test_a_reader_that_goes_away_while_it_stalls_is_the_end(pipe: MakePipe, open_one: Open) -> None:
    reading, writing = pipe()
    channel = open_one(writing, None, 900.0)
    channel.put("x" * 10 * _PIPE_BYTES)
    assert channel.wait(0.01)
    os.close(reading)
    assert not channel.wait(60.0)


def test_when_nothing_can_be_written_for_too_long_the_watchdog_ends_it(pipe: MakePipe, open_one: Open) -> None:
    _, writing = pipe()
    channel = open_one(writing, None, 0.2)
    assert channel.wait(0.3), "a stall needs something to write"
    channel.put("x" * 2 * _PIPE_BYTES)
    assert not channel.wait(60.0)


def test_a_slow_reader_is_no_stall(pipe: MakePipe, open_one: Open) -> None:
    reading, writing = pipe()
    channel = open_one(writing, None, 60.0)
    channel.put("x" * 10 * _PIPE_BYTES)
    received = 0
    while received < 10 * _PIPE_BYTES:
        received += len(os.read(reading, 512))
        assert channel.wait(0.001)


def test_draining_writes_all_of_it(pipe: MakePipe, open_one: Open) -> None:
    reading, writing = pipe()
    channel = open_one(writing, None, 900.0)
    channel.put("x" * 1000)
    channel.drain()
    assert os.read(reading, 65536) == b"x" * 1000 + b"\n"


def test_draining_gives_up_when_it_is_told_to(pipe: MakePipe, open_one: Open) -> None:
    _, writing = pipe()
    channel = open_one(writing, None, 900.0)
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


def test_the_way_is_chosen_by_what_the_system_can_do(pipe: MakePipe, monkeypatch: pytest.MonkeyPatch) -> None:
    (_, writing), (life, _) = pipe(), pipe()
    assert can_poll(writing, life)
    assert can_poll(writing, None)
    monkeypatch.delattr(select, "poll")
    channel = open_channel(writing, life, 900.0)
    assert isinstance(channel, ThreadedChannel)
    channel.close()


def test_what_the_system_cannot_wait_for_is_given_a_thread(pipe: MakePipe, monkeypatch: pytest.MonkeyPatch) -> None:
    """As macOS answers for a terminal."""

    class Refusing:
        def register(self, fd: int, events: int) -> None:
            self.fd = fd

        def poll(self, _: float) -> list[tuple[int, int]]:
            return [(self.fd, select.POLLNVAL)]

    (_, writing), (life, _) = pipe(), pipe()
    monkeypatch.setattr(select, "poll", Refusing)
    assert not can_poll(writing, life)
