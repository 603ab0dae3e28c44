"""What the database asks of the poller."""

from poller.wanted import read_wanted
from storage.check import Check, CheckKind
from storage.checks import EVERY_HOST, Scope, add_check, remove_check
from storage.database import Database
from storage.host import NewHost
from storage.hosts import add_host, edit_host
from storage.settings import write_setting

SSH = Check("ssh", CheckKind.UNIT, "ssh.service")


def test_what_has_not_changed_is_not_read_again(database: Database) -> None:
    with database.writing() as connection:
        add_host(connection, NewHost(name="a", address="a"), 1)
        add_check(connection, SSH, EVERY_HOST, 1)
    first = read_wanted(database)
    again = read_wanted(database, first)
    assert again == first
    assert again.hosts is first.hosts
    assert again.checks is first.checks


def test_a_change_of_checks_of_groups_or_of_their_interval_is_seen(database: Database) -> None:
    with database.writing() as connection:
        host_id = add_host(connection, NewHost(name="a", address="a"), 1).id
        add_check(connection, SSH, Scope(group="Web"), 1)
    seen = read_wanted(database)
    assert (seen.checks, seen.checks_interval_s) == ({host_id: ()}, 30.0)
    with database.writing() as connection:
        edit_host(connection, "a", {"group": "Web"})
    seen = read_wanted(database, seen)
    assert seen.checks == {host_id: (SSH,)}
    with database.writing() as connection:
        remove_check(connection, "ssh", Scope(group="Web"))
        write_setting(connection, "checks_interval_s", 60)
    seen = read_wanted(database, seen)
    assert (seen.checks, seen.checks_interval_s) == ({host_id: ()}, 60.0)
