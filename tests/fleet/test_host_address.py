from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleet.host_address import HostAddress, identity_path, parse_address
from storage.errors import InvalidInputError


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("db1", (None, "db1", None)),
        ("root@db1.example:2222", ("root", "db1.example", 2222)),
        ("kim@corp.example@db1", ("kim@corp.example", "db1", None)),
        ("[::1]:22", (None, "::1", 22)),
        ("root@[2001:db8::1]", ("root", "2001:db8::1", None)),
        ("2001:db8::1", (None, "2001:db8::1", None)),
        ("root@fe80::1%eth0", ("root", "fe80::1%eth0", None)),
        ("192.0.2.7:65535", (None, "192.0.2.7", 65535)),
    ],
)
def test_an_address_is_read_as_ssh_users_write_it(text: str, parts: tuple[str | None, str, int | None]) -> None:
    assert parse_address(text) == HostAddress(*parts)


WRONG = ("root@", "@db1", "db1:", "db1:0", "db1:65536", "db1:ssh", "db1:٢٢", "db1:-1", "db1:" + "9" * 5000)
WRONG_IPV6 = ("a:b:c", "[::1", "[db1]:22", "[::1]22", "[]:22")


@pytest.mark.parametrize("text", ["", *WRONG, *WRONG_IPV6])
def test_what_is_no_address_is_refused_with_the_form_to_write(text: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        parse_address(text)
    assert "[USER@]ADDRESS[:PORT]" in caught.value.hint


@given(st.text())
def test_no_text_at_all_makes_it_fail_in_another_way(text: str) -> None:
    with suppress(InvalidInputError):
        assert parse_address(text).address


def test_the_path_of_a_key_holds_in_every_folder(tmp_path: Path) -> None:
    assert identity_path("keys/id") == str(Path.cwd() / "keys/id")
    assert identity_path("/keys/id") == "/keys/id"
    assert identity_path("~/.ssh/id") == "~/.ssh/id"
    assert identity_path(None) is None
    assert not identity_path("")
