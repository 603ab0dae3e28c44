"""Holdings summed up: by kind of data, and by host. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from storage.care.holding import Holding, Part


@dataclass(frozen=True, slots=True)
class Total:
    """Holdings together. Times are UTC milliseconds.

    Attributes:
        rows: readings, buckets or process tables.
        samples: values in them.
        stored_bytes: what they take, indexes and gaps not counted.
        first_ts: of the oldest.
        last_ts: of the newest.
    """

    rows: int
    samples: int
    stored_bytes: int
    first_ts: int
    last_ts: int

    @property
    def bytes_per_sample(self) -> float | None:
        """What a value takes; None where values are not counted."""
        return self.stored_bytes / self.samples if self.samples else None


def by_part(holdings: Iterable[Holding]) -> dict[Part, Total]:
    """Totals of each kind of data that there is, in the order of `Part`."""
    order = {part: place for place, part in enumerate(Part)}
    ordered = sorted(holdings, key=lambda holding: order[holding.part])
    return {part: total(found) for part, found in groupby(ordered, lambda holding: holding.part)}


def by_host(holdings: Iterable[Holding]) -> dict[int, Total]:
    """Totals of each host, the largest first."""
    ordered = sorted(holdings, key=lambda holding: holding.host_id)
    totals = {host_id: total(found) for host_id, found in groupby(ordered, lambda holding: holding.host_id)}
    return dict(sorted(totals.items(), key=lambda item: (-item[1].stored_bytes, item[0])))


def total(holdings: Iterable[Holding]) -> Total:
    """All of them together; there has to be one."""
    found = list(holdings)
    return Total(
        rows=sum(holding.rows for holding in found),
        samples=sum(holding.samples for holding in found),
        stored_bytes=sum(holding.stored_bytes for holding in found),
        first_ts=min(holding.first_ts for holding in found),
        last_ts=max(holding.last_ts for holding in found),
    )
