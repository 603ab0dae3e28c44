"""Which colour a value has."""

import math

import pytest

from alerts.thresholds import DEFAULTS, Severity
from monitor_gui.fleet.limits import over, share, tint
from monitor_gui.theme.tokens import DARK


@pytest.mark.parametrize(
    ("value", "severity"),
    [
        (94.0, Severity.CRITICAL),
        (85.0, Severity.WARNING),
        (80.0, None),
        (None, None),
        (math.nan, None),
        (math.inf, None),
    ],
)
def test_a_value_is_over_a_limit_or_not(value: float | None, severity: Severity | None) -> None:
    assert over(value, DEFAULTS.cpu) is severity


def test_the_colour_follows_the_severity() -> None:
    assert tint(Severity.CRITICAL, "usual", DARK) == DARK.crit
    assert tint(Severity.WARNING, "usual", DARK) == DARK.warn
    assert tint(None, "usual", DARK) == "usual"


@pytest.mark.parametrize(("percent", "part"), [(50.0, 0.5), (None, 0), (math.nan, 0), (-5.0, 0), (1e300, 1)])
def test_a_share_is_between_nothing_and_all(percent: float | None, part: float) -> None:
    assert share(percent) == part
