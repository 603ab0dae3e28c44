"""How often a group of metrics is read, and so how far apart two readings may lie that still give a rate."""

from dataclasses import dataclass

from storage.connection import Connection
from storage.derive import longest_gap_s
from storage.scrape import Cadence
from storage.settings import read_setting


@dataclass(frozen=True, slots=True)
class Rhythm:
    """What is set for all hosts.

    Attributes:
        interval_s: seconds between two readings of a host that has no interval of its own.
        checks_interval_s: seconds between two answers to checks.
    """

    interval_s: float
    checks_interval_s: float

    def gap_s(self, cadence: Cadence, own_interval_s: float | None) -> float:
        """The longest span that gives a rate in a group, for a host with an interval of its own or None."""
        turn_s = own_interval_s or self.interval_s
        # The counters of the other slow groups are none.
        return longest_gap_s(max(turn_s, self.checks_interval_s) if cadence is Cadence.CHECKS else turn_s)


def read_rhythm(connection: Connection) -> Rhythm:
    """As the settings have it."""
    return Rhythm(read_setting(connection, "interval_s"), read_setting(connection, "checks_interval_s"))
