"""The bench of what evaluation costs measures what it says."""

from benchmarks.alerts import cost


def test_readings_are_held_against_thirty_rules_of_all_kinds() -> None:
    rules = cost.thirty_rules()
    assert len({applied.rule.id for applied in rules}) == cost.RULES
    assert any(applied.rule.signal.window_s for applied in rules)


def test_every_host_brings_a_reading_a_round() -> None:
    rounds = list(cost.readings(7, 3))
    assert [{scrape.host_id for scrape in scrapes} for scrapes in rounds] == [set(range(1, 8))] * 3


def test_the_figures_are_there() -> None:
    figures = {figure.name: figure.value for figure in cost.measure(quick=True)}
    assert figures.keys() == {"evaluation_us", "evaluation_own_levels_us", "alert_state_mb"}
    assert all(value > 0 for value in figures.values())
