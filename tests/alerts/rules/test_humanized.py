"""Numbers as people read them; the expected texts are those of Prometheus' own documentation and source."""

from collections.abc import Callable

import pytest

from alerts.rules.humanized import humanize, humanize1024, humanize_duration, humanize_percentage, plain

INF, NAN = float("inf"), float("nan")


@pytest.mark.parametrize(
    ("write", "value", "text"),
    [
        (plain, 85.33333333, "85.3333"),
        (plain, 85, "85"),
        (plain, 123456789.5, "123456790"),
        (plain, -0.00001234, "-1.234e-05"),
        (plain, 1e20, "1e+20"),
        (plain, NAN, "NaN"),
        (plain, -INF, "-Inf"),
        (humanize, 0, "0"),
        (humanize, 1234567, "1.235M"),
        (humanize, -1500, "-1.5k"),
        (humanize, 0.01235, "12.35m"),
        (humanize, INF, "+Inf"),
        (humanize1024, 1024, "1ki"),
        (humanize1024, 1.5 * 1024**3, "1.5Gi"),
        (humanize1024, 0.5, "0.5"),
        (humanize1024, NAN, "NaN"),
        (humanize_percentage, 0.853, "85.3%"),
        (humanize_duration, 0, "0s"),
        (humanize_duration, 59.5, "59.5s"),
        (humanize_duration, 61, "1m 1s"),
        (humanize_duration, 3661, "1h 1m 1s"),
        (humanize_duration, -90061, "-1d 1h 1m 1s"),
        (humanize_duration, 0.0125, "12.5ms"),
        (humanize_duration, NAN, "NaN"),
    ],
)
def test_a_number_is_written_as_prometheus_writes_it(write: Callable[[float], str], value: float, text: str) -> None:
    assert write(value) == text
