"""Which limit is drawn on a chart."""

import numpy as np
import pytest

from alerts.thresholds import Threshold
from fleet.points import Points
from monitor_gui.host.shown_limit import highest, shown_limit

BOTH = Threshold(80, 90)


@pytest.mark.parametrize(
    ("threshold", "top", "text"),
    [
        (BOTH, 40, None),
        (BOTH, 74.9, None),
        (BOTH, 75, "warning 80%"),
        (BOTH, 80, "critical 90%"),
        (BOTH, 99, "critical 90%"),
        (Threshold(80, None), 99, "warning 80%"),
        (Threshold(None, 90), 79, None),
        (Threshold(), 99, None),
        (Threshold(99.5, None), 99, "warning 99.5%"),
    ],
)
def test_only_one_that_is_near_or_passed(threshold: Threshold, top: float, text: str | None) -> None:
    limit = shown_limit(threshold, top)
    assert (limit.text if limit else None) == text


def test_it_lies_where_the_chart_has_that_share() -> None:
    limit = shown_limit(BOTH, 95, whole=64.0)
    assert limit is not None
    assert limit.value == pytest.approx(57.6)
    assert limit.is_critical


def test_the_highest_value_of_what_is_shown() -> None:
    points = Points(np.array([0, 10, 20, 30]), np.array([99.0, 5, np.nan, 7]))
    assert highest([points, Points()], 10, 30) == 7
    assert highest([points], 0, 5) == 99
    assert highest([Points()], 0, 5) == 0
    assert highest([Points(np.array([1]), np.array([np.inf]))], 0, 5) == 0
