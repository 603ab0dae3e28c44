"""Which hosts labels mean."""

import pytest

from alerts.prometheus_rules.hosts_meant import scope_of
from alerts.prometheus_rules.refusal import Reason, UnmappedError
from alerts.rules.matchers import Matcher, Operator
from alerts.rules.rule import Scope

IS, IS_NOT, FITS, FITS_NOT = Operator.EQUAL, Operator.NOT_EQUAL, Operator.MATCHES, Operator.MATCHES_NOT


@pytest.mark.parametrize(
    ("matcher", "scope"),
    [
        (Matcher("instance", IS, "web1:9100"), Scope(hosts=("web1",))),
        (Matcher("instance", IS, "web1"), Scope(hosts=("web1",))),
        (Matcher("instance", IS, "10.0.0.1:9100"), Scope(hosts=("10.0.0.1",))),
        (Matcher("instance", IS, "[2001:db8::1]:9100"), Scope(hosts=("2001:db8::1",))),
        (Matcher("instance", IS, "2001:db8::1"), Scope(hosts=("2001:db8::1",))),
        (Matcher("instance", FITS, "web1|web2"), Scope(hosts=("web1", "web2"))),
        (Matcher("instance", FITS, "web1:9100|web2:9100"), Scope(hosts=("web1", "web2"))),
        (Matcher("instance", FITS, r"(web1|web2)(:\d+)?"), Scope(hosts=("web1", "web2"))),
        (Matcher("instance", FITS, r"(?:web1|web2):9100"), Scope(hosts=("web1", "web2"))),
        (Matcher("instance", FITS, "web1:.*"), Scope(hosts=("web1",))),
        (Matcher("instance", FITS, r"db\.example\.com:.+"), Scope(hosts=("db.example.com",))),
        (Matcher("instance", FITS, ".+"), Scope()),
        (Matcher("instance", IS_NOT, ""), Scope()),
        (Matcher("job", IS, "node"), Scope()),
        (Matcher("job", FITS, "node.*"), Scope()),
        (Matcher("job", IS, "postgres"), Scope(groups=("postgres",))),
        (Matcher("group", FITS, r"Postgres \(old\)|Web"), Scope(groups=("Postgres (old)", "Web"))),
        (Matcher("tag", IS, "Seoul"), Scope(tags=("Seoul",))),
    ],
    ids=str,
)
def test_names_are_understood(matcher: Matcher, scope: Scope) -> None:
    assert scope_of([matcher])[0] == scope


@pytest.mark.parametrize(
    "matcher",
    [
        Matcher("instance", FITS, "web.*"),
        Matcher("instance", FITS, "web[12]"),
        Matcher("instance", FITS, "web1|db.+"),
        Matcher("instance", FITS, r"web\d"),
        Matcher("instance", FITS, "(web|db)(1|2)"),
        Matcher("instance", IS_NOT, "web1"),
        Matcher("instance", FITS_NOT, "web1|web2"),
        Matcher("instance", IS, ""),
        Matcher("job", FITS, "db.+"),
        Matcher("tag", FITS, "a.b"),
    ],
    ids=str,
)
def test_a_pattern_is_refused(matcher: Matcher) -> None:
    with pytest.raises(UnmappedError) as raised:
        scope_of([matcher])
    assert raised.value.reason is Reason.NO_SUCH_SCOPE


def test_hosts_chosen_in_two_ways_at_once_are_refused() -> None:
    with pytest.raises(UnmappedError, match="two conditions"):
        scope_of([Matcher("instance", IS, "web1"), Matcher("job", IS, "postgres")])


def test_a_job_that_is_taken_for_a_group_is_told() -> None:
    assert scope_of([Matcher("job", IS, "postgres")])[1] == ("The job is taken for the group of that name: postgres.",)
