from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, select

from storage.database import Database
from storage.errors import AlreadyExistsError, InvalidInputError, NotFoundError
from storage.host import Host, NewHost, Transport
from storage.hosts import (
    add_host,
    add_hosts,
    edit_host,
    find_host,
    hosts_revision,
    list_hosts,
    remove_host,
    restore_host,
)
from storage.schema import credentials, hosts

DB1 = NewHost(name="db1", address="db1.example")


@pytest.fixture
def connection(database: Database) -> Iterator[Connection]:
    with database.writing() as opened:
        yield opened


def names(connection: Connection) -> list[str]:
    return [host.name for host in list_hosts(connection)]


def test_an_added_host_comes_back_with_every_field(connection: Connection) -> None:
    connection.execute(credentials.insert().values(name="ops", kind="password", created_at=1, updated_at=1))
    new = NewHost(
        name="db1",
        address="10.0.0.1",
        port=2222,
        username="admin",
        identity_file="~/.ssh/id",
        credential="ops",
        interval_s=30.0,
        enabled=False,
    )
    added = add_host(connection, new, 1_000)
    assert find_host(connection, "db1") == added
    assert added == Host(
        id=added.id,
        revision=1,
        name="db1",
        address="10.0.0.1",
        port=2222,
        username="admin",
        identity_file="~/.ssh/id",
        credential="ops",
        interval_s=30.0,
        enabled=False,
    )


def test_hosts_are_listed_by_name(connection: Connection) -> None:
    for name in ("web", "db1", "mail"):
        add_host(connection, NewHost(name=name, address=name), 1_000)
    assert names(connection) == ["db1", "mail", "web"]


def test_a_name_that_is_taken_is_refused_in_whatever_form_it_is_typed(connection: Connection) -> None:
    add_host(connection, NewHost(name="b\u00fcro", address="x"), 1_000)
    with pytest.raises(AlreadyExistsError, match="büro"):
        add_host(connection, NewHost(name="bu\u0308ro", address="y"), 1_000)


def test_several_are_added_in_the_order_given_or_none_of_them(connection: Connection) -> None:
    added = add_hosts(connection, [NewHost(name="web", address="w"), NewHost(name="db", address="d")], 7)
    assert [host.name for host in added] == ["web", "db"]
    assert added[0].revision < added[1].revision == hosts_revision(connection)
    for twice in (
        [NewHost(name="x", address="x"), NewHost(name="db", address="d")],
        [NewHost(name="y", address="y")] * 2,
    ):
        with pytest.raises(AlreadyExistsError):
            add_hosts(connection, twice, 8)
    assert [host.name for host in list_hosts(connection)] == ["db", "web"]
    assert add_hosts(connection, [], 9) == []


def test_a_host_that_cannot_be_used_is_not_added(connection: Connection) -> None:
    with pytest.raises(InvalidInputError):
        add_host(connection, NewHost(name="-x", address="x"), 1_000)
    assert names(connection) == []


def test_an_unknown_credential_is_refused_with_the_one_that_was_meant(connection: Connection) -> None:
    connection.execute(credentials.insert().values(name="operators", kind="password", created_at=1, updated_at=1))
    with pytest.raises(NotFoundError, match="“operator”") as caught:
        add_host(connection, NewHost(name="db1", address="x", credential="operator"), 1_000)
    assert "“operators”" in caught.value.hint


def test_a_name_that_is_not_there_is_answered_with_similar_ones(connection: Connection) -> None:
    add_host(connection, DB1, 1_000)
    with pytest.raises(NotFoundError, match="“db2”") as caught:
        find_host(connection, "db2")
    assert "“db1”" in caught.value.hint
    with pytest.raises(NotFoundError) as caught:
        find_host(connection, "something else")
    assert caught.value.hint == ""


def test_a_rename_and_a_new_address_keep_the_id(connection: Connection) -> None:
    added = add_host(connection, DB1, 1_000)
    edited = edit_host(connection, "db1", {"name": "db9", "address": "10.0.0.9", "port": 22})
    assert (edited.id, edited.name, edited.address, edited.port) == (added.id, "db9", "10.0.0.9", 22)
    assert names(connection) == ["db9"]


def test_an_edit_leaves_what_it_does_not_name(connection: Connection) -> None:
    add_host(connection, NewHost(name="db1", address="x", username="admin", interval_s=30.0), 1_000)
    assert edit_host(connection, "db1", {"interval_s": None}).username == "admin"
    assert find_host(connection, "db1").interval_s is None


def test_an_ssh_host_can_become_the_local_one(connection: Connection) -> None:
    add_host(connection, DB1, 1_000)
    edited = edit_host(connection, "db1", {"transport": Transport.LOCAL, "address": ""})
    assert edited.transport is Transport.LOCAL


def test_an_edit_that_cannot_be_used_changes_nothing(connection: Connection) -> None:
    before = add_host(connection, DB1, 1_000)
    add_host(connection, NewHost(name="web", address="web"), 1_000)
    with pytest.raises(InvalidInputError):
        edit_host(connection, "db1", {"port": 0})
    with pytest.raises(InvalidInputError, match="colour"):
        edit_host(connection, "db1", {"colour": "red"})
    with pytest.raises(NotFoundError):
        edit_host(connection, "nobody", {"port": 22})
    with pytest.raises(NotFoundError):
        edit_host(connection, "db1", {"credential": "none such"})
    with pytest.raises(AlreadyExistsError, match="web"):
        edit_host(connection, "db1", {"name": "web"})
    assert find_host(connection, "db1") == before


def test_a_removed_host_is_off_the_list_and_its_name_is_free(connection: Connection) -> None:
    added = add_host(connection, DB1, 1_000)
    assert remove_host(connection, "db1", 2_000) == added
    assert names(connection) == []
    with pytest.raises(NotFoundError):
        remove_host(connection, "db1", 3_000)
    assert add_host(connection, DB1, 3_000).id != added.id


def test_the_host_that_was_removed_last_comes_back_with_its_id(connection: Connection) -> None:
    add_host(connection, DB1, 1_000)
    remove_host(connection, "db1", 2_000)
    second = add_host(connection, DB1, 3_000)
    remove_host(connection, "db1", 4_000)
    assert restore_host(connection, "db1").id == second.id
    assert names(connection) == ["db1"]


def test_a_host_cannot_come_back_under_a_name_that_is_taken(connection: Connection) -> None:
    add_host(connection, DB1, 1_000)
    remove_host(connection, "db1", 2_000)
    add_host(connection, DB1, 3_000)
    with pytest.raises(AlreadyExistsError):
        restore_host(connection, "db1")


def test_what_was_never_removed_cannot_come_back(connection: Connection) -> None:
    add_host(connection, NewHost(name="web1", address="x"), 1_000)
    remove_host(connection, "web1", 2_000)
    with pytest.raises(NotFoundError, match="no removed host “web2”") as caught:
        restore_host(connection, "web2")
    assert "web1" in caught.value.hint


def test_every_change_gives_a_revision_that_was_never_seen(connection: Connection) -> None:
    assert hosts_revision(connection) == 0
    seen = []
    add_host(connection, DB1, 1_000)
    seen.append(hosts_revision(connection))
    add_host(connection, NewHost(name="web", address="x"), 1_000)
    seen.append(hosts_revision(connection))
    edit_host(connection, "db1", {"enabled": False})
    seen.append(hosts_revision(connection))
    remove_host(connection, "web", 2_000)
    seen.append(hosts_revision(connection))
    restore_host(connection, "web")
    seen.append(hosts_revision(connection))
    assert seen == [1, 2, 3, 4, 5]
    assert {host.name: host.revision for host in list_hosts(connection)} == {"db1": 3, "web": 5}


def test_times_of_adding_and_removing_are_kept(connection: Connection) -> None:
    add_host(connection, DB1, 1_000)
    remove_host(connection, "db1", 2_000)
    assert connection.execute(select(hosts.c.created_at, hosts.c.removed_at)).one() == (1_000, 2_000)
