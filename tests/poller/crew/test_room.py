"""Too little room for all hosts."""

import pytest

from poller.assignment import Assignment
from poller.crew.room import split_by_room
from poller.probe_start.probe_options import ProbeOptions
from storage.host import Host

WANTED = [
    Assignment(Host(id=number, name=f"h{number}", address="h", revision=0), ProbeOptions()) for number in range(1, 6)
]


def ids(assignments: object) -> list[int]:
    return [assignment.host.id for assignment in assignments]  # type: ignore[attr-defined]


@pytest.mark.parametrize("room", [None, 5, 9])
def test_all_are_taken_where_there_is_room(room: int | None) -> None:
    fitting, left_out = split_by_room(WANTED, set(), room)
    assert (ids(fitting), ids(left_out)) == ([1, 2, 3, 4, 5], [])


def test_those_that_are_read_already_stay_and_the_newcomers_are_left_out() -> None:
    fitting, left_out = split_by_room(WANTED, {4, 5}, 3)
    assert (ids(fitting), ids(left_out)) == ([4, 5, 1], [2, 3])
