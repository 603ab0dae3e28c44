"""Gaps in the readings of hosts as the outages that they most likely were."""

from collections.abc import Callable, Mapping, Sequence

from alerts.evaluation.reachability import Reachability
from alerts.rules.applied_rule import AppliedRule
from storage.alerting.alert_change import AlertChange
from storage.host_status import HostStatus
from storage.reason import HostState, Reason

BEAT_MS = 5_000
"""Between two looks."""
_SHORTEST_MS = 20_000
_TURNS = 4
"""So many missed readings make a gap, as with a session that is given up."""


class Gaps:
    """Of some hosts. Nothing is missed of one before its first reading."""

    def __init__(self, reachability: Reachability, interval_s: Mapping[int, float]) -> None:
        """Takes what judges outages, and how often each host is read."""
        self._reachability = reachability
        self._turn_ms = {host_id: round(seconds * 1000) for host_id, seconds in interval_s.items()}
        self._read_at: dict[int, int] = {}
        self._away: set[int] = set()

    def read(self, host_id: int, ts: int) -> None:
        """A reading came."""
        self._read_at[host_id] = max(ts, self._read_at.get(host_id, 0))
        if host_id in self._away:
            self._away.discard(host_id)
            self._reachability.take(HostStatus(host_id, HostState.UP, None, "", ts, None))

    def forget(self, host_id: int) -> None:
        """It is not known when this host was read."""
        if host_id in self._away:
            self.read(host_id, self._read_at[host_id])
        self._read_at.pop(host_id, None)

    def look(self, now: int, rules_of: Callable[[int], Sequence[AppliedRule]]) -> list[AlertChange]:
        """What has come of it by now, UTC milliseconds."""
        for host_id, read_at in self._read_at.items():
            turn_ms = self._turn_ms[host_id]
            if host_id not in self._away and now - read_at > max(_SHORTEST_MS, _TURNS * turn_ms):
                self._away.add(host_id)
                lost = HostStatus(host_id, HostState.UNREACHABLE, Reason.LOST, "", read_at + turn_ms, None)
                self._reachability.take(lost)
        return self._reachability.look(now, rules_of)
