"""How a host is, as a pill."""

import pytest
from pytestqt.qtbot import QtBot

from fleet.reading import Health
from monitor_gui.host.health_pill import HealthPill
from monitor_gui.theme.appearance import Appearance


@pytest.mark.parametrize("health", Health)
def test_every_state_has_a_word_and_fits(health: Health, appearance: Appearance, qtbot: QtBot) -> None:
    pill = HealthPill(appearance)
    qtbot.addWidget(pill)
    pill.show_health(health)
    assert pill.accessibleName()
    assert pill.sizeHint().width() > 40
    assert not pill.grab().isNull()


def test_states_look_different(appearance: Appearance, qtbot: QtBot) -> None:
    pill = HealthPill(appearance)
    qtbot.addWidget(pill)
    pill.resize(110, 24)
    pictures = []
    for health in (Health.OK, Health.WARNING, Health.CRITICAL, Health.UNREACHABLE):
        pill.show_health(health)
        pictures.append(pill.grab().toImage())
    assert all(a != b for place, a in enumerate(pictures) for b in pictures[:place])
