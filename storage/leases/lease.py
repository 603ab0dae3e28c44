"""For how long a poller read, or reads, a host; together the leases of a host part its time without gaps."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple


class Lease(NamedTuple):
    """One lease. Times are UTC milliseconds of the database server's clock.

    Attributes:
        host_id: of which host.
        since_at: from when on what was read is the holder's to write.
        until_at: until when; None for as long as the lease is open.
    """

    host_id: int
    since_at: int
    until_at: int | None

    def covers(self, ts: int) -> bool:
        """Whether something that was read then is the holder's to write."""
        return self.since_at <= ts and (self.until_at is None or ts < self.until_at)


class Holdings:
    """All leases of one poller, and what they let it write."""

    def __init__(self, leases: Iterable[Lease] = ()) -> None:
        self._by_host: dict[int, list[Lease]] = {}
        self._first_end: int | None = None
        for lease in leases:
            self._by_host.setdefault(lease.host_id, []).append(lease)
            if lease.until_at is not None and (self._first_end is None or lease.until_at < self._first_end):
                self._first_end = lease.until_at
        # Whoever has held a host without a break need not look at times: a clock that is set back costs nothing then.
        self._free = {host_id for host_id, own in self._by_host.items() if _is_unbroken(own)}

    @property
    def first_end(self) -> int | None:
        """When the first of them ended; None where all are open."""
        return self._first_end

    @property
    def held(self) -> frozenset[int]:
        """Hosts of which the lease is open."""
        return frozenset(
            host_id for host_id, own in self._by_host.items() if any(lease.until_at is None for lease in own)
        )

    def allows_all(self, host_ids: Iterable[int]) -> bool:
        """Whether all of these hosts have been held without a break."""
        return self._free.issuperset(host_ids)

    def unknown(self, host_ids: Iterable[int]) -> list[int]:
        """Those of these hosts of which there is no lease."""
        return [host_id for host_id in host_ids if host_id not in self._by_host]

    def allows(self, host_id: int, ts: int) -> bool:
        """Whether what was read of a host then is the poller's to write; `ts` on the server's clock."""
        return host_id in self._free or any(lease.covers(ts) for lease in self._by_host.get(host_id, ()))

    def without_ended(self, before: int) -> "Holdings":
        """Those that are open or ended later: nothing waits any longer that was read under the others."""
        return Holdings(
            lease
            for own in self._by_host.values()
            for lease in own
            if lease.until_at is None or lease.until_at >= before
        )


def _is_unbroken(own: Sequence[Lease]) -> bool:
    return len(own) == 1 and own[0].until_at is None
