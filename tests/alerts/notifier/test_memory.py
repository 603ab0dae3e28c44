"""What the notifier remembers, as rows."""

from alerts.notifier.deduplication import Told
from alerts.notifier.flapping import Flapping
from alerts.notifier.grouping import GroupKey
from alerts.notifier.memory import Memory, memory_of, rows_of
from alerts.notifier.rate_limit import Allowance
from alerts.thresholds import Severity
from storage.alerting.notifier_memory_rows import MemoryRow

WHOLE = Memory(
    told={
        GroupKey("mail", (("group", "웹"),), escalated=True, one_cause=True): Told(
            at=5, firing={"b": Severity.CRITICAL, "a": Severity.WARNING}, flapping=frozenset({"a", "b"}), sent=(1, 5)
        )
    },
    allowances={"mail": Allowance(2.5, 7)},
    flapping={"a": Flapping((1, 2, 3), 3)},
)


def test_it_comes_back_as_it_was() -> None:
    assert memory_of(rows_of(WHOLE)) == WHOLE


def test_the_same_is_the_same_bytes_so_that_only_changes_are_written() -> None:
    assert rows_of(WHOLE) == rows_of(memory_of(rows_of(WHOLE)))


def test_what_cannot_be_read_is_forgotten_and_the_rest_is_not() -> None:
    broken = [MemoryRow("told", "x", b"\xc1"), MemoryRow("told", "y", b"\x90"), MemoryRow("later", "z", b"")]
    assert memory_of([*broken, *rows_of(WHOLE)]) == WHOLE
