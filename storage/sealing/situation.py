"""What is set and which hosts there are, at one moment: what decides about sealing and forgetting."""

from collections.abc import Mapping
from dataclasses import dataclass

from storage.retentions import Retention, Retentions
from storage.rhythm import Rhythm
from storage.scrape import Cadence
from storage.sealing.due import Keeper
from storage.sealing.removed_hosts import RESTORABLE_MS


@dataclass(frozen=True, slots=True)
class Situation:
    """Attributes: the time in UTC milliseconds, settings, and all hosts by id, removed ones as well."""

    now_ms: int
    retentions: Retentions
    rhythm: Rhythm
    hosts: Mapping[int, Keeper]

    def retention(self, host_id: int) -> Retention:
        """That of a host."""
        return self.retentions.of(self.hosts[host_id].group)

    def gap_s(self, host_id: int, cadence: Cadence) -> float:
        """The longest span that gives a rate."""
        return self.rhythm.gap_s(cadence, self.hosts[host_id].interval_s)

    def silent_before(self, host_id: int) -> int:
        """The newest readings of a host stay in `head` until they are older than this."""
        return self.now_ms - int(self.retention(host_id).raw_s * 1000)

    def is_gone(self, host_id: int) -> bool:
        """Whether a host was removed so long ago that it cannot be brought back."""
        removed_at = self.hosts[host_id].removed_at
        return removed_at is not None and removed_at < self.now_ms - RESTORABLE_MS
