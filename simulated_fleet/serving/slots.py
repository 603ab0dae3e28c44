"""Who or what is due when, by slots of 62.5 ms. Pure."""

from heapq import heappop, heappush
from typing import Generic, TypeVar

SLOT_S = 0.0625
"""A power of two: no rounding ever puts the end of a slot before or behind itself."""

Member = TypeVar("Member")


class Slots(Generic[Member]):
    """A calendar. What is put in is taken out once, when the slot in which its time lies has ended."""

    def __init__(self) -> None:
        self._members: dict[int, list[Member]] = {}
        self._order: list[int] = []

    def put(self, member: Member, due_s: float) -> None:
        """Notes when something is due."""
        slot = int(due_s // SLOT_S)
        members = self._members.get(slot)
        if members is None:
            self._members[slot] = [member]
            heappush(self._order, slot)
        else:
            members.append(member)

    def are_due(self, now_s: float) -> bool:
        """Whether there is something whose slot has ended."""
        return bool(self._order) and slot_end_s(self._order[0] * SLOT_S) <= now_s

    def take(self, until_s: float) -> list[Member]:
        """All whose slots end until then, in order."""
        found: list[Member] = []
        while self.are_due(until_s):
            found += self._members.pop(heappop(self._order))
        return found


def slot_end_s(time_s: float) -> float:
    """When the slot ends in which a time lies."""
    return (time_s // SLOT_S + 1) * SLOT_S
