"""What is heard on ports of this machine: all of 127/8 is ours."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import pytest

from poller.discovery.banner import BANNER_LIMIT, Answer, Heard, listen_to
from tests.real_sshd import RealSshd, free_port

ADDRESS = "127.9.0.1"


@contextlib.asynccontextmanager
async def listening(*parts: bytes, hang_up: bool = True) -> AsyncIterator[int]:
    """A server that says these parts to whoever comes; gives its port."""
    visits: set[asyncio.Task[None]] = set()

    async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            for part in parts:
                writer.write(part)
                await writer.drain()
            if not hang_up:
                await reader.read()
        with contextlib.suppress(OSError):
            writer.close()
            await writer.wait_closed()

    def welcome(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        visits.add(asyncio.create_task(greet(reader, writer)))

    async with await asyncio.start_server(welcome, ADDRESS, 0) as server:
        yield server.sockets[0].getsockname()[1]
    await asyncio.gather(*visits)


async def test_a_real_server_says_its_version(sshd: RealSshd) -> None:
    heard = await listen_to(sshd.address, sshd.port, timeout_s=10)
    assert heard.answer is Answer.SSH
    assert heard.banner.startswith("SSH-2.0-OpenSSH_")


@pytest.mark.parametrize(
    ("parts", "banner"),
    [
        ((b"SSH-2.0-dropbear\r\n",), "SSH-2.0-dropbear"),
        ((b"SS", b"H-2.0", b"-slow\n"), "SSH-2.0-slow"),
        ((b"Welcome!\r\nSSH-2.0-late\r\n",), "SSH-2.0-late"),
        ((b"SSH-2.0-no-end",), "SSH-2.0-no-end"),
        ((b"SSH-2.0-\x1b[2J\xff\x00\n",), "SSH-2.0-\ufffd[2J\ufffd\ufffd"),
    ],
)
async def test_a_banner_is_found_and_made_harmless(parts: tuple[bytes, ...], banner: str) -> None:
    async with listening(*parts) as port:
        assert await listen_to(ADDRESS, port, timeout_s=10) == Heard(Answer.SSH, banner)


async def test_a_banner_without_end_is_cut() -> None:
    async with listening(b"SSH-2.0-" + b"x" * 100_000) as port:
        heard = await listen_to(ADDRESS, port, timeout_s=10)
    assert (heard.answer, len(heard.banner)) == (Answer.SSH, BANNER_LIMIT)


@pytest.mark.parametrize("words", [b"", b"220 mail\r\n", b"x" * 100_000, b"\nSSH\n"])
async def test_an_open_port_without_ssh_is_told_as_that(words: bytes) -> None:
    async with listening(words) as port:
        assert (await listen_to(ADDRESS, port, timeout_s=10)).answer is Answer.OTHER


async def test_a_silent_port_is_left_after_the_time_out() -> None:
    async with listening(hang_up=False) as port:
        assert (await listen_to(ADDRESS, port, timeout_s=0.05)).answer is Answer.OTHER


@pytest.mark.parametrize("address", ["127.9.0.2", "nowhere.invalid", "::ffff:127.9.0.2", "a" * 300])
async def test_where_nobody_answers_there_is_nothing(address: str) -> None:
    assert await listen_to(address, free_port(), timeout_s=5) == Heard(Answer.NONE)


async def test_a_name_is_looked_up(sshd: RealSshd) -> None:
    # `localhost` may be ::1 first, where this server does not listen.
    heard = await listen_to("localhost", sshd.port, timeout_s=10)
    assert heard.answer in {Answer.SSH, Answer.NONE}
