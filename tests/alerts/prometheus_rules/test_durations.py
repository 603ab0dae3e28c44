"""Spans of time as Prometheus writes them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.prometheus_rules.durations import format_duration, parse_duration
from storage.errors import InvalidInputError


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("0", 0),
        ("30s", 30),
        ("5m", 300),
        ("1h30m", 5400),
        ("500ms", 0.5),
        ("1m5ms", 60.005),
        ("1d", 86_400),
        ("2w", 1_209_600),
    ],
)
def test_what_prometheus_writes_is_read(text: str, seconds: float) -> None:
    assert parse_duration(text) == seconds


@pytest.mark.parametrize("text", ["", "5", "m", "1m1h", "5m5m", "-5m", "1.5h", "5 m", "\uff15m", "999999999y"])
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(InvalidInputError):
        parse_duration(text)


@given(st.integers(min_value=0, max_value=10**12))
def test_what_is_written_reads_as_the_same(milliseconds: int) -> None:
    assert parse_duration(format_duration(milliseconds / 1000)) == milliseconds / 1000
