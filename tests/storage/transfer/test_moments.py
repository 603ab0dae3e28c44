"""Moments of files."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.transfer.moments import decimal_moments, iso_moments
from storage.utc import iso_utc

MOMENTS = st.lists(st.integers(0, int(datetime(9999, 12, 31, tzinfo=UTC).timestamp() * 1000)))


@given(MOMENTS)
def test_our_own_times_read_back(moments: list[int]) -> None:
    assert iso_moments([iso_utc(moment) for moment in moments]) == moments
    assert decimal_moments([f"{moment // 1000}.{moment % 1000:03d}" for moment in moments]) == moments


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-09-21T14:13:20Z", 1_790_000_000_000),
        ("2026-09-21T23:13:20.5+09:00", 1_790_000_000_500),
        ("2026-09-21T14:13:20.0005Z", 1_790_000_000_001),
        ("1969-12-31T23:59:59.999Z", -1),
        ("2026-09-21T14:13:20", None),
        ("2026-02-30T00:00:00.000Z", None),
        ("2026-09-21T14:13:60.000Z", None),
        ("yesterday", None),
        ("", None),
        ("NaT", None),
        ("1790000000", None),
        ("2" * 100_000, None),
    ],
    ids=lambda value: str(value)[:30],
)
def test_times_of_iso_8601_need_their_zone(text: str, moment: int | None) -> None:
    assert iso_moments([text, "2026-09-21T14:13:20.000Z"]) == [moment, 1_790_000_000_000]


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("1790000000", 1_790_000_000_000),
        ("1790000000.25", 1_790_000_000_250),
        ("1.79e9", 1_790_000_000_000),
        ("1790000000.0014999", 1_790_000_000_001),
        ("-1.5", -1_500),
        ("0", 0),
        (".5", 500),
        ("1e300", None),
        ("1e999", None),
        ("NaN", None),
        ("+Inf", None),
        ("1_000", None),
        ("", None),
        ("٣", None),
        ("9" * 100_000, None),
    ],
    ids=lambda value: str(value)[:30],
)
def test_decimal_seconds_are_exact_to_the_millisecond(text: str, moment: int | None) -> None:
    assert decimal_moments([text]) == [moment]


def test_no_moment_goes_through_a_float() -> None:
    assert decimal_moments(["1789200000.003"]) == [1_789_200_000_003]
