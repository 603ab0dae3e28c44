"""Address ranges as people write them."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleet.address_range import ADDRESSES_LIMIT, address_order, addresses_of
from storage.errors import InvalidInputError


@pytest.mark.parametrize(
    ("ranges", "first", "last", "count"),
    [
        (["10.0.0.0/24"], "10.0.0.1", "10.0.0.254", 254),
        (["10.0.0.77/24"], "10.0.0.1", "10.0.0.254", 254),
        (["10.0.0.0/31"], "10.0.0.0", "10.0.0.1", 2),
        (["10.0.0.7/32"], "10.0.0.7", "10.0.0.7", 1),
        (["10.0.0.1-10.0.1.2"], "10.0.0.1", "10.0.1.2", 258),
        (["10.0.0.9-99"], "10.0.0.9", "10.0.0.99", 91),
        (["10.0.0.7"], "10.0.0.7", "10.0.0.7", 1),
        (["10.1.0.0/20"], "10.1.0.1", "10.1.15.254", 4_094),
        (["2001:db8::/120"], "2001:db8::1", "2001:db8::ff", 255),
        (["2001:db8::/116"], "2001:db8::1", "2001:db8::fff", 4095),
        (["2001:db8::5-2001:db8::7"], "2001:db8::5", "2001:db8::7", 3),
        (["db-1.example"], "db-1.example", "db-1.example", 1),
        (["10.0.0.2", "2001:db8::1", "name", "10.0.0.1", "10.0.0.1-3"], "10.0.0.1", "name", 5),
    ],
)
def test_a_range_is_gone_through_in_order_and_without_repetition(
    ranges: list[str], first: str, last: str, count: int
) -> None:
    found = addresses_of(ranges)
    assert (found[0], found[-1], len(found), len(set(found))) == (first, last, count, count)


@pytest.mark.parametrize(
    "text", ["0.0.0.0/0", "10.0.0.0/8", "10.0.0.0/15", "10.0.0.0-10.2.0.0", "2001:db8::/64", "::/0"]
)
def test_a_range_without_measure_is_refused_with_its_size(text: str) -> None:
    with pytest.raises(InvalidInputError, match=r"would be \d+ addresses") as caught:
        addresses_of([text])
    assert caught.value.hint


def test_ranges_are_counted_together() -> None:
    with pytest.raises(InvalidInputError, match=str(ADDRESSES_LIMIT)):
        addresses_of(["10.1.0.0/16", "10.2.0.0/30", "10.3.0.0/30"])


@pytest.mark.parametrize(
    "text",
    [
        *("", "10.0.0", "10.0.0.300", "10.0.0.1-", "10.0.0.9-1", "10.0.0.1-999", "10.0.0.1-::1", "10.0.0.0/33", "a/24"),
        *("224.0.0.1", "0.0.0.0/32", "255.255.255.255", "ff02::1", "a b", "-x", "a;b", "x" * 300, "a@b"),
        "10.0.0.1-\u0663",
    ],
)
def test_what_is_no_range_is_refused_with_the_forms_there_are(text: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        addresses_of([text])
    assert "10.0.0.0/24" in caught.value.hint


def test_addresses_are_sorted_as_numbers() -> None:
    assert sorted(["b", "::1", "10.0.0.10", "a", "10.0.0.9"], key=address_order) == [
        "10.0.0.9",
        "10.0.0.10",
        "::1",
        "a",
        "b",
    ]


@given(st.text("0123456789.:-/ab", max_size=24))
def test_no_text_makes_it_fail_in_another_way(text: str) -> None:
    with suppress(InvalidInputError):
        assert 1 <= len(addresses_of([text])) <= ADDRESSES_LIMIT
