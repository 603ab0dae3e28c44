"""Buckets of hosts: those that are stored, and for the rest what finer tiers and readings give.

Readings are missing from the stored buckets of their time when they are in `head`, or in a chunk that was not rolled up
since it was sealed; these are rolled up on the fly. A stored bucket wins over one computed from fewer readings than it
was rolled up from. Where a tier has no chunk at all, because it is not kept or was not kept then, the next finer one
is rolled up, down to readings.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from sqlalchemy import Connection, bindparam, select

from storage.catalogue import CATALOGUE, Kind
from storage.formulas import stored_sources
from storage.reading.asked import Asked
from storage.reading.buckets import NO_BUCKETS, Buckets, preferring, rolled_up, strung
from storage.reading.choice import Chooser
from storage.reading.extents import Extent, Extents, common, inside, united, widened, without
from storage.reading.head_rows import read_head
from storage.reading.plain_query import PlainQuery
from storage.reading.readings import Readings, put_together
from storage.reading.sealed_rows import read_sealed
from storage.reading.shown import Shown, show, takes_rates
from storage.reading.tier_rows import read_tier
from storage.schema import chunks
from storage.scrape import Cadence
from storage.tier import BLOCK_MS, BUCKET_MS, SEAL_MS, Tier, extent_end, longest_ms

_UNROLLED = PlainQuery(
    select(chunks.c.host_id, chunks.c.start_ts, chunks.c.last_ts).where(
        ~chunks.c.rolled,
        chunks.c.host_id.in_(bindparam("host_ids", expanding=True)),
        chunks.c.cadence == bindparam("cadence"),
        chunks.c.start_ts > bindparam("opened_after"),
        chunks.c.start_ts < bindparam("until"),
    )
)


class Wanted(NamedTuple):
    """What is read of every host.

    Attributes:
        metrics: names, all of one cadence; either only counters or none. Counters are not rolled up when readings are
            sealed, so all there is of them comes from readings.
        cadence: theirs.
        max_gap_s: the longest span over which a rate is taken.
    """

    metrics: frozenset[str]
    cadence: Cadence
    max_gap_s: float

    @property
    def is_rolled(self) -> bool:
        """Whether the tiers have it."""
        return not any(CATALOGUE[name].kind is Kind.COUNTER for name in self.metrics)

    @property
    def lead_ms(self) -> int:
        """How far before a reading the one lies that its rate comes from, at the most."""
        return int(self.max_gap_s * 1000) if takes_rates(self.metrics) else 0

    @property
    def sources(self) -> frozenset[str]:
        """The stored metrics behind it."""
        return frozenset[str]().union(*map(stored_sources, self.metrics))


def read_buckets(
    connection: Connection, wanted: Wanted, host_ids: Sequence[int], tier: Tier, span: Extent
) -> dict[int, Buckets]:
    """The buckets of each host that overlap a span, whole.

    Raises:
        DatabaseCorruptError: a reading does not fit its layout, or a chunk that is needed is damaged.
    """
    return _TierReader(connection, wanted, host_ids, tier, widened(span, BUCKET_MS[tier])).read()


class _TierReader:
    """Reads one tier over one span, for some hosts."""

    def __init__(
        self, connection: Connection, wanted: Wanted, host_ids: Sequence[int], tier: Tier, span: Extent
    ) -> None:
        self._connection = connection
        self._wanted = wanted
        self._host_ids = host_ids
        self._tier = tier
        self._span = span
        self._sources = Chooser(connection, wanted.sources)

    def read(self) -> dict[int, Buckets]:
        led = Extent(self._span.since - self._wanted.lead_ms, self._span.until)
        head = read_head(self._connection, self._sources, self._asked(self._host_ids, led))
        pending = self._pending(head)
        stored, left = self._stored(pending)
        needed = {host_id: united((*left[host_id], *pending.get(host_id, ()))) for host_id in self._host_ids}
        fresh = self._fresh(head, needed)
        return {host_id: self._combined(host_id, stored, fresh.get(host_id, [])) for host_id in self._host_ids}

    def _asked(self, host_ids: Sequence[int], extent: Extent) -> Asked:
        return Asked(host_ids, self._wanted.cadence, *extent)

    def _pending(self, head: Sequence[Readings]) -> dict[int, Extents]:
        """By host the windows whose readings are not, or not all, in the stored buckets."""
        cadence = self._wanted.cadence
        length = SEAL_MS[cadence]
        since, until = self._span
        bounds = {"cadence": int(cadence), "opened_after": since - longest_ms(Tier.RAW, cadence), "until": until}
        windows: dict[int, set[Extent]] = defaultdict(set)
        for host_id, start_ts, last_ts in _UNROLLED.run(self._connection, self._host_ids, bounds).fetchall():
            windows[host_id].add(Extent(start_ts, extent_end(start_ts, last_ts, Tier.RAW, cadence)))
        for part in head:
            for run in part.hosts():
                starts = np.unique(part.ts[run] // length * length).tolist()
                windows[int(part.host_id[run.start])] |= {Extent(start, start + length) for start in starts}
        return {host_id: common(united(each), (self._span,)) for host_id, each in windows.items()}

    def _stored(self, pending: Mapping[int, Extents]) -> tuple[dict[Tier, dict[int, Buckets]], dict[int, Extents]]:
        """Stored buckets by tier and host, and what no tier has of each host."""
        left: dict[int, Extents] = dict.fromkeys(self._host_ids, (self._span,))
        stored: dict[Tier, dict[int, Buckets]] = {}
        if not self._wanted.is_rolled:
            return stored, left
        chooser = Chooser(self._connection, self._wanted.metrics)
        for tier in range(self._tier, Tier.RAW, -1):
            level = Tier(tier)
            parts: dict[int, list[Buckets]] = defaultdict(list)
            covered: dict[int, list[Extent]] = defaultdict(list)
            for extent, host_ids in _by_extent(left).items():
                for part in read_tier(self._connection, chooser, self._asked(host_ids, extent), level):
                    covered[part.host_id] += part.extents
                    parts[part.host_id].append(part.buckets.within((extent,)))
            stored[level] = {host_id: strung(each) for host_id, each in parts.items()}
            for host_id, extents in covered.items():
                again: Extents = ()
                if BUCKET_MS[level] > BLOCK_MS:
                    # Such a bucket grows block by block, so a stored one may lack what is still to be rolled up.
                    again = united(widened(each, BUCKET_MS[level]) for each in pending.get(host_id, ()))
                left[host_id] = common(left[host_id], united((*without(left[host_id], united(extents)), *again)))
        return stored, left

    def _fresh(self, head: Sequence[Readings], needed: Mapping[int, Extents]) -> dict[int, list[Shown]]:
        """What the readings in some extents show, by host."""
        lead_ms = self._wanted.lead_ms
        led = {
            host_id: united(Extent(since - lead_ms, until) for since, until in extents)
            for host_id, extents in needed.items()
        }
        sealed = [
            readings
            for extent, host_ids in _by_extent(led).items()
            for readings in read_sealed(self._connection, self._sources, self._asked(host_ids, extent))
        ]
        found: dict[int, list[Shown]] = defaultdict(list)
        for readings in put_together(sealed, head):
            shown = show(readings, self._wanted.metrics, self._wanted.max_gap_s)
            for run in readings.hosts():
                host_id = int(readings.host_id[run.start])
                mine = shown.where(run)
                found[host_id].append(mine.where(inside(mine.ts, needed[host_id])))
        return found

    def _combined(self, host_id: int, stored: Mapping[Tier, Mapping[int, Buckets]], fresh: Sequence[Shown]) -> Buckets:
        buckets = rolled_up(fresh, BUCKET_MS[Tier.M1])
        for tier in range(Tier.M1, self._tier + 1):
            length = BUCKET_MS[Tier(tier)]
            if tier > Tier.M1 and not buckets.is_empty:
                buckets = buckets.coarser(length)
            own = stored.get(Tier(tier), {}).get(host_id, NO_BUCKETS)
            buckets = preferring(own, buckets, fuller=length > BLOCK_MS)
        return buckets


def _by_extent(extents: Mapping[int, Extents]) -> dict[Extent, list[int]]:
    """Hosts by what is to be read of them: one query for those of a fleet that are alike."""
    found: dict[Extent, list[int]] = defaultdict(list)
    for host_id, each in extents.items():
        for extent in each:
            found[extent].append(host_id)
    return found
