from typing import Any

import pytest

from storage.errors import InvalidInputError
from storage.host import NewHost, Transport
from storage.host_rules import checked_host, checked_name


def said(**fields: object) -> dict[str, Any]:
    return {"name": "db1", "address": "db1.example", **fields}


def test_a_host_as_one_would_write_it_passes() -> None:
    fields = said(port=2222, username="admin", identity_file="~/.ssh/id", credential="ops", interval_s=30)
    assert checked_host(fields) == NewHost(
        name="db1",
        address="db1.example",
        port=2222,
        username="admin",
        identity_file="~/.ssh/id",
        credential="ops",
        interval_s=30.0,
    )


@pytest.mark.parametrize("name", ["x", "서버 1", "büro/db:1", "a" * 255, "🖥"])
def test_names_are_free_as_long_as_they_can_be_printed(name: str) -> None:
    assert checked_name(name) == name


def test_a_name_is_kept_in_composed_form_so_that_it_is_found_however_it_is_typed() -> None:
    assert checked_name("bu\u0308ro") == "b\u00fcro"


HOSTILE_TEXTS = {
    "nothing": "",
    "space in front": " x",
    "space at the end": "x ",
    "like an option": "-oProxyCommand=sh",
    "a newline": "a\nb",
    "an escape sequence": "\x1b[2J",
    "a null": "a\0b",
    "a word turned round": "a\u202eb",
    "an invisible space": "a\u200bb",
    "half a character": "a\ud800",
    "too long": "a" * 256,
}


@pytest.mark.parametrize("about", HOSTILE_TEXTS)
@pytest.mark.parametrize("field", ["name", "address", "username"])
def test_hostile_texts_are_refused_wherever_they_stand(field: str, about: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        checked_host(said(**{field: HOSTILE_TEXTS[about]}))
    assert caught.value.message.isprintable()
    assert "\ud800" not in caught.value.message


@pytest.mark.parametrize("path", ["", "-x", "a\nb", "a\0b", "x" * 4097])
def test_a_hostile_key_file_is_refused(path: str) -> None:
    with pytest.raises(InvalidInputError, match="key file"):
        checked_host(said(identity_file=path))


@pytest.mark.parametrize("address", ["2001:db8::1", "fe80::1%eth0", "10.0.0.1", "alias_of-config", "bücher.example"])
def test_every_kind_of_address_passes(address: str) -> None:
    assert checked_host(said(address=address)).address == address


@pytest.mark.parametrize(
    ("address", "hint"),
    [
        ("root@db1", "user name"),
        ("db1:22", "port"),
        ("[::1]:22", "brackets|without them"),
        ("ssh://db1", "bare name"),
        ("db1 db2", "bare name"),
    ],
)
def test_an_address_with_more_in_it_is_refused_with_the_way_to_say_it(address: str, hint: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        checked_host(said(address=address))
    assert any(word in caught.value.hint for word in hint.split("|"))


@pytest.mark.parametrize("port", [0, -1, 65_536])
def test_a_port_that_does_not_exist_is_refused(port: int) -> None:
    with pytest.raises(InvalidInputError, match=f"no port {port}"):
        checked_host(said(port=port))


@pytest.mark.parametrize("interval_s", [0, 0.5, -5, 86_401, float("nan"), float("inf")])
def test_an_interval_out_of_range_is_refused(interval_s: float) -> None:
    with pytest.raises(InvalidInputError, match="interval"):
        checked_host(said(interval_s=interval_s))


@pytest.mark.parametrize(
    "fields", [{"port": "22"}, {"port": True}, {"name": 5}, {"enabled": "yes"}, {"transport": "telnet"}]
)
def test_a_value_of_the_wrong_type_is_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(InvalidInputError, match="cannot be read"):
        checked_host(said(**fields))


def test_a_field_that_does_not_exist_is_named_and_the_others_listed() -> None:
    with pytest.raises(InvalidInputError, match="adress") as caught:
        checked_host(said(adress="x"))
    assert "address" in caught.value.hint


def test_a_local_host_needs_no_address() -> None:
    assert checked_host({"name": "here", "transport": "local"}).transport is Transport.LOCAL


@pytest.mark.parametrize("fields", [{"address": "x"}, {"port": 22}, {"username": "x"}, {"credential": "x"}])
def test_a_local_host_takes_nothing_of_ssh(fields: dict[str, Any]) -> None:
    with pytest.raises(InvalidInputError, match="without SSH"):
        checked_host({"name": "here", "transport": "local", **fields})
