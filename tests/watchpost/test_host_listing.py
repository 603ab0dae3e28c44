from storage.database import Database
from storage.host import Host, NewHost
from storage.host_states import HostStatus, write_host_states
from storage.hosts import add_host
from storage.reason import HostState, Reason
from tests.recorded import cpu, record, visit
from watchpost.host_listing import LOOK_BACK_MS, ListedHost, listed_as_json, read_listing

NOW = 1_700_000_000_000
WEB = Host(name="web", address="192.0.2.7", id=1, revision=1)


def test_hosts_come_by_name_with_state_and_last_reading(database: Database) -> None:
    with database.writing() as connection:
        web = add_host(connection, NewHost(name="web", address="x"), 0)
        old = add_host(connection, NewHost(name="old", address="y"), 0)
        write_host_states(connection, [HostStatus(web.id, HostState.UP, None, "", NOW, None)])
    record(database, visit(web.id, NOW - 2000, cpu(user=1.0)), visit(old.id, NOW - LOOK_BACK_MS - 1, cpu(user=1.0)))
    with database.reading() as connection:
        listing = read_listing(connection, NOW)
    assert [(each.host.name, each.state, each.last_reading_at) for each in listing] == [
        ("old", "pending", None),
        ("web", "up", NOW - 2000),
    ]


def test_a_host_for_scripts_has_codes_and_times_in_utc() -> None:
    status = HostStatus(1, HostState.BLOCKED, Reason.AUTH, "no", NOW, {"release": "6.1"})
    said = listed_as_json(ListedHost(WEB, status, NOW))
    assert (said["state"], said["reason"], said["detail"]) == ("blocked", "auth", "no")
    assert said["since"] == said["last_reading"] == "2023-11-14T22:13:20.000Z"
    assert said["inventory"] == {"release": "6.1"}


def test_a_host_that_was_never_tried_has_no_times() -> None:
    said = listed_as_json(ListedHost(WEB, None, None))
    assert (said["state"], said["reason"], said["since"], said["last_reading"]) == ("pending", None, None, None)
