"""The two themes hold every colour, and text can be read on them."""

import re

import pytest

from fleet.reading import Health
from monitor_gui.theme.icons import NAMES
from monitor_gui.theme.tokens import DARK, LIGHT, Tokens, health_colour, health_icon, mixed


def _luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(first: str, second: str) -> float:
    """WCAG 2.2: 4.5 for text, 3 for shapes and large figures."""
    brighter, darker = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("tokens", [DARK, LIGHT], ids=lambda tokens: tokens.name)
class TestThemes:
    def test_every_colour_is_one(self, tokens: Tokens) -> None:
        colours = [getattr(tokens, name) for name in tokens.__slots__ if name not in {"name", "charts"}]
        assert all(re.fullmatch("#[0-9A-F]{6}", colour) for colour in [*colours, *tokens.charts])
        assert len(set(tokens.charts)) == 8

    def test_text_can_be_read_on_every_surface(self, tokens: Tokens) -> None:
        for surface in (tokens.bg, tokens.surface, tokens.sidebar, tokens.raised, tokens.selection):
            assert _contrast(tokens.text_1, surface) >= 7
            assert _contrast(tokens.text_2, surface) >= 4.5
        assert _contrast(tokens.on_accent, tokens.accent) >= 4.5

    def test_states_can_be_told_from_what_they_stand_on(self, tokens: Tokens) -> None:
        for state in (tokens.ok, tokens.warn, tokens.crit, tokens.off):
            assert _contrast(state, tokens.surface) >= 4.5
        assert _contrast(tokens.crit, tokens.crit_surface) >= 4.5
        assert _contrast(tokens.warn, tokens.warn_surface) >= 4.5

    def test_curves_can_be_told_from_what_they_stand_on(self, tokens: Tokens) -> None:
        assert all(_contrast(colour, tokens.surface) >= 3 for colour in tokens.charts)

    @pytest.mark.parametrize("health", list(Health))
    def test_every_health_has_a_colour_and_a_shape(self, tokens: Tokens, health: Health) -> None:
        assert health_colour(tokens, health).startswith("#")
        assert health_icon(health) in NAMES


def test_what_cannot_be_seen_has_another_shape_than_what_is_well() -> None:
    shapes = {health_icon(health) for health in (Health.OK, Health.WARNING, Health.CRITICAL, Health.UNREACHABLE)}
    assert len(shapes) == 4


def test_colours_mix() -> None:
    assert mixed("#000000", "#FF8000", 0.5) == "#804000"
    assert mixed("#102030", "#FFFFFF", 0) == "#102030"
