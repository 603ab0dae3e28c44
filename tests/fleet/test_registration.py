"""What registering the hosts of a source comes to."""

from collections.abc import Collection
from typing import Any

import pytest

from fleet.host_sources.ansible_ini import read_ansible_ini
from fleet.host_sources.candidate import Candidate, Place, SourceReading, Unusable
from fleet.host_sources.known_hosts_names import read_known_hosts
from fleet.registration import Defaults, Plan, Verdict, Why, apply_plan, only_named, plan_registration
from storage.database import Database
from storage.errors import AlreadyExistsError, NotFoundError
from storage.host import NewHost, Transport
from storage.hosts import add_host, list_hosts


def host(name: str, address: str = "", **said: object) -> Candidate:
    return Candidate(where="line 7", said={"name": name, "address": address or name, **said})


def planned(
    *candidates: Candidate,
    there: tuple[NewHost, ...] = (),
    defaults: Defaults | None = None,
    credentials: Collection[str] = (),
) -> Plan:
    return plan_registration(SourceReading(candidates), there, defaults=defaults, credentials=credentials)


def verdicts(plan: Plan) -> list[tuple[Verdict, Why | None]]:
    return [(row.verdict, row.why) for row in plan.rows]


ADD = (Verdict.ADD, None)


def test_what_is_new_is_added_as_the_source_says() -> None:
    (row,) = planned(host("web", "10.0.0.1", port=23, tags=("a",))).rows
    assert (row.verdict, row.where, row.reason) == (Verdict.ADD, "line 7", "")
    assert row.host == NewHost(name="web", address="10.0.0.1", port=23, tags=("a",))


@pytest.mark.parametrize(
    ("candidate", "why"),
    [
        (host("web", "10.0.0.1"), "It is registered already."),
        (host("web", "10.0.0.1", port=22), "It is registered already."),
        (host("web", "10.0.0.1", username="root"), "It is registered already."),
        (host("other", "10.0.0.1"), "It is registered already, as “web”."),
        (host("other", "10.0.0.1", port=22, username="kim"), "It is registered already, as “web”."),
        (host("shop", "SHOP.Example."), "It is registered already, as “store”."),
        (host("any", "shop.example", username="kim"), "It is registered already, as “store”."),
    ],
)
def test_what_is_there_already_is_skipped_with_the_name_that_it_has(candidate: Candidate, why: str) -> None:
    there = (NewHost(name="web", address="10.0.0.1", username="kim"), NewHost(name="store", address="shop.example"))
    (row,) = planned(candidate, there=there).rows
    assert (row.verdict, row.why, row.reason) == (Verdict.SKIP, Why.REGISTERED, why)


@pytest.mark.parametrize(
    "candidate", [host("b", "10.0.0.1", port=23), host("b", "10.0.0.1", username="root"), host("b", "10.0.0.2")]
)
def test_another_port_user_or_address_is_another_host(candidate: Candidate) -> None:
    there = (NewHost(name="a", address="10.0.0.1", username="kim"),)
    assert verdicts(planned(candidate, there=there)) == [ADD]


def test_a_name_that_another_host_has_is_refused_with_where_that_is() -> None:
    (row,) = planned(host("web", "10.0.0.9"), there=(NewHost(name="web", address="10.0.0.1", port=23),)).rows
    assert (row.verdict, row.why) == (Verdict.REFUSE, Why.NAME_TAKEN)
    assert row.reason == "There is a host of that name at 10.0.0.1:23."


def test_what_stands_twice_in_a_source_is_added_once() -> None:
    plan = planned(host("web", "10.0.0.1"), host("web", "10.0.0.1"), host("w2", "10.0.0.1"), host("web", "10.0.0.2"))
    assert verdicts(plan) == [
        ADD,
        (Verdict.SKIP, Why.REPEATED),
        (Verdict.SKIP, Why.REPEATED),
        (Verdict.REFUSE, Why.NAME_TAKEN),
    ]
    assert "“web”" in plan.rows[2].reason


def test_other_names_of_a_host_count_as_the_same_place() -> None:
    web = Candidate(where="", said={"name": "web", "address": "web"}, also=(Place("10.0.0.1"),))
    assert verdicts(planned(web, host("10.0.0.1"))) == [ADD, (Verdict.SKIP, Why.REPEATED)]
    assert verdicts(planned(web, there=(NewHost(name="old", address="10.0.0.1"),))) == [(Verdict.SKIP, Why.REGISTERED)]


def test_this_machine_is_there_once_under_whatever_name() -> None:
    here, again = (Candidate(where="", said={"name": name, "transport": Transport.LOCAL}) for name in ("here", "again"))
    plan = planned(here, again, defaults=Defaults(username="kim", credential="x", identity_file="/k", group="G"))
    assert verdicts(plan) == [ADD, (Verdict.SKIP, Why.REPEATED)]
    assert plan.rows[0].host == NewHost(name="here", transport=Transport.LOCAL, group="G")


def test_defaults_fill_what_the_source_leaves_open_and_tags_come_on_top() -> None:
    defaults = Defaults(group="New", tags=("b", "c"), username="kim", credential="office", identity_file="/k")
    plan = planned(
        host("web"),
        host("db", group="Own", tags=("a", "b"), username="root", identity_file="/own"),
        defaults=defaults,
        credentials={"office"},
    )
    web, db = (row.host for row in plan.rows)
    assert web is not None
    assert db is not None
    assert (web.group, web.tags, web.username, web.credential, web.identity_file) == (
        "New",
        ("b", "c"),
        "kim",
        "office",
        "/k",
    )
    assert (db.group, db.tags, db.username, db.identity_file) == ("Own", ("a", "b", "c"), "root", "/own")


@pytest.mark.parametrize(
    "said",
    [
        {"name": "-oProxyCommand=x"},
        {"name": "a\x1b[2Jb"},
        {"name": ""},
        {"address": "a b"},
        {"port": 99_999},
        {"group": "a,b"},
        {"tags": tuple(map(str, range(30)))},
        {"interval_s": 0.0},
    ],
)
def test_what_can_be_no_host_is_refused_in_the_words_of_the_rules(said: dict[str, Any]) -> None:
    (row,) = planned(host(**{"name": "web", "address": "web", **said})).rows
    assert (row.verdict, row.why, row.host) == (Verdict.REFUSE, Why.UNUSABLE, None)
    assert row.reason.endswith(".")
    assert (row.name + row.reason).isprintable()


def test_entries_that_the_reader_refused_stay_in_the_report() -> None:
    reading = SourceReading([], [Unusable(where="line 3", name="x", why="Why.")], ["A note."])
    plan = plan_registration(reading, [])
    assert [(row.verdict, row.where, row.name, row.reason) for row in plan.rows] == [
        (Verdict.REFUSE, "line 3", "x", "Why.")
    ]
    assert plan.notes == ("A note.",)


def test_a_credential_that_is_not_stored_is_refused() -> None:
    plan = planned(host("web", credential="office"), host("db", credential="home"), credentials={"home"})
    assert verdicts(plan) == [(Verdict.REFUSE, Why.NO_CREDENTIAL), ADD]


def test_a_host_with_the_key_of_another_one_is_skipped_unless_it_is_asked_for_alone() -> None:
    reading = read_known_hosts("web ssh-ed25519 AAAA\nclone ssh-ed25519 AAAA\n")
    assert verdicts(plan_registration(reading, [])) == [ADD, (Verdict.SKIP, Why.SAME_KEY)]
    alone = only_named(reading, ["clone"])
    assert verdicts(plan_registration(alone, [])) == [ADD]


def test_only_those_of_a_pattern_are_looked_at() -> None:
    reading = SourceReading([host("web1"), host("WEB2"), host("db")], [Unusable(where="", name="web3", why="x")])
    chosen = only_named(reading, ["web*", "nothing"])
    assert [candidate.name for candidate in chosen.candidates] == ["web1", "WEB2"]
    assert [entry.name for entry in chosen.unusable] == ["web3"]
    assert only_named(reading, []) == reading


INVENTORY = """
one ansible_host=10.0.0.1
two ansible_host=10.0.0.1 ansible_port=23
twin ansible_host=10.0.0.1
here ansible_connection=local
bad ansible_connection=docker
"""


def test_done_twice_it_adds_nothing_the_second_time(database: Database) -> None:
    reading = SourceReading(
        [
            *read_ansible_ini(INVENTORY).candidates,
            Candidate(where="", said={"name": "alias", "address": "alias"}, also=(Place("10.0.0.5"),)),
            host("10.0.0.5"),
            *read_known_hosts("k1,10.0.0.6 t AAAA\n10.0.0.6 t BBBB\nk2 t AAAA\n").candidates,
        ]
    )
    with database.writing() as connection:
        added = apply_plan(connection, plan_registration(reading, []), 1_000)
    assert [new.name for new in added] == ["one", "two", "here", "alias", "k1"]
    with database.reading() as connection:
        there = list_hosts(connection)
    again = plan_registration(reading, there)
    assert again.of(Verdict.ADD) == []
    assert len(again.of(Verdict.REFUSE)) == 0


@pytest.mark.parametrize("last", [host("taken"), host("z", credential="gone")])
def test_when_one_cannot_be_added_none_is(database: Database, last: Candidate) -> None:
    plan = planned(host("first"), last, credentials={"gone"})
    with database.writing() as connection:
        add_host(connection, NewHost(name="taken", address="elsewhere"), 0)
    with pytest.raises((AlreadyExistsError, NotFoundError)), database.writing() as connection:
        apply_plan(connection, plan, 1_000)
    with database.reading() as connection:
        assert [there.name for there in list_hosts(connection)] == ["taken"]
