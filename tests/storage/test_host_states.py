from dataclasses import replace

from storage.database import Database
from storage.host_states import HostStatus, read_host_states, write_host_states
from storage.hosts import remove_host
from storage.reason import HostState, Reason


def status(host_id: int, **changes: object) -> HostStatus:
    return replace(HostStatus(host_id, HostState.UP, None, "", 1_000, {"hostname": "db1"}), **changes)  # type: ignore[arg-type]


def test_a_state_comes_back_as_it_was(database: Database, host_id: int) -> None:
    down = HostStatus(host_id, HostState.UNREACHABLE, Reason.REFUSED, "port 22", 5_000, {"cpu_count": 4})
    with database.writing() as connection:
        write_host_states(connection, [down])
    with database.reading() as connection:
        assert read_host_states(connection) == {host_id: down}


def test_the_later_state_takes_the_place_of_the_earlier(database: Database, host_id: int) -> None:
    with database.writing() as connection:
        write_host_states(connection, [status(host_id)])
        later = status(host_id, state=HostState.BLOCKED, reason=Reason.AUTH, since_at=2_000)
        write_host_states(connection, [later])
        assert read_host_states(connection) == {host_id: later}


def test_what_is_known_of_a_host_stays_when_it_goes_down(database: Database, host_id: int) -> None:
    with database.writing() as connection:
        write_host_states(connection, [status(host_id)])
        write_host_states(connection, [status(host_id, state=HostState.UNREACHABLE, inventory=None)])
        assert read_host_states(connection)[host_id].inventory == {"hostname": "db1"}


def test_a_host_that_said_nothing_yet_has_no_inventory(database: Database, host_id: int) -> None:
    with database.writing() as connection:
        write_host_states(connection, [status(host_id, inventory=None)])
        assert read_host_states(connection)[host_id].inventory is None


def test_a_removed_host_has_no_state(database: Database, host_id: int) -> None:
    with database.writing() as connection:
        write_host_states(connection, [status(host_id)])
        remove_host(connection, "db1", 2_000)
        assert read_host_states(connection) == {}


def test_no_changes_are_no_work(database: Database) -> None:
    with database.writing() as connection:
        write_host_states(connection, [])
        assert read_host_states(connection) == {}
