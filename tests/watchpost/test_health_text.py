"""States as coloured text."""

from alerts.thresholds import DEFAULTS
from fleet.reading import Health
from watchpost import palette
from watchpost.health_text import count_text, health_text, level_colour, proportion_line

NONE = dict.fromkeys(Health, 0)


def test_a_state_has_a_shape_of_its_own_and_its_word() -> None:
    texts = {health_text(health).plain for health in Health}
    assert "✔ ok" in texts
    assert len({text[0] for text in texts}) == len(Health)


def test_counts_name_the_four_main_states_and_others_only_where_there_are_some() -> None:
    assert count_text(NONE | {Health.OK: 7}).plain == "✔ 7 ok   ▲ 0 warning   ✖ 0 critical   ◌ 0 unreachable"
    assert "⊘ 1 blocked" in count_text(NONE | {Health.BLOCKED: 1}).plain
    assert count_text(NONE | {Health.OK: 7}, words=False).plain == "✔ 7   ▲ 0   ✖ 0   ◌ 0"


def test_a_value_takes_the_colour_of_its_severity() -> None:
    assert level_colour(50, DEFAULTS.cpu, palette.CPU) == palette.CPU
    assert level_colour(85, DEFAULTS.cpu, palette.CPU) == palette.WARNING
    assert level_colour(95, DEFAULTS.cpu, palette.CPU) == palette.CRITICAL
    assert level_colour(None, DEFAULTS.cpu, palette.CPU) == palette.CPU


def test_the_proportions_fill_the_width_and_no_state_loses_its_last_cell() -> None:
    line = proportion_line(NONE | {Health.OK: 998, Health.CRITICAL: 1, Health.WARNING: 1}, 40)
    lengths = {span.style: span.end - span.start for span in line.spans}
    assert line.cell_len == 40
    assert lengths == {palette.OK: 38, palette.WARNING: 1, palette.CRITICAL: 1}


def test_an_empty_fleet_has_a_plain_line() -> None:
    assert proportion_line(NONE, 12).plain == "━" * 12


def test_more_states_than_cells_do_no_harm() -> None:
    assert proportion_line(dict.fromkeys(Health, 5), 3).cell_len == 3
