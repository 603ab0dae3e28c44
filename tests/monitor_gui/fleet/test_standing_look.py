"""How each standing looks."""

from fleet.fleet_totals import Standing
from monitor_gui.fleet.standing_look import standing_colour, standing_icon, standing_text
from monitor_gui.theme.tokens import DARK


def test_no_two_share_a_word_a_colour_or_a_shape() -> None:
    for told in (standing_text, standing_icon, lambda standing: standing_colour(DARK, standing)):
        assert len({told(standing) for standing in Standing}) == len(Standing)
