"""What is stored of one host: how much of which kind of data."""

from dataclasses import dataclass
from enum import StrEnum

from storage.tier import Tier


class Part(StrEnum):
    """A kind of data, in the order in which it is listed."""

    HEAD = "head"
    """Readings that are not sealed yet."""
    RAW = "raw"
    M1 = "1m"
    M5 = "5m"
    H1 = "1h"
    D1 = "1d"
    SNAPSHOTS = "process head"
    """Process tables that are not sealed yet."""
    PROCESSES = "processes"
    PROCESSES_1M = "processes 1m"
    """Process tables, thinned to one a minute."""


PART_OF_TIER = {Tier.RAW: Part.RAW, Tier.M1: Part.M1, Tier.M5: Part.M5, Tier.H1: Part.H1, Tier.D1: Part.D1}


@dataclass(frozen=True, slots=True)
class Holding:
    """Data of one kind and cadence of one host. Times are UTC milliseconds.

    Attributes:
        host_id: whose.
        part: which kind.
        cadence: of the group of metrics; that of processes for process tables.
        rows: readings, buckets or process tables.
        samples: values in them; of `head` estimated, absent ones counted too; 0 for process tables.
        stored_bytes: of vectors and frames alone; of what is not sealed estimated.
        first_ts: of the oldest.
        last_ts: of the newest.
        recent_bytes: of those of about the last day, or of all where they are not sealed.
        recent_ms: the time that these are of.
    """

    host_id: int
    part: Part
    cadence: int
    rows: int
    samples: int
    stored_bytes: int
    first_ts: int
    last_ts: int
    recent_bytes: int
    recent_ms: int

    @property
    def bytes_per_hour(self) -> float:
        """How fast it grows; 0 where that cannot be told."""
        return self.recent_bytes / self.recent_ms * 3_600_000 if self.recent_ms > 0 else 0.0
