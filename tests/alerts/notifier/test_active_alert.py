"""Conditions on alerts."""

import pytest

from alerts.notifier.active_alert import alert_matches
from alerts.rules.matchers import Matcher, Operator
from tests.alerts.notifier.made_alert import made

SEOUL = Matcher("tag", Operator.EQUAL, "Seoul")
NOT_SEOUL = Matcher("tag", Operator.NOT_EQUAL, "Seoul")


def test_all_conditions_have_to_hold() -> None:
    alert = made(host="web-1", mount="/srv")
    host, mount = Matcher("host", Operator.MATCHES, "web-.*"), Matcher("mount", Operator.EQUAL, "/")
    assert alert_matches([host], alert)
    assert not alert_matches([host, mount], alert)
    assert alert_matches([], alert)


def test_a_label_that_is_not_there_counts_as_empty() -> None:
    assert alert_matches([Matcher("mount", Operator.EQUAL, "")], made())


@pytest.mark.parametrize(
    ("tags", "has", "has_not"), [(("Seoul", "db"), True, False), (("Busan", "db"), False, True), ((), False, True)]
)
def test_one_of_several_tags_is_enough_and_not_means_none(tags: tuple[str, ...], has: bool, has_not: bool) -> None:
    assert alert_matches([SEOUL], made(tags=tags)) is has
    assert alert_matches([NOT_SEOUL], made(tags=tags)) is has_not
    assert alert_matches([Matcher("tag", Operator.MATCHES_NOT, "Seo.*")], made(tags=tags)) is has_not


def test_an_expression_has_to_fit_from_beginning_to_end() -> None:
    assert not alert_matches([Matcher("host", Operator.MATCHES, "web")], made(host="web-1"))
