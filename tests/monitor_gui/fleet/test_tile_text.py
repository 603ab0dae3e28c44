"""What is written on a tile."""

from dataclasses import replace
from datetime import UTC

from alerts.thresholds import Severity
from fleet.reading import Health
from monitor_gui.fleet.host_row import make_rows
from monitor_gui.fleet.tile_text import TileText, tile_text
from monitor_gui.reading.look import FleetLook
from tests.monitor_gui.fleet.made_looks import MOMENT, host, look, lost, reading


def text(seen: FleetLook) -> TileText:
    return tile_text(make_rows(seen, {})[1], seen)


def test_a_tile_says_everything_that_there_is() -> None:
    found = text(look([reading(host("db", 1, "Postgres", "Seoul"), 94, 86, 71)]))
    assert (found.name, found.place, found.absence) == ("db", "Postgres · Seoul", "")
    assert [meter.text for meter in found.meters] == ["94%", "86%", "71%"]
    assert [meter.severity for meter in found.meters] == [Severity.CRITICAL, Severity.WARNING, None]
    assert (found.received, found.sent) == ("↓ 16.8 MB/s", "↑ 3.3 MB/s")


def test_a_host_that_is_away_says_why() -> None:
    found = text(look([lost(host("gw", 1))]))
    assert found.absence == "Offline · connection refused · 4 min"
    assert found.has_last


def test_values_from_before_say_from_when() -> None:
    away = lost(host("gw", 1, "Edge"), Health.UNKNOWN, "no poller is running", ago_s=60)
    found = text(look([away], moment=replace(MOMENT, is_polled=False), time_zone=UTC))
    assert found.place == "as of 14:12:20"
    assert found.absence == ""


def test_it_fits_for_as_long_as_row_and_limits_are_the_same() -> None:
    seen = look([reading(host("a", 1))])
    rows = make_rows(seen, {})
    found = tile_text(rows[1], seen)
    assert found.fits(rows[1], replace(seen))
    other = replace(MOMENT, thresholds=replace(MOMENT.thresholds))
    assert not found.fits(rows[1], replace(seen, moment=other))
    assert not found.fits(make_rows(seen, {})[1], seen)
