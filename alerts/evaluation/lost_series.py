"""Series that are looked for, and that a host's layout no longer has: known on, as it is for them that one looks."""

from collections.abc import Iterator
from typing import NamedTuple

from alerts.evaluation.group import Source

LIMIT = 64
"""Of one host; a hostile one invents new ones for ever."""


class Lost(NamedTuple):
    """A series that a host no longer has: of which signal, which one, and when it was seen last."""

    number: int
    text: str
    labels: tuple[tuple[str, str], ...]
    seen_at: int


class LostSeries:
    """Those of all hosts."""

    def __init__(self) -> None:
        # By host, then by signal and series.
        self._by_host: dict[int, dict[tuple[int, str], Lost]] = {}

    def __iter__(self) -> Iterator[tuple[int, Lost]]:
        """Each with its host."""
        return ((host_id, lost) for host_id, its in self._by_host.items() for lost in its.values())

    def note(self, source: Source) -> None:
        """Takes note of what a source had, as its layout is about to change."""
        program, group = source.program, source.group
        if program is None or group is None or group.absences is None:
            return
        lost = self._by_host.setdefault(source.host_id, {})
        first = program.shape.windows
        for cell, seen_at in enumerate(group.absences.seen(source.row), first):
            if seen_at and program.is_meant[cell] and len(lost) < LIMIT:
                number, text = program.shape.cells[cell].number, program.texts[cell]
                lost[number, text] = Lost(number, text, program.keys[cell].labels, seen_at)

    def take_back(self, source: Source) -> None:
        """What is in the source's new layout is not lost; when it was seen last is remembered there."""
        program, group, lost = source.program, source.group, self._by_host.get(source.host_id)
        if not lost or program is None or group is None or group.absences is None:
            return
        for key in [key for key in lost if key in program.places]:
            group.absences.remember(source.row, program.places[key] - program.shape.windows, lost.pop(key).seen_at)

    def forget(self, host_id: int) -> None:
        """The host is no longer looked at."""
        self._by_host.pop(host_id, None)
