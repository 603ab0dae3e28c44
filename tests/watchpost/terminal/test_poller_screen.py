import time

import pytest
from sqlalchemy import update

from storage.database import Database
from storage.pollers import register_poller
from storage.schema import pollers
from tests.watchpost.live_view import fill, opened


def write_figures(database: Database, **figures: object) -> None:
    """Has a poller live that says that of its work."""
    now = time.time_ns() // 1_000_000
    with database.writing() as connection:
        connection.execute(pollers.delete())
        register_poller(connection, poller_id="p", machine="ops-01", pid=7, version="1", now_ms=now)
        connection.execute(update(pollers).values(figures={"health": "ready", **figures}))


@pytest.mark.parametrize("key", ["p", "escape", "enter"])
async def test_p_shows_the_figures_which_go_on_until_a_key_closes_them(database: Database, key: str) -> None:
    fill(database)
    write_figures(database, hosts=24, up=23)
    async with opened(database.url) as screen:
        await screen.until_shown("web-1", "95%")
        await screen.press("p")
        await screen.until_shown("How the poller works", "ops-01, process 7", "23 of 24 up")
        write_figures(database, hosts=24, up=24)
        await screen.until_shown("24 of 24 up")
        await screen.press(key)
        await screen.until_gone("How the poller works")
        assert "db-1" in screen.selected()


async def test_where_none_runs_it_says_so(database: Database) -> None:
    async with opened(database.url) as screen:
        await screen.until_shown("No hosts yet.")
        await screen.press("p")
        await screen.until_shown("No poller is running.")
