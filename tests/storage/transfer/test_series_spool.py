"""Slices of time put together as whole series."""

import numpy as np
import pytest

from storage.errors import InvalidInputError
from storage.queries import SeriesPoints
from storage.rollup import Interval
from storage.series import SeriesKey
from storage.transfer import series_spool
from storage.transfer.series_spool import SeriesSpool
from tests.recorded import key

LOAD, OTHER = key("load1"), key("load5")


def points(series: SeriesKey, start: int, count: int, interval: Interval = Interval.RAW) -> SeriesPoints:
    ts = np.arange(start, start + count, dtype=np.int64)
    value = ts / 7
    if interval is Interval.RAW:
        return SeriesPoints(1, series, interval, ts, value, value, value, np.ones(count, dtype=np.int64))
    return SeriesPoints(1, series, interval, ts, value, value - 1, value + 1, ts + 5)


@pytest.mark.parametrize("interval", [Interval.RAW, Interval.M1], ids=str)
@pytest.mark.parametrize("memory", [10, 10_000], ids=["in a file", "in memory"])
def test_series_come_out_one_after_the_other_in_pieces_of_bounded_size(
    interval: Interval, memory: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(series_spool, "POINTS_AT_A_TIME", 8)
    monkeypatch.setattr(series_spool, "_MEMORY_BYTES", memory)
    with SeriesSpool(1, interval) as spool:
        spool.add([points(LOAD, 0, 5, interval), points(OTHER, 0, 20, interval)])
        spool.add([points(OTHER, 20, 1, interval), points(LOAD, 5, 6, interval)])
        found = list(spool.series())
    assert [(piece.key, piece.ts.tolist()) for piece in found] == [
        (LOAD, list(range(8))),
        (LOAD, [8, 9, 10]),
        (OTHER, list(range(8))),
        (OTHER, list(range(8, 16))),
        (OTHER, list(range(16, 21))),
    ]
    for piece in found:
        whole = points(piece.key, int(piece.ts[0]), len(piece.ts), interval)
        for column in ("value", "minimum", "maximum", "count"):
            np.testing.assert_array_equal(getattr(piece, column), getattr(whole, column))


def test_a_full_temporary_folder_is_said_clearly() -> None:
    with (
        SeriesSpool(1, Interval.RAW) as spool,
        open("/dev/full", "wb", buffering=0) as full,  # noqa: PTH123 - unbuffered
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setattr(spool, "_file", full)
        with pytest.raises(InvalidInputError, match="No space left") as caught:
            spool.add([points(LOAD, 0, 5)])
    assert "TMPDIR" in caught.value.hint
