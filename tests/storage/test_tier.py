"""Windows, and what one chunk stands for."""

import pytest

from storage.scrape import Cadence
from storage.tier import BLOCK_MS, SEAL_MS, Tier, extent_end, longest_ms, window_ms

WINDOW = SEAL_MS[Cadence.FAST]


@pytest.mark.parametrize("cadence", Cadence)
def test_windows_of_readings_divide_a_block(cadence: Cadence) -> None:
    assert BLOCK_MS % SEAL_MS[cadence] == 0


@pytest.mark.parametrize(
    ("last_ts", "end"),
    [(0, WINDOW), (WINDOW - 1, WINDOW), (WINDOW, 2 * WINDOW), (BLOCK_MS - 1, BLOCK_MS)],
    ids=["one reading", "a window", "the next one as well", "a block"],
)
def test_a_chunk_of_readings_stands_for_the_windows_up_to_its_last_reading(last_ts: int, end: int) -> None:
    assert extent_end(0, last_ts, Tier.RAW, Cadence.FAST) == end


@pytest.mark.parametrize("tier", [Tier.M1, Tier.M5, Tier.H1, Tier.D1])
def test_a_chunk_of_buckets_stands_for_its_window(tier: Tier) -> None:
    length = window_ms(tier, Cadence.FAST)
    assert extent_end(length, length + 1, tier, Cadence.FAST) == 2 * length
    assert longest_ms(tier, Cadence.FAST) == length


def test_no_chunk_of_readings_is_longer_than_a_block() -> None:
    assert longest_ms(Tier.RAW, Cadence.FAST) == BLOCK_MS
