"""The first screen and its keys."""

import pytest

from storage.database import Database
from tests.fleet.sample_fleet import register
from tests.watchpost.live_view import Screen, fill, opened


def names(screen: Screen) -> list[str]:
    """The hosts in the order in which they stand."""
    found = []
    for line in screen.lines()[5:]:
        words = line.removeprefix("▌").split()
        if len(words) > 2 and words[0] in "✔▲✖⊘◌○":
            found.append(words[2])
    return found


async def test_every_host_is_there_at_a_glance_worst_first(database: Database) -> None:
    fill(database)
    async with opened(database.url) as screen:
        await screen.until_shown("web-1", "95%")
        assert names(screen) == ["db-1", "gw", "nas", "new", "web-1", "web-2"]
        text = screen.text
        for part in (
            "Watchpost   6 hosts",
            "✔ 2 ok   ▲ 1 warning   ✖ 1 critical   ◌ 1 unreachable   ○ 1 unknown",
            "● poller",
            "✖ critical     db-1",
            "connection refused · last reading 4 min ago",
            "waiting for the first reading",
            "86%",
        ):
            assert part in text


async def test_s_goes_through_the_orders(database: Database) -> None:
    fill(database)
    async with opened(database.url) as screen:
        await screen.until_shown("web-1", "95%")
        await screen.press("s")
        await screen.until_shown("host ▾")
        assert names(screen) == ["db-1", "gw", "nas", "new", "web-1", "web-2"]
        await screen.press("s")
        await screen.until_shown("cpu ▾")
        assert names(screen)[:4] == ["db-1", "web-2", "web-1", "nas"]
        await screen.press("s")
        await screen.until_shown("memory ▾")
        assert names(screen)[:4] == ["web-1", "db-1", "web-2", "nas"]
        await screen.press("s")
        await screen.until_shown("disk ▾")
        assert names(screen)[:4] == ["nas", "web-2", "db-1", "web-1"]
        await screen.press("s")
        await screen.until_shown("state ▾")


async def test_a_filter_narrows_while_one_types_and_escape_clears_it(database: Database) -> None:
    fill(database)
    async with opened(database.url) as screen:
        await screen.until_shown("web-1")
        await screen.press("slash", *"web")
        await screen.until_shown("2 of 6 hosts", "filter “web”")
        assert names(screen) == ["web-1", "web-2"]
        await screen.press("enter")
        await screen.press("j")
        assert "web-2" in screen.selected()
        await screen.press("escape")
        await screen.until_shown("6 hosts", "db-1")
        assert "web-2" in screen.selected()


async def test_a_filter_that_nothing_passes_says_so(database: Database) -> None:
    fill(database)
    async with opened(database.url) as screen:
        await screen.until_shown("web-1")
        await screen.press("slash", *"zzz")
        await screen.until_shown("No host matches “zzz”")
        await screen.press("escape")
        await screen.until_shown("web-1")


async def test_while_one_types_letters_are_letters(database: Database) -> None:
    fill(database)
    async with opened(database.url) as screen:
        await screen.until_shown("web-1")
        await screen.press("slash", "q", "s", "question_mark")
        await screen.until_shown("filter “qs?”")
        assert screen.app.is_running


@pytest.mark.parametrize("size", [(80, 24), (60, 15), (120, 40), (200, 60)])
async def test_it_fits_every_terminal(database: Database, size: tuple[int, int]) -> None:
    fill(database)
    async with opened(database.url, size=size) as screen:
        await screen.until_shown("web-1", "quit")
        assert len(screen.lines()) == size[1]


@pytest.mark.parametrize("name", ["x" * 255, "[red]evil[/red]", "서버-한국어-01", "[b", "{{x}}", "$text"])
async def test_no_name_breaks_the_screen(database: Database, name: str) -> None:
    register(database, [name], now_ms=0)
    async with opened(database.url) as screen:
        text = await screen.until_shown("1 host", name[:10])
        assert "waiting for the first reading" in text or "no poller is running" in text


async def test_without_a_poller_it_says_so(database: Database) -> None:
    register(database, ["a"], now_ms=0, polled=False)
    async with opened(database.url) as screen:
        await screen.until_shown("○ no poller is running", "a")
