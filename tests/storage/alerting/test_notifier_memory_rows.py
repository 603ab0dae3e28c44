"""What the notifier remembers, in the database."""

from storage.alerting.notifier_mark import notifier_mark
from storage.alerting.notifier_memory_rows import MemoryRow, read_memory, write_memory
from storage.alerting.silence_rows import add_silence
from storage.database import Database


def rows(database: Database) -> set[MemoryRow]:
    with database.reading() as connection:
        return set(read_memory(connection))


def test_rows_are_kept_replaced_and_forgotten_by_kind_and_key(database: Database) -> None:
    first, second, third = MemoryRow("told", "a", b"1"), MemoryRow("flapping", "a", b"2"), MemoryRow("told", "b", b"3")
    with database.writing() as connection:
        write_memory(connection, [first, second, third], (), 1)
    assert rows(database) == {first, second, third}
    changed = MemoryRow("told", "a", b"\xff")
    with database.writing() as connection:
        write_memory(connection, [changed], {("flapping", "a"), ("told", "none")}, 2)
    assert rows(database) == {changed, third}


def test_many_are_forgotten_at_once(database: Database) -> None:
    many = [MemoryRow("told", str(number), b"") for number in range(1500)]
    with database.writing() as connection:
        write_memory(connection, many, (), 1)
        write_memory(connection, (), {("told", row.key) for row in many[1:]}, 2)
    assert rows(database) == {many[0]}


def test_the_mark_differs_when_somebody_silences_something(database: Database) -> None:
    with database.writing() as connection:
        before = notifier_mark(connection)
        assert notifier_mark(connection) == before
        add_silence(connection, matchers=[], starts_at=1, ends_at=2, now_ms=1)
        assert notifier_mark(connection) != before
