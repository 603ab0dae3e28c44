"""Inventories in INI; what is expected here is what `ansible-inventory --list` of ansible-core 2.19 prints."""

from contextlib import suppress
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleet.host_sources.ansible_ini import read_ansible_ini
from fleet.host_sources.candidate import HOSTS_LIMIT, SourceReading
from storage.errors import InvalidInputError
from storage.host import Transport

INVENTORY = """
lonely.example.com:5309
host2 ansible_host=127.0.0.1 ansible_port=44   # a comment
; another one

[web]
web[01:05:2].example.com ansible_user=deploy
db-[a:b] http_port="80 80"
[2001:db8::2]:2222

[web:vars]
ansible_user=web user
ansible_port="2200"  # quoted

[prod:children]
web   # the only one

[prod:vars]
ansible_user = prod
ansible_ssh_private_key_file=/keys/prod

[seoul]
web01.example.com

[all:vars]
ansible_user = root
"""


def said(reading: SourceReading) -> dict[str, dict[str, Any]]:
    return {candidate.name: dict(candidate.said) for candidate in reading.candidates}


def test_hosts_come_with_what_holds_for_them_after_all_groups() -> None:
    reading = read_ansible_ini(INVENTORY)
    assert reading.unusable == []
    hosts = said(reading)
    in_web = {"group": "web", "tags": ("prod",), "identity_file": "/keys/prod"}
    assert list(hosts) == [
        "lonely.example.com",
        "host2",
        *(f"web{number}.example.com" for number in ("01", "03", "05")),
        "db-a",
        "db-b",
        "2001:db8::2",
    ]
    alone = {"username": "root", "identity_file": None}
    assert hosts["lonely.example.com"] == {
        **alone,
        "name": "lonely.example.com",
        "address": "lonely.example.com",
        "port": 5309,
    }
    assert hosts["host2"] == {**alone, "name": "host2", "address": "127.0.0.1", "port": 44}
    assert hosts["web03.example.com"] == {
        **in_web,
        "name": "web03.example.com",
        "address": "web03.example.com",
        "port": 2200,
        "username": "deploy",
    }
    assert hosts["db-a"]["username"] == "web user"
    assert (hosts["2001:db8::2"]["address"], hosts["2001:db8::2"]["port"]) == ("2001:db8::2", 2222)


def test_the_deepest_group_is_the_group_and_the_others_are_tags() -> None:
    hosts = said(read_ansible_ini(INVENTORY))
    assert (hosts["web01.example.com"]["group"], hosts["web01.example.com"]["tags"]) == ("web", ("prod", "seoul"))
    assert "group" not in hosts["host2"]


def test_each_host_is_told_where_it_stands() -> None:
    where = {candidate.name: candidate.where for candidate in read_ansible_ini(INVENTORY).candidates}
    assert (where["host2"], where["web05.example.com"]) == ("line 3", "line 7")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("h ansible_user=kim", {"username": "kim"}),
        ('h ansible_user="a b" # no', {"username": "a b"}),
        ("h ansible_user='\"q\"'", {"username": "q"}),
        ("h ansible_user=a#b", {"username": "a"}),
        ("h ansible_user=a;b", {"username": "a;b"}),
        ("h ansible_ssh_user=old ansible_user=new", {"username": "old"}),
        ("h ansible_ssh_host=10.0.0.9 ansible_ssh_port=23", {"address": "10.0.0.9", "port": 23}),
        ("h ansible_port=0x16", {"port": 22}),
        ("h:22 ansible_port=23", {"port": 23}),
        ("h ansible_private_key_file=~/k", {"identity_file": "~/k"}),
        ("h ansible_connection=paramiko", {"address": "h"}),
        ("h ansible_host={{inventory_hostname}}.example", {"address": "h.example"}),
        ("h.a.b ansible_host='{{ inventory_hostname_short }}-{{ n }}' n=1", {"address": "h-1"}),
    ],
)
def test_variables_of_a_host_are_read_as_ansible_reads_them(line: str, expected: dict[str, object]) -> None:
    (candidate,) = read_ansible_ini(line).candidates
    assert {field: candidate.said[field] for field in expected} == expected


def test_a_host_that_is_this_machine_needs_no_route() -> None:
    (candidate,) = read_ansible_ini("localhost ansible_connection=local ansible_user=kim").candidates
    assert candidate.said == {"name": "localhost", "transport": Transport.LOCAL}


SECRET = "hunter2-and-more"


@pytest.mark.parametrize(
    "text",
    [
        f"h ansible_password={SECRET}",
        f"h ansible_ssh_pass='{SECRET}'",
        f"h ansible_become_password={SECRET}",
        f"h\n[all:vars]\nansible_become_pass = {SECRET}",
        f"[g:vars]\nansible_ssh_password={SECRET}\n[g]\nh ansible_host='{{{{ ansible_ssh_password }}}}'",
    ],
)
def test_a_password_is_told_of_and_goes_no_further(text: str) -> None:
    reading = read_ansible_ini(text)
    assert SECRET not in repr(reading)
    notes = [note for candidate in reading.candidates for note in candidate.notes]
    assert any("password in the inventory" in note for note in notes)


@pytest.mark.parametrize(
    "line",
    [
        f"h ansible_password='{SECRET}",
        f"h ansible_password=a {SECRET}",
        f"h {SECRET}",
        f"h[1 ansible_password={SECRET}",
    ],
)
def test_a_broken_line_with_a_password_in_it_does_not_tell_it(line: str) -> None:
    reading = read_ansible_ini(line)
    assert [entry.where for entry in reading.unusable] == ["line 1"]
    assert SECRET not in repr(reading)


@pytest.mark.parametrize(
    ("arguments", "note"),
    [
        ("-o ProxyJump=gate", "jump host gate"),
        ("-J kim@gate:22 -o X=1", "jump host kim@gate:22"),
        ('-o ProxyCommand="ssh -W %h:%p gate"', "ProxyCommand is not taken over"),
    ],
)
def test_a_jump_host_is_told_as_what_it_cannot_take_over(arguments: str, note: str) -> None:
    (candidate,) = read_ansible_ini(f"h\n[all:vars]\nansible_ssh_common_args={arguments}").candidates
    assert note in candidate.notes[0]


@pytest.mark.parametrize(
    ("text", "where", "why"),
    [
        ("[x y]\nhidden", "line 1", "no section"),
        ("[web:foo]\nhidden", "line 1", "no section"),
        ("[a:children]\nb c", "line 2", "name of a group"),
        ("[a:vars]\nb", "line 2", "NAME=VALUE"),
        ("h a", "line 1", "NAME=VALUE"),
        ("h a='", "line 1", "quote"),
        ("w[3:1]", "line 1", "end stands before its beginning"),
        ("h ansible_connection=docker", "line 1", "not reach it over SSH"),
        ("h ansible_port=many", "line 1", "port is no number"),
        ("h ansible_host='{{ lookup(\"env\") }}'", "line 1", "template"),
        ("h ansible_host='{{ a }}' a='{{ a }}{{ a }}'", "line 1", "template"),
        ("h " + "x" * 30_000, "line 1", "longer"),
    ],
)
def test_what_cannot_be_used_is_told_with_its_line_and_the_rest_is_read(text: str, where: str, why: str) -> None:
    reading = read_ansible_ini(f"{text}\n[good]\ngood\n")
    assert [candidate.name for candidate in reading.candidates] == ["good"]
    assert [(entry.where, why in entry.why) for entry in reading.unusable] == [(where, True)]


def test_a_user_that_only_ansible_can_work_out_is_left_out_with_a_note() -> None:
    (candidate,) = read_ansible_ini("h ansible_user='{{ lookup(1) }}'").candidates
    assert candidate.said["username"] is None
    assert "template" in candidate.notes[0]


def test_among_groups_as_deep_the_priority_decides_and_then_the_alphabet() -> None:
    text = "[a]\nh\n[b]\nh\n[a:vars]\nansible_user=a\nansible_host=a\n[b:vars]\nansible_user=b\n"
    (candidate,) = read_ansible_ini(text).candidates
    assert (candidate.said["username"], candidate.said["address"]) == ("b", "a")
    (candidate,) = read_ansible_ini(text + "[a:vars]\nansible_group_priority=10\n").candidates
    assert candidate.said["username"] == "a"


def test_groups_that_go_in_a_circle_are_refused() -> None:
    with pytest.raises(InvalidInputError, match="belongs to itself"):
        read_ansible_ini("[a:children]\nb\n[b:children]\na\n[b]\nh\n")


def test_more_hosts_than_are_looked_at_are_refused() -> None:
    with pytest.raises(InvalidInputError, match=str(HOSTS_LIMIT)):
        read_ansible_ini("a[1:15000]\nb[1:15000]\n")


def test_groups_without_measure_are_refused() -> None:
    names = [f"g{number}" for number in range(4000)]
    ladder = "".join(f"[{upper}:children]\n{lower}\n" for upper, lower in pairwise(names))
    with pytest.raises(InvalidInputError, match="entangled"):
        read_ansible_ini(ladder + "[g3999]\nh\n")
    with pytest.raises(InvalidInputError, match="5000 groups"):
        read_ansible_ini("".join(f"[g{number}]\n" for number in range(5001)))


def test_labels_that_cannot_be_are_left_out_with_a_note() -> None:
    groups = "".join(f"[{name}]\nh\n" for name in ("x" * 65, "a,b", *(f"g{number}" for number in range(25))))
    (candidate,) = read_ansible_ini(groups).candidates
    assert candidate.said["group"] == "g0"
    assert len(candidate.said["tags"]) == 20
    assert "left out" in candidate.notes[0]


FRAGMENTS = (
    "[a]",
    "[a:children]",
    "[b:vars]",
    "\n",
    "b",
    "h[1:3]",
    " ansible_user=x",
    "{{ y }}",
    "'",
    '"',
    "#",
    "\\",
    "=",
    "\x1b[2J",
)


@given(st.lists(st.sampled_from(FRAGMENTS) | st.text(max_size=5), max_size=30).map("".join))
def test_no_text_makes_it_fail_in_another_way(text: str) -> None:
    with suppress(InvalidInputError):
        assert len(read_ansible_ini(text).candidates) <= HOSTS_LIMIT
