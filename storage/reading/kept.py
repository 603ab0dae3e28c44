"""Which interval suits a range: by the room there is, and by what is still kept of it."""

from collections.abc import Sequence
from itertools import accumulate
from typing import Any

from sqlalchemy import Connection, ScalarSelect, bindparam, func, select

from storage.reading.plain_query import PlainQuery
from storage.rollup import TIER_OF, Interval, pick_tier
from storage.schema import chunks, head, hosts
from storage.scrape import Cadence
from storage.tier import BUCKET_MS, Tier

_EMPTY_SHARE = 0.02
"""Of a range: this much may be empty on its left before a coarser interval is taken for it."""


def _oldest(tier: Tier) -> ScalarSelect[Any]:
    first = (
        select(chunks.c.first_ts)
        .where(chunks.c.host_id == hosts.c.id, chunks.c.cadence == bindparam("cadence"), chunks.c.tier == int(tier))
        .order_by(chunks.c.start_ts)
        .limit(1)
    )
    return first.correlate(hosts).scalar_subquery()


_HEAD = select(func.min(head.c.ts)).where(head.c.host_id == hosts.c.id, head.c.cadence == bindparam("cadence"))
_REACH = PlainQuery(
    select(_HEAD.correlate(hosts).scalar_subquery(), *map(_oldest, Tier)).where(
        hosts.c.id.in_(bindparam("host_ids", expanding=True))
    )
)


def choose_interval(
    connection: Connection, host_ids: Sequence[int], cadence: Cadence, span: tuple[int, int], width: int
) -> Interval:
    """What AUTO stands for: the finest interval that gives at most `width` points and reaches back far enough.

    Args:
        connection: to read from.
        host_ids: whose readings are asked for.
        cadence: of the metric.
        span: from when up to before when, UTC milliseconds.
        width: about how many points a series may have at most.
    """
    start, end = span
    fitting = pick_tier((end - start) / 1000, width)
    latest = start + int((end - start) * _EMPTY_SHARE)
    finest = TIER_OF[fitting]
    for in_head, raw, *rolled in _REACH.run(connection, host_ids, {"cadence": int(cadence)}).fetchall():
        oldest = [_older(in_head, raw), *rolled]
        finest = max(finest, finest_that_reaches(oldest, finest, latest))
    return next(interval for interval, tier in TIER_OF.items() if tier is finest)


def finest_that_reaches(oldest: Sequence[int | None], finest: Tier, start: int) -> Tier:
    """The finest tier, from one on, that lacks nothing which a coarser one has of the time from `start` on.

    Args:
        oldest: when the first reading or bucket of each tier is, None where it has none.
        finest: the first that may be taken.
        start: UTC milliseconds.
    """
    # What a tier lacks is rolled up from the finer ones.
    reaches = list(accumulate(oldest, _older))
    for tier in Tier:
        if tier >= finest and not any(
            _lacks(reaches[tier], oldest[coarser], coarser, start) for coarser in Tier if coarser > tier
        ):
            return tier
    return Tier.D1


def _lacks(reach: int | None, older: int | None, coarser: Tier, start: int) -> bool:
    if older is None:
        return False
    # The first bucket of the coarser tier may begin before the first reading in it.
    return reach is None or (reach > start and older + BUCKET_MS[coarser] <= reach)


def _older(first: int | None, second: int | None) -> int | None:
    return min((at for at in (first, second) if at is not None), default=None)
