"""The second screen and its keys."""

import pytest

from storage.database import Database
from storage.hosts import remove_host
from tests.watchpost.live_view import Screen, fill, opened


async def open_first(screen: Screen) -> None:
    await screen.until_shown("web-1", "95%")
    await screen.press("enter")
    await screen.until_shown("db-1  ✖ critical", "214 running")


async def test_it_shows_everything_about_a_host(database: Database) -> None:
    fill(database)
    async with opened(database.url, size=(120, 60)) as screen:
        await open_first(screen)
        text = screen.text
        for part in (
            "✖ CPU 95%, over 90%",
            "Debian GNU/Linux 12 (bookworm) · kernel 6.1.0-31-amd64 · 4 cores · 64 GiB",
            "load 0.42",
            "100% ┤",
            "60% used",
            "swap 5%",
            "eth0",
            "nvme0n1",
            "ESTABLISHED",
            "postgres: writer process",
        ):
            assert part in text


async def test_c_and_m_sort_the_processes(database: Database) -> None:
    fill(database)
    async with opened(database.url, size=(120, 60)) as screen:
        await open_first(screen)
        await screen.until_shown("CPU ▾")
        await screen.press("m")
        await screen.until_shown("memory ▾", "by memory")
        await screen.press("c")
        await screen.until_shown("CPU ▾", "by cpu")


@pytest.mark.parametrize("key", ["escape", "backspace", "h"])
async def test_there_is_a_way_back_to_the_same_host(database: Database, key: str) -> None:
    fill(database)
    async with opened(database.url) as screen:
        await screen.until_shown("web-1", "95%")
        await screen.press("end", "enter")
        await screen.until_shown("web-2  ✔ ok")
        await screen.press(key)
        await screen.until_shown("6 hosts")
        assert "web-2" in screen.selected()


async def test_on_80_by_24_it_scrolls_to_the_processes(database: Database) -> None:
    fill(database)
    async with opened(database.url, size=(80, 24)) as screen:
        await screen.until_shown("web-1", "95%")
        await screen.press("enter")
        await screen.until_shown("db-1  ✖ critical", "╭─ CPU ─")
        assert "Processes" not in screen.text
        await screen.press(*["j"] * 5)
        await screen.until_gone("╭─ CPU ─")
        await screen.press("end")
        await screen.until_shown("postgres")
        await screen.press("k", "home")
        await screen.until_shown("╭─ CPU ─")


async def test_a_lost_host_says_why_and_how_old_its_values_are(database: Database) -> None:
    fill(database)
    async with opened(database.url) as screen:
        await screen.until_shown("web-1", "95%")
        await screen.press("j", "enter")
        await screen.until_shown(
            "gw  ◌ unreachable",
            "connection refused; the values below are from 4 min ago",
            "Nothing listens on that port.",
        )
        assert screen.app.screen.query_one("#page").has_class("-old")


async def test_a_host_that_is_removed_under_it_says_so(database: Database) -> None:
    fill(database)
    async with opened(database.url) as screen:
        await open_first(screen)
        with database.writing() as connection:
            remove_host(connection, "db-1", 1)
        await screen.until_shown("no longer registered")
        await screen.press("escape")
        await screen.until_shown("5 hosts")


async def test_a_host_that_was_never_read_is_no_failure(database: Database) -> None:
    fill(database)
    async with opened(database.url) as screen:
        await screen.until_shown("web-1", "95%")
        await screen.press("j", "j", "j", "enter")
        await screen.until_shown("new  ○ unknown", "waiting for the first reading", "no processes read yet")


async def test_the_next_host_does_not_show_the_last_ones_values(database: Database) -> None:
    fill(database)
    async with opened(database.url) as screen:
        await open_first(screen)
        await screen.press("escape", "end", "enter")
        text = await screen.until_shown("web-2  ✔ ok")
        assert "95%" not in text
