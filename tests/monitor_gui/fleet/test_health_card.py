"""The card that says how many hosts are how."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytestqt.qtbot import QtBot

from fleet.fleet_totals import FleetTotals, Standing
from monitor_gui.fleet.health_card import HealthCard, health_face, segments
from monitor_gui.fleet.summary_card import HEIGHT
from monitor_gui.theme.appearance import Appearance
from monitor_gui.theme.tokens import DARK
from storage.quantities import ABSENT
from tests.monitor_gui.fleet.painted import grabbed, holds


def counts(healthy: int, warning: int = 0, critical: int = 0, offline: int = 0) -> dict[Standing, int]:
    return {
        Standing.HEALTHY: healthy,
        Standing.WARNING: warning,
        Standing.CRITICAL: critical,
        Standing.OFFLINE: offline,
    }


def test_it_counts_the_healthy_ones() -> None:
    face = health_face(FleetTotals(hosts=128, standing=counts(121, 4, 2, 1)), is_current=True)
    assert (face.value, face.unit) == ("121", "/ 128 healthy")
    assert "Critical: 2" in face.tip


@pytest.mark.parametrize(("hosts", "is_current"), [(128, False), (0, True)])
def test_nothing_current_says_nothing_of_health(hosts: int, is_current: bool) -> None:
    assert health_face(FleetTotals(hosts=hosts), is_current=is_current).value == ABSENT


@given(st.lists(st.integers(0, 5000), min_size=4, max_size=4).filter(any), st.floats(120, 500))
def test_the_parts_fill_the_bar_and_each_can_be_seen(parts: list[int], width: float) -> None:
    found = segments(counts(*parts), width)
    assert len(found) == sum(part > 0 for part in parts)
    assert all(wide >= 8 for _, _, wide in found)
    assert found[0][1] == 0
    assert found[-1][1] + found[-1][2] == pytest.approx(width)


def test_it_paints_a_part_for_each_standing(qtbot: QtBot, appearance: Appearance) -> None:
    card = HealthCard(appearance)
    qtbot.addWidget(card)
    card.resize(260, HEIGHT)
    assert not holds(grabbed(card), DARK.ok)
    assert holds(grabbed(card), DARK.track)
    card.show_counts(health_face(FleetTotals(hosts=3), is_current=True), counts(1, 1, 1))
    image = grabbed(card)
    assert holds(image, DARK.ok)
    assert holds(image, DARK.warn)
    assert holds(image, DARK.crit)
    assert card.accessibleDescription() == "Healthy 1, Warning 1, Critical 1, Offline 0"
    assert card.sizeHint().width() > 200
