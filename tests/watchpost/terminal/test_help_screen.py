"""Help."""

import pytest

from storage.database import Database
from tests.watchpost.live_view import fill, opened
from watchpost.terminal.help_screen import help_lines


@pytest.mark.parametrize("key", ["question_mark", "escape", "enter"])
async def test_it_explains_keys_and_shapes_and_goes_away(database: Database, key: str) -> None:
    fill(database)
    async with opened(database.url) as screen:
        await screen.until_shown("web-1", "95%")
        await screen.press("question_mark")
        await screen.until_shown("Keys and shapes", "sort by state", "⊘ blocked")
        await screen.press(key)
        await screen.until_gone("Keys and shapes")
        assert "db-1" in screen.selected()


async def test_it_can_be_asked_for_on_the_screen_of_a_host(database: Database) -> None:
    fill(database)
    async with opened(database.url) as screen:
        await screen.until_shown("web-1", "95%")
        await screen.press("enter")
        await screen.until_shown("Processes")
        await screen.press("question_mark")
        await screen.until_shown("Keys and shapes")
        await screen.press("escape")
        await screen.until_shown("db-1  ✖ critical")


def test_nothing_in_it_is_cut_short() -> None:
    assert not any("…" in line.plain for line in help_lines(58))
