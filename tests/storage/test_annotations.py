"""Annotations in the database."""

import pytest

from storage.annotation import Annotation, NewAnnotation
from storage.annotations import (
    add_annotation,
    annotations_of_host,
    edit_annotation,
    find_annotation,
    find_group,
    host_names,
    list_annotations,
    remove_annotation,
)
from storage.database import Database
from storage.errors import InvalidInputError, NotFoundError
from storage.host import Host, NewHost
from storage.hosts import add_hosts, edit_host, find_host, remove_host


@pytest.fixture
def hosts(database: Database) -> dict[str, Host]:
    with database.writing() as connection:
        new = [NewHost(name="db1", address="a"), NewHost(name="web1", address="b", group="web")]
        return {host.name: host for host in add_hosts(connection, new, 0)}


def add(
    database: Database,
    text: str = "deploy",
    *,
    at: tuple[int, int] = (100, 100),
    hosts: tuple[str, ...] = (),
    groups: tuple[str, ...] = (),
) -> Annotation:
    new = NewAnnotation(text=text, start_ts=at[0], end_ts=at[1], hosts=hosts, groups=groups, author="jo")
    with database.writing() as connection:
        return add_annotation(connection, new, 999)


def texts(found: list[Annotation]) -> list[str]:
    return [each.text for each in found]


def test_it_is_kept_as_it_was_said(database: Database, hosts: dict[str, Host]) -> None:
    added = add(database, "deploy 1.2", at=(100, 200), hosts=("db1", "db1"), groups=("web",))
    assert added == Annotation(
        id=added.id,
        text="deploy 1.2",
        start_ts=100,
        end_ts=200,
        host_ids=(hosts["db1"].id,),
        groups=("web",),
        author="jo",
        created_at=999,
    )
    with database.reading() as connection:
        assert find_annotation(connection, added.id) == added


def test_a_list_has_what_touches_the_span_in_order_of_time(database: Database) -> None:
    for text, at in {"late": (300, 300), "early": (50, 99), "long": (10, 500), "moment": (100, 100)}.items():
        add(database, text, at=at)
    with database.reading() as connection:
        assert texts(list_annotations(connection)) == ["long", "early", "moment", "late"]
        assert texts(list_annotations(connection, start=100, end=300)) == ["long", "moment"]
        assert texts(list_annotations(connection, start=501)) == []


def test_a_host_has_its_own_those_of_its_group_and_those_about_everything(
    database: Database, hosts: dict[str, Host]
) -> None:
    add(database, "all")
    add(database, "own", hosts=("db1",))
    add(database, "group", groups=("web",))
    with database.reading() as connection:
        assert texts(annotations_of_host(connection, hosts["db1"])) == ["all", "own"]
        assert texts(annotations_of_host(connection, hosts["web1"])) == ["all", "group"]
        assert texts(annotations_of_host(connection, hosts["web1"], end=100)) == []


def test_it_follows_a_host_to_its_new_name_and_group(database: Database, hosts: dict[str, Host]) -> None:
    added = add(database, hosts=("db1",))
    add(database, "group", groups=("web",))
    with database.writing() as connection:
        edit_host(connection, "db1", {"name": "db9", "group": "web"})
        assert host_names(connection, added.host_ids) == {added.host_ids[0]: "db9"}
        assert texts(annotations_of_host(connection, find_host(connection, "db9"))) == ["deploy", "group"]


def test_the_name_of_a_removed_host_is_still_known(database: Database, hosts: dict[str, Host]) -> None:
    added = add(database, hosts=("db1",))
    with database.writing() as connection:
        remove_host(connection, "db1", 5)
        assert host_names(connection, added.host_ids) == {hosts["db1"].id: "db1"}
        assert host_names(connection, ()) == {}


@pytest.mark.parametrize(
    ("scope", "meant"),
    [({"hosts": ("db2",)}, "“db1”"), ({"groups": ("wep",)}, "“web”"), ({"groups": ("postgres",)}, "hosts edit")],
    ids=["host", "group", "another group"],
)
def test_what_does_not_exist_is_answered_with_what_may_be_meant(
    database: Database, hosts: dict[str, Host], scope: dict[str, tuple[str, ...]], meant: str
) -> None:
    with pytest.raises(NotFoundError) as refused:
        add(database, **scope)  # type: ignore[arg-type]
    assert meant in refused.value.hint
    with database.reading() as connection:
        assert list_annotations(connection) == []


def test_a_group_is_found_however_its_letters_are_composed(database: Database) -> None:
    with database.writing() as connection:
        add_hosts(connection, [NewHost(name="x", address="x", group="caf\u00e9")], 0)
        assert find_group(connection, "cafe\u0301") == "caf\u00e9"


def test_text_and_times_can_be_changed(database: Database) -> None:
    added = add(database, at=(100, 200))
    with database.writing() as connection:
        assert edit_annotation(connection, added.id, text=" deploy 1.3 ").text == "deploy 1.3"
        edited = edit_annotation(connection, added.id, end_ts=300)
        assert (edited.text, edited.start_ts, edited.end_ts) == ("deploy 1.3", 100, 300)
        assert edit_annotation(connection, added.id, start_ts=150).end_ts == 300


def test_a_moment_moves_with_its_start_and_becomes_a_span_with_an_end(database: Database) -> None:
    added = add(database, at=(100, 100))
    with database.writing() as connection:
        moved = edit_annotation(connection, added.id, start_ts=50)
        assert (moved.start_ts, moved.end_ts) == (50, 50)
        longer = edit_annotation(connection, added.id, end_ts=80)
        assert (longer.start_ts, longer.end_ts) == (50, 80)


@pytest.mark.parametrize("changes", [{"end_ts": 99}, {"start_ts": 201}, {"text": "\n"}], ids=["end", "start", "text"])
def test_a_change_that_cannot_be_changes_nothing(database: Database, changes: dict[str, int | str]) -> None:
    added = add(database, at=(100, 200))
    with pytest.raises(InvalidInputError), database.writing() as connection:
        edit_annotation(connection, added.id, **changes)  # type: ignore[arg-type]
    with database.reading() as connection:
        assert find_annotation(connection, added.id) == added


def test_what_is_removed_is_gone_and_its_id_is_never_used_again(database: Database) -> None:
    added = add(database)
    with database.writing() as connection:
        assert remove_annotation(connection, added.id) == added
        assert list_annotations(connection) == []
    assert add(database).id > added.id


@pytest.mark.parametrize("annotation_id", [0, -1, 7, 2**63, 10**30])
def test_an_id_that_there_is_not_is_said_to_be_none(database: Database, annotation_id: int) -> None:
    with database.writing() as connection:
        for act in (find_annotation, edit_annotation, remove_annotation):
            with pytest.raises(NotFoundError, match=str(annotation_id)):
                act(connection, annotation_id)
