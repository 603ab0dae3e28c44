"""Which other pollers live, told by their heartbeats alone; nobody's clock is compared with another's."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from storage.leases.share import Life

SILENT_S = 8.0
"""A heartbeat comes every 2.5 s: three may be late. With the looks every 2 s, a dead poller's hosts are read again
within 15 s."""
RETURN_S = 5.0
"""For so long a poller that has ended may be on its way back, as at a restart, and keeps its hosts."""
LONGEST_LOOK_S = 5.0
"""After a longer pause between two looks the database was away, or we were: nobody can be blamed for having been
silent."""


@dataclass(frozen=True, slots=True)
class Sign:
    """What a poller's row says at one look.

    Attributes:
        poller_id: whose.
        heartbeat_at: its value alone matters, not the time that it says.
        has_stopped: it has ended in good order.
    """

    poller_id: str
    heartbeat_at: int
    has_stopped: bool


@dataclass(frozen=True, slots=True)
class _Seen:
    sign: Sign
    silent_s: float
    has_beaten: bool


class Liveness:
    """Remembers what was seen. For one thread."""

    def __init__(self) -> None:
        self._seen: dict[str, _Seen] = {}
        self._looked_at: float | None = None

    def look(self, signs: Iterable[Sign], monotonic_s: float) -> dict[str, Life]:
        """Takes note of what the rows say now, and tells of each poller whether it lives.

        Args:
            signs: of all other pollers.
            monotonic_s: when they were read, on a clock of ours that is never set.
        """
        passed_s = 0.0 if self._looked_at is None else monotonic_s - self._looked_at
        self._looked_at = monotonic_s
        was_away = passed_s > LONGEST_LOOK_S
        self._seen = {sign.poller_id: self._after(sign, passed_s, was_away=was_away) for sign in signs}
        return {poller_id: _life(seen) for poller_id, seen in self._seen.items()}

    def _after(self, sign: Sign, passed_s: float, *, was_away: bool) -> _Seen:
        before = self._seen.get(sign.poller_id)
        if before is None:
            return _Seen(sign, 0.0, has_beaten=False)
        if before.sign != sign:
            return _Seen(sign, 0.0, has_beaten=not sign.has_stopped)
        return replace(before, silent_s=0.0 if was_away else before.silent_s + passed_s)


def _life(seen: _Seen) -> Life:
    if seen.silent_s >= (RETURN_S if seen.sign.has_stopped else SILENT_S):
        return Life.GONE
    return Life.ALIVE if seen.has_beaten else Life.UNKNOWN
