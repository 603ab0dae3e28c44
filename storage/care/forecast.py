"""How large a database will become, from how fast it grows and how long things are kept. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import chain

from storage.care.holding import Holding, Part
from storage.retentions import Retention, Retentions
from storage.scrape import Cadence
from storage.tier import SEAL_MS, Tier, longest_ms

_HOUR_MS = 3_600_000
_DAY_H = 24.0
_TIERS = {Part.RAW: Tier.RAW, Part.M1: Tier.M1, Part.M5: Tier.M5, Part.H1: Tier.H1, Part.D1: Tier.D1}
_FAMILIES = ((Part.HEAD, *_TIERS), (Part.SNAPSHOTS, Part.PROCESSES, Part.PROCESSES_1M))
"""What becomes of readings, and of process tables."""

SEALED_SHARE = 0.08
"""Bytes of a raw chunk by bytes of the vectors in it, where no chunk has been written yet."""
ROLLED_SHARE = {Part.M1: 0.36, Part.M5: 0.065, Part.H1: 0.0056, Part.D1: 0.0017}
"""Bytes of a tier by those of the raw chunks of the same time, where it has none yet."""
PROCESSES_SHARE = 0.1
"""Bytes of sealed process tables by those of single ones."""
THINNED_SHARE = 0.33
"""Bytes of process tables, one a minute, by those of all of them."""
USUAL_OVERHEAD = 1.25
"""Bytes on disk by bytes stored, while there is too little to measure it on: indexes, pages that are not full."""
_MEASURABLE = 8 * 2**20
_OVERHEADS = (1.0, 2.0)


@dataclass(frozen=True, slots=True)
class Flow:
    """One kind of data of one host.

    Attributes:
        bytes_per_hour: what is added to it.
        held_h: of how many hours there is some already.
        kept_h: for how many it will be kept.
        stored_bytes: what it takes now.
    """

    bytes_per_hour: float
    held_h: float
    kept_h: float
    stored_bytes: int

    def stored_after(self, hours: float) -> float:
        """Bytes of it by then. What is kept for less time than there is of it shrinks."""
        if not self.bytes_per_hour:
            return float(self.stored_bytes) if self.kept_h else 0.0
        return max(0.0, self.stored_bytes + self.bytes_per_hour * (min(self.kept_h, self.held_h + hours) - self.held_h))


@dataclass(frozen=True, slots=True)
class Forecast:
    """Bytes on disk, at today's hosts, rhythm and retention.

    Attributes:
        in_30_days: in thirty days.
        full: when every kind of data is there for as long as it is kept.
        full_in_days: when that will be; 0 when it is so already.
        cap: the size cap; None for none. The sizes above are never over it.
        capped: whether the cap and not the retention will decide what is kept.
    """

    in_30_days: int
    full: int
    full_in_days: int
    cap: int | None
    capped: bool


def forecast(
    holdings: Iterable[Holding], groups: Mapping[int, str | None], kept: Retentions, *, used_bytes: int, now_ms: int
) -> Forecast:
    """What the database will take.

    Args:
        holdings: what is stored.
        groups: of each host that is polled; data of others only get older.
        kept: how long what is kept.
        used_bytes: what the database takes on disk now, gaps not counted.
        now_ms: UTC milliseconds.
    """
    flows = flows_of(list(holdings), groups, kept, now_ms=now_ms)
    stored = sum(flow.stored_bytes for flow in flows)
    overhead = _overhead(used_bytes, stored)
    besides = max(0.0, used_bytes - stored * overhead)
    wait_h = max((flow.kept_h - flow.held_h for flow in flows if flow.bytes_per_hour), default=0.0)

    def size_after(hours: float) -> int:
        return round(besides + overhead * sum(flow.stored_after(hours) for flow in flows))

    month, full = size_after(30 * _DAY_H), size_after(max(0.0, wait_h))
    cap = kept.size_cap_bytes
    limit = max(month, full) if cap is None else cap
    return Forecast(
        min(month, limit), min(full, limit), max(0, round(wait_h / _DAY_H)), cap, cap is not None and full > cap
    )


def flows_of(holdings: list[Holding], groups: Mapping[int, str | None], kept: Retentions, *, now_ms: int) -> list[Flow]:
    """What grows how fast: as measured, and where a kind of data has only just begun, as is usual."""
    measured = {(holding.host_id, holding.cadence, holding.part): holding for holding in holdings}
    flows = []
    for host_id, cadence in sorted({key[:2] for key in measured}):
        polled = host_id in groups
        retention = kept.of(groups.get(host_id))
        parts = {part: measured.get((host_id, cadence, part)) for part in Part}
        rates = _rates(parts) if polled else {}
        there = [family for family in _FAMILIES if any(parts[part] for part in family)]
        flows += [
            _flow(parts[part], rates.get(part, 0.0), _kept_h(part, cadence, retention), now_ms)
            for part in chain.from_iterable(there)
        ]
    return flows


def _rates(parts: Mapping[Part, Holding | None]) -> dict[Part, float]:
    """Bytes an hour, by kind."""
    found = {part: holding.bytes_per_hour for part, holding in parts.items() if holding is not None}
    raw = found.get(Part.RAW) or found.get(Part.HEAD, 0.0) * SEALED_SHARE
    tables = found.get(Part.PROCESSES) or found.get(Part.SNAPSHOTS, 0.0) * PROCESSES_SHARE
    usual = {
        Part.HEAD: raw / SEALED_SHARE,
        Part.RAW: raw,
        **{part: raw * share for part, share in ROLLED_SHARE.items()},
        Part.SNAPSHOTS: tables / PROCESSES_SHARE,
        Part.PROCESSES: tables,
        Part.PROCESSES_1M: tables * THINNED_SHARE,
    }
    return {part: found.get(part) or rate for part, rate in usual.items()}


def _flow(holding: Holding | None, rate: float, kept_h: float, now_ms: int) -> Flow:
    if holding is None:
        return Flow(rate, 0.0, kept_h, 0)
    return Flow(rate, max(0, now_ms - holding.first_ts) / _HOUR_MS, kept_h, holding.stored_bytes)


def _kept_h(part: Part, cadence: int, retention: Retention) -> float:
    """Hours; what is dropped goes a chunk at a time, so half of one more is there on average."""
    if part in {Part.HEAD, Part.SNAPSHOTS}:
        window = SEAL_MS[Cadence(cadence)] if part is Part.HEAD else _HOUR_MS
        return 0.75 * window / _HOUR_MS
    if part is Part.PROCESSES:
        return _with_half(retention.processes_s, _HOUR_MS)
    if part is Part.PROCESSES_1M:
        return _with_half(max(0.0, retention.processes_1m_s - retention.processes_s), _HOUR_MS)
    tier = _TIERS[part]
    return _with_half(retention.seconds(tier), longest_ms(tier, Cadence(cadence)))


def _with_half(seconds: float, window: int) -> float:
    return (seconds * 1000 + window / 2) / _HOUR_MS if seconds > 0 else 0.0


def _overhead(used_bytes: int, stored: int) -> float:
    if stored < _MEASURABLE:
        return USUAL_OVERHEAD
    return min(max(used_bytes / stored, _OVERHEADS[0]), _OVERHEADS[1])
