"""The tiers in which measurements are kept, and the windows that one row of `chunks` spans.

Windows start at multiples of their length since 1970, in UTC: no daylight saving moves them.
"""

from enum import IntEnum

from storage.scrape import Cadence


class Tier(IntEnum):
    """How fine. Stored: never renumber."""

    RAW = 0
    M1 = 1
    M5 = 2
    H1 = 3
    D1 = 4


_MINUTE_MS = 60_000
_HOUR_MS = 3_600_000
_DAY_MS = 86_400_000

BUCKET_MS = {Tier.M1: _MINUTE_MS, Tier.M5: 5 * _MINUTE_MS, Tier.H1: _HOUR_MS, Tier.D1: _DAY_MS}
"""Length of a bucket; raw has none. Each is a multiple of the one before it."""

BLOCK_MS = 6 * _HOUR_MS
"""What is rolled up at once, when all of it has been sealed."""

SEAL_MS = {
    Cadence.FAST: _HOUR_MS // 4,
    Cadence.PROCESSES: 2 * _HOUR_MS,
    Cadence.SLOW: 6 * _HOUR_MS,
    Cadence.CHECKS: 3 * _HOUR_MS,
}
"""What is sealed at once, by cadence: some 200 to 700 readings at the usual rhythm. Each divides a block.

What is not sealed is dear to read. When a block is rolled up, its raw chunks become one.
"""

# Each block rewrites the chunks that it falls into, so those of the coarse tiers must not be long either.
_ROLLED_MS = {Tier.M1: BLOCK_MS, Tier.M5: _DAY_MS, Tier.H1: 8 * _DAY_MS, Tier.D1: 128 * _DAY_MS}


def window_ms(tier: Tier, cadence: Cadence) -> int:
    """How long the window of one chunk is."""
    return SEAL_MS[cadence] if tier is Tier.RAW else _ROLLED_MS[tier]


def window_start(ts: int, tier: Tier, cadence: Cadence) -> int:
    """Where the window that holds a moment starts."""
    return ts // window_ms(tier, cadence) * window_ms(tier, cadence)


def longest_ms(tier: Tier, cadence: Cadence) -> int:
    """The longest time that one chunk spans: of readings a block, see `storage.sealing.merging`."""
    return BLOCK_MS if tier is Tier.RAW else window_ms(tier, cadence)


def extent_end(start_ts: int, last_ts: int, tier: Tier, cadence: Cadence) -> int:
    """Where the time ends that a chunk stands for, always at the end of a window.

    Args:
        start_ts: of the chunk: where its first window starts.
        last_ts: of its last reading or bucket.
        tier: readings may be those of several windows in one chunk.
        cadence: of which group.
    """
    end = start_ts + window_ms(tier, cadence)
    return end if tier is not Tier.RAW else max(end, window_start(last_ts, tier, cadence) + window_ms(tier, cadence))
