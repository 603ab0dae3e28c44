"""Numbers as people read them."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage import quantities as q
from storage.translation import choose_language


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0, "0%"), (0.2, "<1%"), (1.0, "1%"), (93.5, "94%"), (99.7, "99%"), (100.0, "100%"), (312.4, "312%")],
)
def test_a_percentage_never_hides_a_rest(value: float, text: str) -> None:
    assert q.percent(value) == text


def test_a_percentage_can_have_digits() -> None:
    assert q.percent(1.234, digits=2) == "1.23%"
    assert q.percent(0.001, digits=2) == "<0.01%"
    assert q.percent(99.999, digits=2) == "99.99%"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1023, "1.0 KiB"),
        (51.8 * 2**30, "51.8 GiB"),
        (99.96 * 2**20, "100 MiB"),
        (999.7 * 2**20, "1.0 GiB"),
        (64 * 2**30, "64.0 GiB"),
        (5e30, "4e+12 EiB"),
    ],
)
def test_memory_is_counted_in_powers_of_1024_with_three_figures(value: float, text: str) -> None:
    assert q.byte_count(value) == text


@pytest.mark.parametrize(
    ("value", "text"), [(0, "0 B/s"), (16.8e6, "16.8 MB/s"), (999_700, "1.0 MB/s"), (312e6, "312 MB/s")]
)
def test_rates_are_counted_in_powers_of_1000(value: float, text: str) -> None:
    assert q.byte_rate(value) == text


def test_a_share_says_its_unit_once_where_it_can() -> None:
    assert q.byte_share(50.4 * 2**30, 60 * 2**30) == "50.4 / 60.0 GiB"
    assert q.byte_share(410 * 2**20, 8 * 2**30) == "410 MiB / 8.0 GiB"
    assert q.byte_share(None, 2**30) == "\N{EN DASH} / 1.0 GiB"


def test_a_link_is_said_in_bits_as_it_is_sold() -> None:
    assert q.link_speed(125e6) == "1 Gb/s"
    assert q.link_speed(312.5e6) == "2.5 Gb/s"


@pytest.mark.parametrize(
    ("seconds", "text", "largest"),
    [
        (0, "0 s", "0 s"),
        (59.9, "59 s", "59 s"),
        (250, "4 min 10 s", "4 min"),
        (7500, "2 h 5 min", "2 h"),
        (7200, "2 h", "2 h"),
        (41 * 86400 + 6 * 3600 + 59, "41 d 6 h", "41 d"),
    ],
)
def test_a_span_is_said_in_its_two_largest_units(seconds: float, text: str, largest: str) -> None:
    assert q.duration(seconds) == text
    assert q.largest_unit(seconds) == largest
    assert q.age(seconds) == f"{largest} ago"


def test_a_number_and_its_unit_are_written_as_the_language_does() -> None:
    choose_language("ko")
    try:
        assert (q.duration(412), q.largest_unit(412), q.age(6)) == ("6분 52초", "6분", "6초 전")
    finally:
        choose_language("en")


def test_short_times_are_said_in_milliseconds() -> None:
    assert q.milliseconds(0.0004) == "0.4 ms"
    assert q.milliseconds(2.1) == "2.1 s"


def test_counts_and_loads() -> None:
    assert q.whole(214.0) == "214"
    assert q.whole(12400) == "12\N{NARROW NO-BREAK SPACE}400"
    assert q.plain(0.4242) == "0.42"


def test_a_number_that_would_fill_the_screen_gets_an_exponent() -> None:
    assert q.percent(1e300) == "1e+300%"
    assert q.whole(-1e300) == "-1e+300"
    assert q.milliseconds(1e300) == "1e+300 s"


@pytest.mark.parametrize(
    "say",
    [q.percent, q.byte_count, q.byte_rate, q.link_speed, q.plain, q.whole, q.milliseconds, q.duration],
)
@pytest.mark.parametrize("nothing", [None, math.nan, math.inf, -math.inf])
def test_what_is_no_number_is_a_dash_and_never_a_zero(say: object, nothing: float | None) -> None:
    assert callable(say)
    assert say(nothing) == q.ABSENT


def test_no_reading_is_never_ago() -> None:
    assert q.age(None) == "never"


@given(st.floats(min_value=0, max_value=1e24))
def test_a_rate_never_needs_more_than_nine_cells_below_a_petabyte(value: float) -> None:
    assert len(q.byte_rate(min(value, 9e17))) <= 9
