"""The form of a host, without its widgets."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor_gui.hosts.host_draft import (
    Field,
    HostDraft,
    changes,
    changes_the_way,
    draft_of,
    new_host,
    problems,
    proposed_name,
    tidied,
    twin,
)
from monitor_gui.hosts.reading_choice import ReadingChoice
from storage.host import Host, NewHost, Reader, Transport
from storage.host_rules import checked_host, fields_of

WEB = Host(id=1, revision=1, name="web", address="10.0.0.7", port=2222, username="root", interval_s=2.5)


@pytest.mark.parametrize(
    ("typed", "parts"),
    [
        ("db1", ("db1", "", "")),
        (" root@10.0.0.7:2222 ", ("10.0.0.7", "root", "2222")),
        ("[2001:db8::1]:22", ("2001:db8::1", "", "22")),
        ("ssh kim@db1", ("db1", "kim", "")),
        ("kim@corp.example@db1", ("db1", "kim@corp.example", "")),
        ("db1:port", ("db1:port", "", "")),
    ],
)
def test_an_address_as_for_ssh_is_put_into_its_fields(typed: str, parts: tuple[str, str, str]) -> None:
    tidy = tidied(HostDraft(address=typed))
    assert (tidy.address, tidy.username, tidy.port) == parts


def test_what_was_typed_in_the_other_fields_stays_where_the_address_does_not_say() -> None:
    tidy = tidied(HostDraft(address="db1", username=" kim ", port=" 23 ", interval=" 2,5 "))
    assert (tidy.username, tidy.port, tidy.interval) == ("kim", "23", "2.5")


@pytest.mark.parametrize(
    ("address", "taken", "name"),
    [
        ("db1.example.org", [], "db1"),
        ("db1.example.org", ["DB1"], "db1.example.org"),
        ("db1", ["db1"], "db1-2"),
        ("root@10.0.0.7:22", [], "10.0.0.7"),
        ("10.0.0.7", ["10.0.0.7", "10.0.0.7-2"], "10.0.0.7-3"),
        ("fe80::1%eth0", [], "fe80::1%eth0"),
        ("", [], ""),
        ("a b", [], ""),
    ],
)
def test_a_name_is_proposed_from_the_address(address: str, taken: list[str], name: str) -> None:
    assert proposed_name(address, taken) == name


@pytest.mark.parametrize(
    ("draft", "field", "words"),
    [
        (HostDraft(name="x"), Field.ADDRESS, "Where is the host?"),
        (HostDraft(name="x", address="a b"), Field.ADDRESS, "no address"),
        (HostDraft(name="x", address="db1:port"), Field.ADDRESS, "no address"),
        (HostDraft(name="x", address="-oProxyCommand=x"), Field.ADDRESS, "like an option"),
        (HostDraft(address="x"), Field.NAME, "Give the host a name"),
        (HostDraft(name="web", address="x"), Field.NAME, "already"),
        (HostDraft(name="x" * 256, address="x"), Field.NAME, "longer than 255"),
        (HostDraft(name="a\u202eb", address="x"), Field.NAME, "cannot be seen"),
        (HostDraft(name="x", address="x", username="-l"), Field.USER, "like an option"),
        (HostDraft(name="x", address="x", port="65536"), Field.PORT, "1 to 65535"),
        (HostDraft(name="x", address="x", port="٢٢"), Field.PORT, "1 to 65535"),
        (HostDraft(name="x", address="x", group="a, b"), Field.GROUP, "no comma"),
        (HostDraft(name="x", address="x", group="g" * 65), Field.GROUP, "longer than 64"),
        (HostDraft(name="x", address="x", tags=f"a, {'t' * 65}"), Field.TAGS, "longer than 64"),
        (HostDraft(name="x", address="x", tags=", ".join(map(str, range(21)))), Field.TAGS, "20 tags"),
        (HostDraft(name="x", address="x", identity_file="keys/id.pub"), Field.IDENTITY, "whole path"),
        (HostDraft(name="x", address="x", identity_file="/keys/id.pub"), Field.IDENTITY, "public half"),
        (HostDraft(name="x", address="x", identity_file="keys/id"), Field.IDENTITY, "whole path"),
        (HostDraft(name="x", address="x", interval="0.5"), Field.INTERVAL, "1 to 86400"),
        (HostDraft(name="x", address="x", interval="nan"), Field.INTERVAL, "1 to 86400"),
        (HostDraft(name="x", address="x", interval="often"), Field.INTERVAL, "1 to 86400"),
    ],
)
def test_each_field_that_cannot_be_used_has_its_sentence(draft: HostDraft, field: Field, words: str) -> None:
    found = problems(draft, [WEB])
    assert list(found) == [field]
    assert words in found[field]


def test_for_this_machine_only_name_and_interval_count() -> None:
    draft = HostDraft(local=True, name="here", address="-x", port="no", credential="ops")
    assert problems(draft, []) == {}
    assert new_host(draft) == NewHost(name="here", transport=Transport.LOCAL)


def test_the_own_name_is_not_taken() -> None:
    assert problems(draft_of(WEB), [WEB], own_name="web") == {}


def test_a_host_goes_through_the_form_unchanged() -> None:
    host = Host(
        id=1,
        revision=1,
        name="db",
        address="2001:db8::1",
        port=22,
        username="kim@corp",
        identity_file="~/.ssh/id",
        credential="ops",
        interval_s=2.5,
        enabled=False,
        group="Postgres",
        tags=("Seoul", "production"),
    )
    assert changes(host, tidied(draft_of(host))) == {}


def test_only_what_differs_is_changed() -> None:
    draft = HostDraft(name="web", address="10.0.0.8", username="root", port="2222", interval="")
    assert changes(WEB, draft) == {"address": "10.0.0.8", "interval_s": None}


def test_a_new_name_does_not_change_the_way_but_another_user_does() -> None:
    assert not changes_the_way(WEB, replace(WEB, name="other", interval_s=1.0))
    assert changes_the_way(WEB, replace(WEB, username="kim"))
    assert changes_the_way(WEB, replace(WEB, sudo=True))


def test_a_host_that_is_reached_in_the_same_way_is_found() -> None:
    local = NewHost(name="here", transport=Transport.LOCAL)
    assert twin(HostDraft(address="10.0.0.7", port="2222"), [local, WEB]) is WEB
    assert twin(HostDraft(address="10.0.0.7"), [local, WEB]) is None
    assert twin(HostDraft(address="10.0.0.7", port="2222"), [WEB], own_name="web") is None
    assert twin(HostDraft(local=True), [local, WEB]) is local


def test_tags_are_told_apart_by_commas_and_none_is_there_twice() -> None:
    tidy = tidied(HostDraft(name="x", address="y", tags=" Seoul,, production ,Seoul", group=" Web "))
    assert tidy.tags == "Seoul, production"
    assert (new_host(tidy).group, new_host(tidy).tags) == ("Web", ("Seoul", "production"))


TYPED = ("name", "address", "username", "port", "group", "tags", "identity_file", "interval")


@given(st.fixed_dictionaries(dict.fromkeys(TYPED, st.text(max_size=40))))
def test_what_has_no_problem_is_a_host_and_whatever_is_typed_does_no_harm(typed: dict[str, Any]) -> None:
    tidy = tidied(HostDraft(**typed))
    if not problems(tidy, []):
        assert checked_host(fields_of(new_host(tidy))).name


def test_nothing_that_is_set_about_a_host_is_lost_in_the_form() -> None:
    host = NewHost(
        name="nas",
        address="10.0.0.9",
        transport=Transport.PARAMIKO,
        reader=Reader.SHELL,
        sudo=True,
        top_processes=50,
        all_mounts=True,
        all_interfaces=True,
        compression=True,
        group="Storage",
        tags=("Seoul",),
    )
    assert new_host(draft_of(host)) == host


@pytest.mark.parametrize("count", ["0", "101", "ten", "-1"])
def test_a_process_table_has_its_limits(count: str) -> None:
    draft = HostDraft(name="x", address="y", reading=ReadingChoice(top_processes=count))
    assert "100" in problems(draft, [])[Field.TOP]
