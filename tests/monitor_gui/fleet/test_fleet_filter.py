"""Which hosts are shown."""

import pytest

from fleet.fleet_totals import Standing
from monitor_gui.fleet.fleet_filter import FleetFilter
from monitor_gui.fleet.host_row import HostRow, make_rows
from tests.monitor_gui.fleet.made_looks import host, look, lost, pictured, reading


@pytest.fixture
def rows() -> list[HostRow]:
    return list(make_rows(pictured(20), {}).values())


def names(chosen: FleetFilter, rows: list[HostRow]) -> list[str]:
    return [row.reading.name for row in chosen.passed(rows)]


def test_everything_passes_an_open_filter(rows: list[HostRow]) -> None:
    assert FleetFilter(words="  ").is_open
    assert len(FleetFilter().passed(rows)) == 20


@pytest.mark.parametrize(
    ("chosen", "found"),
    [
        (FleetFilter(standing=Standing.CRITICAL), ["db-primary-01", "cache-02"]),
        (FleetFilter(standing=Standing.OFFLINE), ["iot-gw-11"]),
        (FleetFilter(group="Postgres"), ["db-primary-01", "db-replica-01", "db-replica-02"]),
        (FleetFilter(group="Postgres", words="tokyo"), ["db-replica-02"]),
        (FleetFilter(words="POSTGRES seoul"), ["db-primary-01", "db-replica-01"]),
        (FleetFilter(words="10.20.0.3"), ["cache-02"]),
        (FleetFilter(words="refused"), ["iot-gw-11"]),
        (FleetFilter(standing=Standing.HEALTHY, words="db-primary"), []),
    ],
)
def test_a_filter_lets_pass(chosen: FleetFilter, found: list[str], rows: list[HostRow]) -> None:
    assert names(chosen, rows) == found
    assert not chosen.is_open


def test_hosts_in_no_group_can_be_asked_for() -> None:
    fleet = make_rows(look([reading(host("a", 1, "Web")), lost(host("b", 2))]), {})
    assert names(FleetFilter(group=""), list(fleet.values())) == ["b"]
