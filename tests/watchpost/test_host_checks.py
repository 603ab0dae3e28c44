import pytest

from storage.database import Database
from storage.host import NewHost
from storage.host_states import HostStatus, write_host_states
from storage.hosts import add_host
from storage.pollers import register_poller
from storage.reason import HostState, Reason
from watchpost.health_checks import Check, Verdict
from watchpost.host_checks import SHOWN, check_hosts, what_to_type


def add(database: Database, count: int, state: HostState, reason: Reason | None, *, enabled: bool = True) -> None:
    with database.writing() as connection:
        for number in range(count):
            host = add_host(connection, NewHost(name=f"{state.value}{number:02}", address="x", enabled=enabled), 0)
            write_host_states(connection, [HostStatus(host.id, state, reason, "", 0, None)])


def checked(database: Database) -> list[Check]:
    with database.reading() as connection:
        return check_hosts(connection, 1_000)


def test_hosts_that_are_up_are_one_good_line(database: Database) -> None:
    add(database, 3, HostState.UP, None)
    (check,) = checked(database)
    assert (check.verdict, check.message) == (Verdict.OK, "3 registered, none is blocked or unreachable")


def test_unreachable_hosts_count_only_while_a_poller_says_so(database: Database) -> None:
    add(database, 1, HostState.UNREACHABLE, Reason.TIMEOUT)
    assert checked(database)[0].verdict is Verdict.OK
    with database.writing() as connection:
        register_poller(connection, poller_id="p", machine="here", pid=7, version="0", now_ms=1_000)
    (check,) = checked(database)
    assert check.message == "unreachable: no answer in time"


def test_blocked_hosts_count_always_and_disabled_ones_never(database: Database) -> None:
    add(database, 1, HostState.BLOCKED, Reason.AUTH)
    add(database, 1, HostState.UNREACHABLE, Reason.AUTH, enabled=False)
    (check,) = checked(database)
    assert check.name == "host blocked00"


def test_a_long_list_is_cut_and_says_so(database: Database) -> None:
    add(database, SHOWN + 5, HostState.BLOCKED, Reason.HOST_KEY_UNKNOWN)
    checks = checked(database)
    assert len(checks) == SHOWN + 1
    assert checks[-1].message == "5 more like these."


@pytest.mark.parametrize("reason", [*Reason, None])
def test_there_is_something_to_type_for_every_reason(reason: Reason | None) -> None:
    typed = what_to_type("my web", reason)
    assert typed.startswith(("watchpost hosts test 'my web'", "watchpost hosts trust 'my web'"))
