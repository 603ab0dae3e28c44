"""The table of hosts: selecting, scrolling, opening."""

import pytest

from storage.database import Database
from storage.hosts import remove_host
from tests.fleet.sample_fleet import register
from tests.watchpost.live_view import fill, opened
from watchpost.terminal.fleet_table import FleetTable


@pytest.mark.parametrize(("down", "up"), [("j", "k"), ("down", "up")])
async def test_the_selection_moves_and_stops_at_the_ends(database: Database, down: str, up: str) -> None:
    fill(database)
    async with opened(database.url) as screen:
        await screen.until_shown("web-1", "95%")
        assert "db-1" in screen.selected()
        await screen.press(up)
        assert "db-1" in screen.selected()
        await screen.press(down, down)
        assert "nas" in screen.selected()
        await screen.press(*[down] * 9)
        assert "web-2" in screen.selected()
        await screen.press(up)
        assert "web-1" in screen.selected()


async def test_the_selection_stays_with_its_host_whatever_the_order_does(database: Database) -> None:
    fill(database)
    async with opened(database.url) as screen:
        await screen.until_shown("web-1", "95%")
        await screen.press("end")
        assert "web-2" in screen.selected()
        await screen.press("s", "s")
        await screen.until_shown("cpu ▾")
        assert "web-2" in screen.selected()


async def test_when_the_selected_host_is_removed_its_neighbour_is_selected(database: Database) -> None:
    fill(database)
    async with opened(database.url) as screen:
        await screen.until_shown("web-1", "95%")
        await screen.press("j", "j")
        with database.writing() as connection:
            remove_host(connection, "nas", 1)
        await screen.until_gone("nas")
        assert "new" in screen.selected()


async def test_a_long_fleet_scrolls_with_the_selection(database: Database) -> None:
    register(database, [f"host-{number:03}" for number in range(200)], now_ms=0)
    async with opened(database.url, size=(100, 24)) as screen:
        await screen.until_shown("host-000")
        await screen.press("G")
        await screen.until_shown("host-199")
        assert "host-199" in screen.selected()
        await screen.press("pageup", "pageup")
        await screen.until_gone("host-199")
        await screen.press("g")
        await screen.until_shown("host-000")
        await screen.press("pagedown", "pagedown")
        await screen.until_gone("host-000")
        assert "host-0" in screen.selected()


async def test_the_selection_stays_in_view_when_the_terminal_shrinks(database: Database) -> None:
    register(database, [f"host-{number:03}" for number in range(200)], now_ms=0)
    async with opened(database.url, size=(100, 60)) as screen:
        await screen.until_shown("host-000")
        await screen.press(*["j"] * 40)
        await screen.pilot.resize_terminal(80, 20)
        await screen.until_shown("host-040")
        assert "host-040" in screen.selected()


async def test_enter_opens_the_selected_host(database: Database) -> None:
    fill(database)
    async with opened(database.url) as screen:
        await screen.until_shown("web-1", "95%")
        await screen.press("j", "j", "enter")
        await screen.until_shown("nas  ▲ warning", "File systems")


async def test_enter_pressed_twice_opens_one_screen(database: Database) -> None:
    fill(database)
    async with opened(database.url) as screen:
        await screen.until_shown("web-1", "95%")
        table = screen.app.screen.query_one(FleetTable)
        table.action_open()
        table.action_open()
        await screen.until_shown("db-1  ✖ critical", "File systems")
        await screen.press("escape")
        await screen.until_shown("6 hosts")


async def test_a_click_selects_and_a_second_one_opens(database: Database) -> None:
    fill(database)
    async with opened(database.url) as screen:
        await screen.until_shown("web-1", "95%")
        row = await screen.row_of("web-1")
        await screen.pilot.click(offset=(20, row))
        assert "web-1" in screen.selected()
        await screen.pilot.click(offset=(20, row), times=2)
        await screen.until_shown("web-1  ✔ ok", "File systems")


async def test_enter_on_an_empty_fleet_does_nothing(database: Database) -> None:
    async with opened(database.url) as screen:
        await screen.until_shown("No hosts yet.")
        await screen.press("enter", "j", "G", "pageup")
        await screen.until_shown("No hosts yet.")
