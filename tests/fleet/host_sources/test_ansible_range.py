"""Host ranges; what is expected here is what `ansible-inventory` of ansible-core 2.19 prints."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleet.host_sources.ansible_range import host_names
from fleet.host_sources.candidate import HOSTS_LIMIT
from storage.errors import InvalidInputError


@pytest.mark.parametrize(
    ("pattern", "names", "port"),
    [
        ("web1", ["web1"], None),
        ("web1:5309", ["web1"], 5309),
        ("www[01:03].example.com", ["www01.example.com", "www02.example.com", "www03.example.com"], None),
        ("www[01:50:20].example.com", ["www01.example.com", "www21.example.com", "www41.example.com"], None),
        ("db-[a:f:2].example.com", ["db-a.example.com", "db-c.example.com", "db-e.example.com"], None),
        ("w[8:11]", ["w8", "w9", "w10", "w11"], None),
        ("w[:2]", ["w0", "w1", "w2"], None),
        ("w[y:B]", ["wy", "wz", "wA", "wB"], None),
        ("w[1:2]x[a:b]:2222", ["w1xa", "w1xb", "w2xa", "w2xb"], 2222),
        ("10.0.0.[1:3]", ["10.0.0.1", "10.0.0.2", "10.0.0.3"], None),
        ("2001:db8::1", ["2001:db8::1"], None),
        ("[2001:db8::1]:2222", ["2001:db8::1"], 2222),
        ("h:22:33", ["h:22:33"], None),
        ("a,b", ["a,b"], None),
    ],
)
def test_a_pattern_stands_for_the_hosts_that_ansible_makes_of_it(
    pattern: str, names: list[str], port: int | None
) -> None:
    assert host_names(pattern) == (names, port)


@pytest.mark.parametrize(
    "pattern",
    [
        *("web[1:3", "web]", "web[]", "web[1]", "w[a:]", "w[01:100]", "w[0:a]", "w[aa:b]", "w[1:3:0]", "w[1:3:x]"),
        *("w[3:1]", "h:", "w[A:c]", "w[1:2:3:4]", "w[\u0660:\u0663]", "w[1:99999]", "w[0:200]x[0:200]"),
        *("w[1:99999999999]", "w[1:2]" * 9),
    ],
)
def test_a_range_that_cannot_be_is_refused_by_name(pattern: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        host_names(pattern)
    assert "“" in caught.value.message


@given(st.text("web[]:0129az.- ", max_size=30))
def test_no_pattern_makes_it_fail_in_another_way_or_stand_for_too_many(pattern: str) -> None:
    with suppress(InvalidInputError):
        assert len(host_names(pattern)[0]) <= HOSTS_LIMIT
