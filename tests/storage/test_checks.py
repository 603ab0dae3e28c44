"""Checks that are kept, and whom they are for."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import Connection

from storage.check import Check, CheckKind
from storage.checks import (
    CHECKS_LIMIT,
    EVERY_HOST,
    PlacedCheck,
    Scope,
    add_check,
    checks_by_host,
    checks_mark,
    checks_of,
    list_checks,
    remove_check,
    scope_text,
)
from storage.database import Database
from storage.errors import AlreadyExistsError, InvalidInputError, NotFoundError
from storage.host import Host, NewHost
from storage.hosts import add_host, edit_host, remove_host, restore_host

NOW = 1_790_000_000_000
SSH = Check("ssh", CheckKind.UNIT, "ssh.service")
WEB = Check("web", CheckKind.HTTP, "http://127.0.0.1/")


@pytest.fixture
def connection(database: Database) -> Iterator[Connection]:
    with database.writing() as opened:
        add_host(opened, NewHost(name="db1", address="db1", group="Postgres"), NOW)
        add_host(opened, NewHost(name="db2", address="db2"), NOW)
        yield opened


def host(name: str = "db1", group: str | None = "Postgres", host_id: int = 1) -> Host:
    return Host(id=host_id, name=name, address=name, revision=1, group=group)


def test_what_was_added_is_listed_by_name_with_whom_it_is_for(connection: Connection) -> None:
    added = [
        add_check(connection, WEB, EVERY_HOST, NOW),
        add_check(connection, replace(SSH, target="ssh"), Scope(host="db1"), NOW),
        add_check(connection, WEB, Scope(group="Postgres"), NOW),
    ]
    assert added[1] == PlacedCheck(SSH, Scope(host="db1"), 1)
    assert list_checks(connection) == [added[1], added[0], added[2]]
    assert [scope_text(each.scope) for each in added] == ["every host", "the host “db1”", "the group “Postgres”"]


def test_a_name_is_taken_only_for_the_same_hosts(connection: Connection) -> None:
    for scope in (EVERY_HOST, Scope(host="db1"), Scope(host="db2"), Scope(group="Postgres")):
        add_check(connection, SSH, scope, NOW)
        with pytest.raises(AlreadyExistsError):
            add_check(connection, replace(WEB, name="ssh"), scope, NOW)


def test_what_cannot_be_asked_is_not_kept(connection: Connection) -> None:
    for check, scope in (
        (replace(WEB, target="ftp://x/"), EVERY_HOST),
        (WEB, Scope(host="db1", group="Postgres")),
        (WEB, Scope(group="a,b")),
    ):
        with pytest.raises(InvalidInputError):
            add_check(connection, check, scope, NOW)
    with pytest.raises(NotFoundError):
        add_check(connection, WEB, Scope(host="db3"), NOW)
    assert list_checks(connection) == []


def test_there_may_be_as_many_as_the_probe_asks(connection: Connection) -> None:
    for number in range(CHECKS_LIMIT):
        add_check(connection, replace(SSH, name=f"c{number}"), EVERY_HOST, NOW)
    with pytest.raises(InvalidInputError, match="256"):
        add_check(connection, WEB, EVERY_HOST, NOW)


def test_a_removed_check_is_gone_for_these_hosts_only(connection: Connection) -> None:
    add_check(connection, SSH, EVERY_HOST, NOW)
    kept = add_check(connection, SSH, Scope(host="db1"), NOW)
    assert remove_check(connection, "ssh", EVERY_HOST) == PlacedCheck(SSH, EVERY_HOST)
    assert list_checks(connection) == [kept]
    with pytest.raises(NotFoundError, match="every host"):
        remove_check(connection, "ssh", EVERY_HOST)
    with pytest.raises(NotFoundError) as missing:
        remove_check(connection, "shh", Scope(host="db1"))
    assert "“ssh”" in missing.value.hint


def test_the_checks_of_a_removed_host_come_back_with_it_and_follow_its_name(connection: Connection) -> None:
    add_check(connection, SSH, Scope(host="db1"), NOW)
    remove_host(connection, "db1", NOW)
    assert list_checks(connection) == []
    restore_host(connection, "db1")
    edit_host(connection, "db1", {"name": "db9"})
    assert [placed.scope for placed in list_checks(connection)] == [Scope(host="db9")]


def test_every_change_shows_in_the_mark(connection: Connection) -> None:
    marks = [checks_mark(connection)]
    for turn in (1, 2):
        add_check(connection, SSH, EVERY_HOST, NOW + 1000 * turn)
        marks.append(checks_mark(connection))
        add_check(connection, WEB, EVERY_HOST, NOW + 1000 * turn)
        marks.append(checks_mark(connection))
        remove_check(connection, "ssh", EVERY_HOST)
        marks.append(checks_mark(connection))
        remove_check(connection, "web", EVERY_HOST)
    assert len(set(marks)) == len(marks)


def test_the_most_specific_check_of_a_name_counts() -> None:
    everyones = [PlacedCheck(SSH, EVERY_HOST), PlacedCheck(WEB, EVERY_HOST)]
    of_group = [PlacedCheck(replace(WEB, target="http://group/"), Scope(group="Postgres"))]
    own = [PlacedCheck(replace(WEB, target="http://own/"), Scope(host="db1"), 1)]
    for placed, asked in (
        (everyones, ["ssh.service", "http://127.0.0.1/"]),
        (everyones + of_group, ["ssh.service", "http://group/"]),
        (own + everyones + of_group, ["ssh.service", "http://own/"]),
        (of_group, ["http://group/"]),
    ):
        assert [check.target for check in checks_of(host(), placed)] == asked
    others = checks_by_host([host("db2", None, 2), host("db3", "Web", 3)], own + everyones + of_group)
    assert others == {2: (SSH, WEB), 3: (SSH, WEB)}


def test_a_host_is_never_asked_more_than_the_probe_takes_and_its_own_checks_come_first() -> None:
    common = [PlacedCheck(replace(SSH, name=f"a{number:03}"), EVERY_HOST) for number in range(CHECKS_LIMIT)]
    asked = checks_of(host(), [*common, PlacedCheck(WEB, Scope(host="db1"), 1)])
    assert len(asked) == CHECKS_LIMIT
    assert WEB in asked
