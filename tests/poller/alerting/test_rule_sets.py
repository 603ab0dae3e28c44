"""What holds on hosts, as one object for as long as the same holds."""

from dataclasses import replace

from alerts.rules.document import rule_body
from alerts.rules.rule import Level, NewRule, Scope
from alerts.rules.rulebook import Rulebook, rulebook_of
from alerts.rules.signal import Signal
from poller.alerting.rule_sets import RuleSets
from storage.alerting.rule_rows import RuleRow
from storage.host import Host

EVERYWHERE = NewRule(name="load", signal=Signal(metric="load1"), warning=Level(5.0))
OF_THE_DATABASES = replace(EVERYWHERE, name="databases", scope=Scope(groups=("db",)))
HOSTS = [Host(id=number, revision=1, name=f"h{number}", group="db" if number > 2 else None) for number in range(1, 5)]


def book(*rules: tuple[int, NewRule]) -> Rulebook:
    """As it is read anew each time: every object another one."""
    return rulebook_of(
        [
            RuleRow(
                id=number,
                name=rule.name,
                enabled=True,
                source="",
                body=rule_body(rule),
                revision=revision,
                created_at=0,
                updated_at=0,
            )
            for number, (revision, rule) in enumerate(rules, 1)
        ],
        [],
    )


def test_hosts_on_which_the_same_holds_have_the_same_object() -> None:
    found = RuleSets().applied(book((1, EVERYWHERE), (1, OF_THE_DATABASES)), HOSTS)
    assert [len(found[host.id]) for host in HOSTS] == [1, 1, 2, 2]
    assert found[1] is found[2]
    assert found[3] is found[4]


def test_only_where_something_else_holds_there_is_another_object() -> None:
    sets = RuleSets()
    first = sets.applied(book((1, EVERYWHERE), (1, OF_THE_DATABASES)), HOSTS)
    edited = replace(OF_THE_DATABASES, warning=Level(6.0))
    second = sets.applied(book((1, EVERYWHERE), (2, edited)), HOSTS)
    assert second[1] is first[1]
    assert second[3] is not first[3]
    assert {applied.rule.name: applied.warning for applied in second[3]} == {
        "load": Level(5.0),
        "databases": Level(6.0),
    }
    third = sets.applied(book((1, EVERYWHERE), (2, edited)), [HOSTS[3], HOSTS[1]])
    assert third == {4: second[4], 2: second[2]}
    assert third[4] is second[4]
