"""Which hosts of a fleet are shown. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from fleet.fleet_totals import Standing
from fleet.order import group_of, is_found
from monitor_gui.fleet.host_row import HostRow


@dataclass(frozen=True, slots=True, kw_only=True)
class FleetFilter:
    """What a person has asked to see.

    Attributes:
        standing: only hosts that are like this; None for all.
        group: only hosts of this group; None for all, empty for those in none.
        words: only hosts that have each of these words in name, address, group, tags, state or note.
    """

    standing: Standing | None = None
    group: str | None = None
    words: str = ""

    @property
    def is_open(self) -> bool:
        """Whether every host passes."""
        return self.standing is None and self.group is None and not self.words.strip()

    def passed(self, rows: Iterable[HostRow]) -> list[HostRow]:
        """The rows that are shown, in the order given."""
        if self.is_open:
            return list(rows)
        words = self.words.casefold().split()
        return [row for row in rows if self._passes(row, words)]

    def _passes(self, row: HostRow, words: list[str]) -> bool:
        if self.standing is not None and row.standing is not self.standing:
            return False
        if self.group is not None and group_of(row.reading.host) != self.group:
            return False
        return not words or is_found(row.reading, words)
