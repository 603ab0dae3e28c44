"""Inventories in YAML and JSON; what is expected is what `ansible-inventory --list` of ansible-core 2.19 prints."""

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleet.host_sources.ansible_yaml import read_ansible_json, read_ansible_yaml
from fleet.host_sources.candidate import HOSTS_LIMIT, SourceReading
from storage.errors import InvalidInputError
from storage.host import Transport

SECRET = "hunter2-and-more"
INVENTORY = f"""
all:
  vars:
    ansible_user: root
    token: !vault |
      $ANSIBLE_VAULT;1.1;AES256
      6161
  hosts:
    lonely:
    other: {{ansible_host: "{{{{ inventory_hostname }}}}.example.com", ansible_port: 0x16}}
  children:
    prod:
      children:
        web:
          hosts:
            web[01:02].example.com: &web
              ansible_user: deploy
              ansible_password: {SECRET}
            api:
              <<: *web
              ansible_port: 2200
          vars: {{ansible_ssh_private_key_file: ~/.ssh/deploy, ansible_become_password: !vault x}}
    seoul:
      hosts: api
    boxes:
      hosts:
        dock: {{ansible_connection: docker}}
        me: {{ansible_connection: local}}
"""


def said(reading: SourceReading) -> dict[str, dict[str, Any]]:
    return {candidate.name: dict(candidate.said) for candidate in reading.candidates}


@pytest.mark.parametrize("nothing", ["~", "null", "Null", "NULL", ""])
def test_a_value_that_is_nothing_is_none_and_the_same_in_quotes_a_text(nothing: str) -> None:
    plain = said(read_ansible_yaml(f"all: {{hosts: {{web: {{ansible_user: {nothing}}}}}}}"))
    quoted = said(read_ansible_yaml(f"all: {{hosts: {{web: {{ansible_user: '{nothing or 'null'}'}}}}}}"))
    assert plain["web"].get("username") is None
    assert quoted["web"]["username"] == (nothing or "null")


def test_hosts_come_with_what_holds_for_them_after_all_groups() -> None:
    reading = read_ansible_yaml(INVENTORY)
    hosts = said(reading)
    assert list(hosts) == ["lonely", "other", "web01.example.com", "web02.example.com", "api", "me"]
    assert hosts["other"] == {
        "name": "other",
        "address": "other.example.com",
        "port": 22,
        "username": "root",
        "identity_file": None,
    }
    assert hosts["api"] == {
        "name": "api",
        "group": "web",
        "tags": ("prod", "seoul"),
        "address": "api",
        "port": 2200,
        "username": "deploy",
        "identity_file": "~/.ssh/deploy",
    }
    assert hosts["me"]["transport"] is Transport.LOCAL
    (unusable,) = reading.unusable
    assert (unusable.name, "docker" in unusable.why) == ("dock", True)


def test_each_host_is_told_where_it_stands() -> None:
    where = {candidate.name: candidate.where for candidate in read_ansible_yaml(INVENTORY).candidates}
    assert (where["lonely"], where["web02.example.com"]) == ("line 9", "line 16")


def test_passwords_open_or_encrypted_are_told_of_and_go_no_further() -> None:
    reading = read_ansible_yaml(INVENTORY)
    assert SECRET not in repr(reading)
    notes = {candidate.name: " ".join(candidate.notes) for candidate in reading.candidates}
    assert "password" in notes["api"]
    assert "password" not in notes["lonely"]
    (encrypted,) = read_ansible_yaml("g: {hosts: {h: {ansible_become_pass: !vault x}}}").candidates
    assert "password" in encrypted.notes[0]


def test_what_is_encrypted_is_never_an_address() -> None:
    (candidate,) = read_ansible_yaml("g: {hosts: {h: {ansible_host: !vault x, ansible_user: !vault y}}}").candidates
    assert (candidate.said["address"], candidate.said["username"]) == ("h", None)


def test_what_ansible_inventory_prints_is_read_the_same() -> None:
    tree = {
        "_meta": {
            "hostvars": {
                "web1": {"ansible_port": 2222, "ansible_user": {"__ansible_unsafe": "kim"}, "flag": True},
                "db1": {"ansible_host": "10.0.0.7", "ansible_password": {"__ansible_vault": "x"}},
                "ghost": {},
            }
        },
        "all": {"children": ["ungrouped", "prod"]},
        "prod": {"children": ["web"]},
        "web": {"hosts": ["web1"]},
        "ungrouped": {"hosts": ["db1"]},
        "short": ["db1"],
    }
    reading = read_ansible_json(json.dumps(tree))
    hosts = said(reading)
    assert hosts["web1"]["group"] == "web"
    assert (hosts["web1"]["tags"], hosts["web1"]["port"], hosts["web1"]["username"]) == (("prod",), 2222, "kim")
    assert (hosts["db1"]["address"], hosts["db1"]["group"]) == ("10.0.0.7", "short")
    assert list(hosts) == ["web1", "db1"]
    assert "password" in next(candidate for candidate in reading.candidates if candidate.name == "db1").notes[0]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("plugin: aws_ec2\nregions: [a]", "plugin"),
        ("- web1\n- web2", "groups by name"),
        ("just text", "groups by name"),
        ("", "groups by name"),
        ("a: b: c", "Line 1 is no YAML"),
        ("web:\n\thosts: x", "Line 2 is no YAML"),
        ("\x01", "no YAML"),
        ("a: &a {b: *a}", "refers to “a”"),
        ("a: " + "[" * 70, "deeper"),
        ("[" * 5_000_000, "deeper"),
        ("a: {children: {b: {children: {a: {}}}}}", "belongs to itself"),
        ("a: {hosts: {'w[1:9999]': , 'x[1:9999]': , 'y[1:9999]': }}", str(HOSTS_LIMIT)),
    ],
)
def test_what_is_no_inventory_is_refused_with_a_reason(text: str, why: str) -> None:
    with pytest.raises(InvalidInputError, match=why):
        read_ansible_yaml(text)


@pytest.mark.parametrize(
    ("text", "why"), [("{", "Line 1 is no JSON"), ("[" * 200_000, "nested"), ("[]", "groups by name")]
)
def test_what_is_no_json_inventory_is_refused_with_a_reason(text: str, why: str) -> None:
    with pytest.raises(InvalidInputError, match=why):
        read_ansible_json(text)


def test_aliases_that_multiply_come_to_an_end() -> None:
    lists = "a0: &a0 {hosts: {h: {}}}\n"
    lists += "".join(f"a{n}: &a{n} {{children: {{x{n}: *a{n - 1}, y{n}: *a{n - 1}}}}}\n" for n in range(1, 60))
    with pytest.raises(InvalidInputError, match=r"entangled|groups"):
        read_ansible_yaml(lists)


def test_merges_that_multiply_come_to_an_end() -> None:
    wide = ", ".join(f"k{number}: v" for number in range(1000))
    text = f"base: &m0 {{{wide}}}\n" + "".join(
        f"m{n}: &m{n} {{<<: [{', '.join([f'*m{n - 1}'] * 20)}]}}\n" for n in range(1, 90)
    )
    with pytest.raises(InvalidInputError, match="1000000 values"):
        read_ansible_yaml(text)


def test_what_stands_there_wins_over_what_is_merged_and_the_first_over_the_next() -> None:
    text = """
a: &a {ansible_user: a, ansible_port: 1}
b: &b {ansible_user: b, ansible_host: b}
g: {hosts: {h: {<<: [*a, *b], ansible_port: 3}}}
"""
    (candidate,) = read_ansible_yaml(text).candidates
    assert [candidate.said[field] for field in ("username", "address", "port")] == ["a", "b", 3]


def test_a_name_that_a_mapping_has_twice_is_told() -> None:
    reading = read_ansible_yaml("g:\n  hosts:\n    a:\n  hosts:\n    b:\n")
    assert [candidate.name for candidate in reading.candidates] == ["b"]
    assert "line 4 has “hosts” once more" in reading.notes[0]


def test_what_is_no_group_is_told() -> None:
    reading = read_ansible_yaml("services: {web: {image: nginx}}\nversion: '3'\n")
    assert reading.candidates == []
    assert ["“services”" in reading.notes[0], "“version”" in reading.notes[1]] == [True, True]


PIECES = st.sampled_from(
    [
        "all:\n",
        "  hosts:\n",
        "    h[1:3]:\n",
        "  children:\n",
        "&a ",
        "*a",
        "<<: ",
        "!vault ",
        "{",
        "}",
        "[",
        "]",
        ": ",
        "- ",
        "\n",
    ]
)


@given(st.lists(PIECES | st.text(max_size=4), max_size=30).map("".join))
def test_no_text_makes_it_fail_in_another_way(text: str) -> None:
    for read in (read_ansible_yaml, read_ansible_json):
        with suppress(InvalidInputError):
            assert len(read(text).candidates) <= HOSTS_LIMIT


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["hosts", "children", "vars", "_meta", "hostvars", "a", "ansible_port"]), inner, max_size=4
        )
    ),
    max_leaves=20,
)


@given(VALUES)
def test_no_structure_makes_it_fail_in_another_way(value: object) -> None:
    with suppress(InvalidInputError):
        read_ansible_json(json.dumps(value))
