"""What is set and which hosts there are, at one moment: what decides about sealing and forgetting."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import Connection, select

from storage.retentions import Retention, Retentions, cutoff, read_retentions
from storage.rhythm import Rhythm, read_rhythm
from storage.schema import hosts
from storage.scrape import Cadence
from storage.sealing.removed_hosts import RESTORABLE_MS


class Keeper(NamedTuple):
    """A host as far as its data matter.

    Attributes:
        id: its id.
        group: its group, if any.
        interval_s: its own interval, if any.
        removed_at: when it was taken off the list, UTC milliseconds; None where it was not.
    """

    id: int
    group: str | None
    interval_s: float | None
    removed_at: int | None


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
        return cutoff(self.retention(host_id).raw_s, self.now_ms)

    def tables_silent_before(self, host_id: int) -> int:
        """The same for the newest process table."""
        return cutoff(self.retention(host_id).longest_processes_s, self.now_ms)

    def is_gone(self, host_id: int) -> bool:
        """Whether a host was removed so long ago that it cannot be brought back."""
        removed_at = self.hosts[host_id].removed_at
        return removed_at is not None and removed_at < self.now_ms - RESTORABLE_MS


def read_situation(connection: Connection, now_ms: int) -> Situation:
    """As it is now, UTC milliseconds."""
    query = select(hosts.c.id, hosts.c.group_name, hosts.c.interval_s, hosts.c.removed_at)
    found = {row.id: Keeper(*row) for row in connection.execute(query)}
    return Situation(now_ms, read_retentions(connection), read_rhythm(connection), found)
