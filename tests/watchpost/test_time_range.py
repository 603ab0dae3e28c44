"""Moments on a command line."""

from contextlib import suppress
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.errors import InvalidInputError
from watchpost.time_range import parse_moment, parse_range

NOW = 1_790_000_000_000
SEOUL = ZoneInfo("Asia/Seoul")


def ms(*parts: int) -> int:
    return int(datetime(*parts, tzinfo=UTC).timestamp() * 1000)  # type: ignore[misc, arg-type]


@pytest.mark.parametrize(
    ("text", "seconds"), [("-90s", 90), ("-30m", 1800), ("-1h", 3600), ("-7d", 7 * 86400), ("-4w", 28 * 86400)]
)
def test_a_span_is_that_long_ago(text: str, seconds: int) -> None:
    assert parse_moment(text, now_ms=NOW, time_zone=None) == NOW - seconds * 1000


def test_now_is_now() -> None:
    assert parse_moment(" now ", now_ms=NOW, time_zone=None) == NOW


def test_a_time_with_a_zone_is_in_that_zone() -> None:
    assert parse_moment("2026-07-14T08:00Z", now_ms=NOW, time_zone=SEOUL) == ms(2026, 7, 14, 8)
    assert parse_moment("2026-07-14T08:00:01.250+02:00", now_ms=NOW, time_zone=SEOUL) == ms(2026, 7, 14, 6, 0, 1) + 250


def test_a_time_without_one_is_in_the_configured_zone() -> None:
    assert parse_moment("2026-07-14T08:00", now_ms=NOW, time_zone=SEOUL) == ms(2026, 7, 13, 23)
    assert parse_moment("2026-07-14 08:00", now_ms=NOW, time_zone=SEOUL) == ms(2026, 7, 13, 23)


def test_without_a_configured_zone_the_systems_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "America/New_York")
    import time

    time.tzset()
    try:
        assert parse_moment("2026-07-14T08:00", now_ms=NOW, time_zone=None) == ms(2026, 7, 14, 12)
    finally:
        monkeypatch.undo()
        time.tzset()


def test_a_date_alone_is_its_first_moment() -> None:
    assert parse_moment("2026-07-14", now_ms=NOW, time_zone=SEOUL) == ms(2026, 7, 13, 15)


def test_what_lies_before_1970_is_the_beginning() -> None:
    assert parse_moment("-999999w", now_ms=NOW, time_zone=None) == 0
    assert parse_moment("1066-10-14T09:00Z", now_ms=NOW, time_zone=None) == 0


@pytest.mark.parametrize(
    "text",
    ["", "yesterday", "1h", "-1y", "-h", "-\N{FULLWIDTH DIGIT ONE}h", "2026-13-01", "25:00", "9999-12-31T23:59-23:00"],
)
def test_anything_else_is_refused_with_examples(text: str) -> None:
    with pytest.raises(InvalidInputError, match="is not a time") as refused:
        parse_moment(text, now_ms=NOW, time_zone=None)
    assert "-1h" in refused.value.hint


@given(st.text(max_size=40))
def test_no_text_whatever_brings_it_down(text: str) -> None:
    with suppress(InvalidInputError):
        assert parse_moment(text, now_ms=NOW, time_zone=SEOUL) >= 0


def test_a_range_has_a_start_before_its_end() -> None:
    assert parse_range("-1h", "now", now_ms=NOW, time_zone=None) == (NOW - 3_600_000, NOW)
    with pytest.raises(InvalidInputError, match="ends before it starts: 2026"):
        parse_range("now", "-1h", now_ms=NOW, time_zone=None)
    with pytest.raises(InvalidInputError):
        parse_range("now", "now", now_ms=NOW, time_zone=None)
