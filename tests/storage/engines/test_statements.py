from sqlalchemy import func, select

from storage.database import Database
from storage.engines.statements import insert_many, insert_new, read_number, upsert
from storage.host_states import HostStatus, read_host_states, write_host_states
from storage.reason import HostState
from storage.schema import head, host_keys, settings

HEAD = ("host_id", "cadence", "ts", "session_at", "layout_id", "vector")


def test_rows_that_are_there_already_are_left_out_and_not_counted(database: Database) -> None:
    with database.writing() as connection:
        assert insert_many(connection, head, HEAD, [(1, 0, 1_000, 7, 3, b"a"), (1, 0, 2_000, 7, 3, b"b")]) == 2
        assert insert_many(connection, head, HEAD, [(1, 0, 2_000, 7, 3, b"x"), (1, 0, 3_000, 7, 3, b"\0c")]) == 1
        assert insert_many(connection, head, HEAD, []) == 0
        rows = connection.execute(select(head.c.ts, head.c.vector).order_by(head.c.ts)).all()
    assert rows == [(1_000, b"a"), (2_000, b"b"), (3_000, b"\0c")]


def test_the_same_row_twice_in_one_go_is_written_once(database: Database) -> None:
    with database.writing() as connection:
        assert insert_many(connection, head, HEAD, [(1, 0, 1_000, 7, 3, b"a")] * 3) == 1


def test_the_largest_numbers_of_a_column_fit(database: Database) -> None:
    row = (2**63 - 1, 2**15 - 1, 2**63 - 1, -(2**63), 2**63 - 1, b"")
    with database.writing() as connection:
        assert insert_many(connection, head, HEAD, [row, (1, 0, 1, 1, 1, b"")]) == 2
        assert connection.execute(select(*[head.c[name] for name in HEAD]).order_by(head.c.ts.desc())).first() == row


def test_an_insert_of_what_is_there_already_changes_nothing(database: Database) -> None:
    key = {"address": "a", "port": 22, "algorithm": "x", "public_key": "x y", "fingerprint": "f", "source": "person"}
    with database.writing() as connection:
        for trusted_at in (1, 2):
            connection.execute(insert_new(connection, host_keys).values(**key, trusted_at=trusted_at))
        assert connection.execute(select(host_keys.c.trusted_at)).scalars().all() == [1]


def test_an_upsert_replaces_the_row_with_the_same_key(database: Database) -> None:
    with database.writing() as connection:
        for value in (1, 2):
            connection.execute(upsert(connection, settings, keys=("name",)), {"name": "a", "value": value})
        assert connection.execute(select(settings.c.value)).scalars().all() == [2]


def test_an_upsert_may_keep_something_of_the_old_row(database: Database, host_id: int) -> None:
    known = HostStatus(host_id, HostState.UP, None, "", 1_000, {"os": "Linux"})
    unknown = HostStatus(host_id, HostState.CONNECTING, None, "", 2_000, None)
    with database.writing() as connection:
        write_host_states(connection, [known])
        write_host_states(connection, [unknown])
        (found,) = read_host_states(connection).values()
    assert (found.since_at, found.inventory) == (2_000, {"os": "Linux"})


def test_the_number_of_nothing_is_zero(database: Database) -> None:
    with database.reading() as connection:
        assert read_number(connection, "SELECT max(revision) FROM hosts") == 0
        assert read_number(connection, "SELECT revision FROM hosts") == 0
        assert connection.execute(select(func.count()).select_from(settings)).scalar_one() == 0
