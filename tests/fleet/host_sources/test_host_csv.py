"""Tables as spreadsheets and scripts write them."""

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleet.host_sources.candidate import HOSTS_LIMIT
from fleet.host_sources.host_csv import COLUMNS, read_csv
from storage.errors import InvalidInputError
from storage.host import Reader, Transport
from storage.host_rules import FIELDS


def said(text: str) -> list[dict[str, Any]]:
    reading = read_csv(text)
    assert reading.unusable == []
    return [
        {field: value for field, value in candidate.said.items() if value is not None}
        for candidate in reading.candidates
    ]


def test_there_is_a_column_for_every_field_of_a_host() -> None:
    assert set(COLUMNS) == FIELDS


def test_every_field_is_read() -> None:
    head = "name,address,port,username,identity_file,credential,interval_s,enabled,group,tags,transport,reader,sudo"
    row = "web 1,10.0.0.1,2222,kim,~/k,office,2.5,no,Web,a; b ;c,paramiko,proc,yes"
    assert said(f"{head},top_processes,all_mounts,all_interfaces,compression\n{row},30,1,TRUE,off\n") == [
        {
            "name": "web 1",
            "address": "10.0.0.1",
            "port": 2222,
            "username": "kim",
            "identity_file": "~/k",
            "credential": "office",
            "interval_s": 2.5,
            "enabled": False,
            "group": "Web",
            "tags": ("a", "b", "c"),
            "transport": Transport.PARAMIKO,
            "reader": Reader.PROC,
            "sudo": True,
            "top_processes": 30,
            "all_mounts": True,
            "all_interfaces": True,
            "compression": False,
        }
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Host Name,IP\nweb,10.0.0.1\n".replace("Host Name", "hostname"),
        "HOST;Ip_Address\nweb;10.0.0.1\n",
        "server\tIP-address\r\nweb\t10.0.0.1\r\n",
        'sep=;\n"name";"address"\n"web";"10.0.0.1"\n',
        "\n\nname,address\n\n,,\nweb,10.0.0.1\n",
        " name , address \n web , 10.0.0.1 \n",
    ],
)
def test_heads_and_dividers_may_be_what_they_usually_are(text: str) -> None:
    assert said(text) == [{"name": "web", "address": "10.0.0.1"}]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("name\nweb\n", {"name": "web", "address": "web"}),
        ("ip\n10.0.0.1\n", {"name": "10.0.0.1", "address": "10.0.0.1"}),
        (
            "name,address\nweb,root@10.0.0.1:2222\n",
            {"name": "web", "address": "10.0.0.1", "username": "root", "port": 2222},
        ),
        ("name,address,port\nweb,2001:db8::1,23\n", {"name": "web", "address": "2001:db8::1", "port": 23}),
        ("name,transport\nhere,local\n", {"name": "here", "transport": Transport.LOCAL}),
        ('name,tags\n"web, old","a;""b"""\n', {"name": "web, old", "address": "web, old", "tags": ("a", '"b"')}),
    ],
)
def test_what_is_left_out_follows_from_the_rest(text: str, expected: dict[str, object]) -> None:
    assert said(text) == [expected]


@pytest.mark.parametrize(
    ("text", "line", "why"),
    [
        ("name,port\nweb,ssh\n", "line 2", "“port”"),
        ("name,port\nok,1\n\nweb,-1\n", "line 4", "“port”"),
        ('name,port\n"o\nk",1\nweb,1.5\n', "line 4", "“port”"),
        ("name,interval\nweb,soon\n", "line 2", "“interval_s”"),
        ("name,interval\nweb,inf\n", "line 2", "“interval_s”"),
        ("name,sudo\nweb,perhaps\n", "line 2", "“sudo”"),
        ("name,reader\nweb,eyes\n", "line 2", "“reader”"),
        ("name,ip\nweb,10.0.0.1:0\n", "line 2", "port"),
        ("name,ip,port\nweb,10.0.0.1:22,23\n", "line 2", "“port”"),
        ("name\nweb,10.0.0.1\n", "line 2", "more cells"),
        ("name,ip\n\"=cmd|' /C calc'!A0\",10.0.0.1\n", "line 2", "“name” begins like a formula"),
        ("name,tags\nweb,@SUM(1)\n", "line 2", "“tags” begins like a formula"),
    ],
)
def test_a_row_that_cannot_be_used_is_told_with_line_and_column(text: str, line: str, why: str) -> None:
    reading = read_csv(text)
    assert [(entry.where, why in entry.why) for entry in reading.unusable] == [(line, True)]


@pytest.mark.parametrize("column", ["password", "Passwort", "SSH_PASS", "pwd"])
def test_passwords_are_refused_with_the_way_to_keep_one(column: str) -> None:
    with pytest.raises(InvalidInputError, match="Passwords are not read") as caught:
        read_csv(f"name,{column}\nweb,hunter2\n")
    assert "watchpost credentials add" in caught.value.hint
    assert "hunter2" not in repr(caught.value)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "no columns"),
        ("web,10.0.0.1\ndb,10.0.0.2\n", "no columns"),
        ("port,user\n22,kim\n", "no columns"),
        ("name,hostname\na,b\n", "more than one column for “name”"),
        ('name\n"web\n', "Line 2 cannot be read as CSV"),
        ("name\n" + "x" * 200_000, "Line 2 cannot be read as CSV"),
    ],
)
def test_what_is_no_such_table_is_refused_with_the_form_to_write(text: str, why: str) -> None:
    with pytest.raises(InvalidInputError, match=why) as caught:
        read_csv(text)
    assert caught.value.hint


def test_columns_that_are_not_known_are_told() -> None:
    assert read_csv("name,owner,\nweb,kim,\n").notes == ["These columns are not known here and are passed over: owner."]


def test_more_hosts_than_are_looked_at_are_refused() -> None:
    with pytest.raises(InvalidInputError, match=str(HOSTS_LIMIT)):
        read_csv("name\n" + "h\n" * (HOSTS_LIMIT + 1))


PIECES = st.sampled_from(
    ["name", "ip", "port", "tags", ",", ";", "\t", '"', "\n", "\r", "=", "\x1b[2J", "@", ":", "22"]
)


@given(st.lists(PIECES | st.text(max_size=3), max_size=25).map("".join))
def test_no_text_makes_it_fail_in_another_way(text: str) -> None:
    for whole in (text, f"name,ip,port,tags\n{text}"):
        with suppress(InvalidInputError):
            assert len(read_csv(whole).candidates) <= HOSTS_LIMIT
