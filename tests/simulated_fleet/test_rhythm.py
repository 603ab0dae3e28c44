from collections.abc import Sequence
from datetime import UTC, datetime

import numpy as np
import pytest

from simulated_fleet.rhythm import Array, Calendar, Rhythm, worked_s

WEEK_S = 604_800
RHYTHMS = list(Rhythm)


def worked(rhythm: Rhythm, moments: Sequence[float] | Array) -> Array:
    return worked_s(np.full(len(moments), int(rhythm)), np.asarray(moments, dtype=float))


def level(rhythm: Rhythm, day: int, hour: int) -> float:
    """Of a day in January 2026 at a full hour, local time."""
    at = datetime(2026, 1, day, hour, tzinfo=UTC).timestamp()
    before, after = worked(rhythm, [at - 1, at + 1])
    return float(after - before) / 2


@pytest.mark.parametrize("rhythm", RHYTHMS, ids=lambda rhythm: rhythm.name)
def test_a_week_is_a_week_of_work(rhythm: Rhythm) -> None:
    start, end = worked(rhythm, [1e9, 1e9 + WEEK_S])

    assert end - start == pytest.approx(WEEK_S)


@pytest.mark.parametrize("rhythm", RHYTHMS, ids=lambda rhythm: rhythm.name)
def test_work_never_runs_backwards_nor_leaps(rhythm: Rhythm) -> None:
    steps = np.diff(worked(rhythm, np.arange(1.7e9, 1.7e9 + WEEK_S, 60)))

    assert steps.min() > 0
    assert steps.max() < 60 * 2.5


def test_offices_work_in_the_morning_and_not_at_night_nor_on_sunday() -> None:
    assert level(Rhythm.OFFICE, 13, 10) > 4 * level(Rhythm.OFFICE, 13, 3)
    assert level(Rhythm.OFFICE, 13, 10) > 3 * level(Rhythm.OFFICE, 18, 10)


def test_visitors_come_in_the_evening() -> None:
    assert level(Rhythm.VISITORS, 13, 20) > level(Rhythm.VISITORS, 13, 14) > level(Rhythm.VISITORS, 13, 4)


def test_nightly_work_is_done_at_night() -> None:
    assert level(Rhythm.NIGHT, 13, 2) > 2 * level(Rhythm.NIGHT, 13, 14)


def local(zone: str, moment: datetime) -> float:
    return float(Calendar(zone).local_s(np.array([moment.timestamp()]))[0]) - moment.timestamp()


def test_a_calendar_knows_the_hours_of_its_zone() -> None:
    assert local("UTC", datetime(2026, 1, 10, tzinfo=UTC)) == 0
    assert local("Asia/Seoul", datetime(2026, 1, 10, tzinfo=UTC)) == 9 * 3600
    assert local("Europe/Berlin", datetime(2026, 1, 10, tzinfo=UTC)) == 3600
    assert local("Europe/Berlin", datetime(2026, 7, 10, tzinfo=UTC)) == 2 * 3600


@pytest.mark.parametrize("month", [3, 10])
def test_time_goes_on_where_clocks_are_put_forward_or_back(month: int) -> None:
    start = datetime(2026, month, 20, tzinfo=UTC).timestamp()
    steps = np.diff(Calendar("Europe/Berlin").local_s(np.arange(start, start + 14 * 86_400, 600)))

    assert steps.min() > 400
    assert steps.max() < 800


def test_a_zone_that_is_none_is_refused() -> None:
    with pytest.raises(LookupError):
        Calendar("Europe/Atlantis")
