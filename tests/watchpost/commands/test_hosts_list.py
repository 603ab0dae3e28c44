from pathlib import Path

from storage.database import Database
from storage.host import NewHost
from storage.host_states import HostStatus, write_host_states
from storage.hosts import add_host
from storage.leases.lease_rows import acquire
from storage.pollers import register_poller
from storage.quantities import ABSENT
from storage.reason import HostState, Reason
from storage.utc import now_ms
from tests.command_line import CommandLine
from tests.recorded import cpu, record, visit


def test_no_host_yet_says_what_to_type(cli: CommandLine, database: Database) -> None:
    told = cli("hosts", "list", "--db", database.url)
    assert (told.status, told.out) == (0, "")
    assert "watchpost hosts add" in told.err
    assert cli("hosts", "list", "--db", database.url, "--json").json == {"hosts": []}


def test_each_host_has_its_state_reason_and_last_reading(cli: CommandLine, database: Database) -> None:
    now = now_ms()
    with database.writing() as connection:
        up = add_host(connection, NewHost(name="web", address="192.0.2.1", username="root", port=2222), now)
        down = add_host(connection, NewHost(name="db", address="2001:db8::1"), now)
        add_host(connection, NewHost(name="off", address="x", enabled=False), now)
        add_host(connection, NewHost(name="new", address="y"), now)
        states = [
            HostStatus(up.id, HostState.UP, None, "", now - 60_000, {"release": "6.1"}),
            HostStatus(down.id, HostState.BLOCKED, Reason.HOST_KEY_CHANGED, "was \x1b[31mother", now - 60_000, None),
        ]
        write_host_states(connection, states)
        register_poller(connection, poller_id="p", machine="here", pid=1, version="0", now_ms=now)
    record(database, visit(up.id, now - 1000, cpu(user=1.0, idle=9.0)))
    told = cli("hosts", "list", "--db", database.url)
    assert told.status == 0
    assert told.err == ""
    assert "\x1b" not in told.out
    lines = {line.split()[0]: line for line in told.out.splitlines()}
    assert "root@192.0.2.1:2222" in lines["web"]
    assert " up " in lines["web"]
    assert "host key changed" in lines["db"]
    assert "disabled" in lines["off"]
    assert "pending" in lines["new"]
    assert "never" in lines["new"]

    hosts = {host["name"]: host for host in cli("hosts", "list", "--db", database.url, "--json").json["hosts"]}
    assert hosts["db"]["reason"] == "host_key_changed"
    assert hosts["web"]["state"] == "up"
    assert hosts["web"]["last_reading"].endswith("Z")
    assert hosts["web"]["inventory"] == {"release": "6.1"}
    assert hosts["new"]["since"] is None


def test_without_a_poller_a_note_says_that_states_are_old(cli: CommandLine, database: Database) -> None:
    with database.writing() as connection:
        add_host(connection, NewHost(name="web", address="192.0.2.1"), 0)
    told = cli("hosts", "list", "--db", database.url)
    assert "No poller is running" in told.err
    assert "No poller" not in told.out


def test_times_are_shown_in_the_zone_that_was_chosen(cli: CommandLine, database: Database) -> None:
    with database.writing() as connection:
        host = add_host(connection, NewHost(name="web", address="192.0.2.1"), 0)
        write_host_states(connection, [HostStatus(host.id, HostState.UP, None, "", 1_700_000_000_000, None)])
    Path(".env").write_text("WATCHPOST_TIME_ZONE=Asia/Seoul\n")
    assert "2023-11-15 07:13:20" in cli("hosts", "list", "--db", database.url).out


def test_where_several_pollers_share_the_hosts_each_has_its_pollers_name(
    cli: CommandLine, postgresql_database: Database
) -> None:
    url, now = postgresql_database.url, now_ms()
    with postgresql_database.writing() as connection:
        hosts = [add_host(connection, NewHost(name=name, address="192.0.2.1"), 0).id for name in ("web", "db")]
        for name, host_id in zip(("berlin", "paris"), hosts, strict=True):
            register_poller(connection, poller_id=name, name=name, machine="m", pid=1, version="0", now_ms=now)
            acquire(connection, name, [host_id])
        add_host(connection, NewHost(name="new", address="192.0.2.1"), 0)
    lines = {line.split()[0]: line.split()[-1] for line in cli("hosts", "list", "--db", url).out.splitlines()}
    assert lines == {"NAME": "POLLER", "db": "paris", "new": ABSENT, "web": "berlin"}
    listed = cli("hosts", "list", "--db", url, "--json").json["hosts"]
    assert {host["name"]: host["poller"] for host in listed} == {"db": "paris", "new": None, "web": "berlin"}


def test_one_poller_alone_is_not_worth_a_column(cli: CommandLine, postgresql_database: Database) -> None:
    with postgresql_database.writing() as connection:
        host = add_host(connection, NewHost(name="web", address="192.0.2.1"), 0)
        register_poller(connection, poller_id="a", name="a", machine="m", pid=1, version="0", now_ms=now_ms())
        acquire(connection, "a", [host.id])
    assert "POLLER" not in cli("hosts", "list", "--db", postgresql_database.url).out
