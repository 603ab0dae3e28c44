"""`watchpost annotations remove`."""

import pytest

from storage.annotations import list_annotations
from storage.database import Database
from tests.command_line import CommandLine


@pytest.fixture
def noted(cli: CommandLine, database: Database) -> Database:
    assert cli("annotate", "deploy 1.2", "--db", database.url).status == 0
    return database


def count(database: Database) -> int:
    with database.reading() as connection:
        return len(list_annotations(connection))


def test_it_is_gone(cli: CommandLine, noted: Database) -> None:
    told = cli("annotations", "remove", "1", "--yes", "--db", noted.url)
    assert told.status == 0
    assert "“deploy 1.2”" in told.out
    assert count(noted) == 0


def test_nobody_there_to_ask_means_no(cli: CommandLine, noted: Database) -> None:
    told = cli("annotations", "remove", "1", "--db", noted.url)
    assert told.status == 1
    assert "--yes" in told.err
    assert count(noted) == 1


@pytest.mark.parametrize(("answer", "left"), [("y\n", 0), ("n\n", 1)])
def test_a_person_is_asked(
    cli: CommandLine, noted: Database, monkeypatch: pytest.MonkeyPatch, answer: str, left: int
) -> None:
    monkeypatch.setattr("watchpost.commands.annotations_remove.is_interactive", lambda: True)
    told = cli("annotations", "remove", "1", "--db", noted.url, stdin=answer)
    assert "Forget annotation 1, “deploy 1.2”?" in told.err
    assert count(noted) == left


@pytest.mark.parametrize("annotation_id", ["2", str(2**63), "9" * 40])
def test_what_there_is_not_cannot_be_removed(cli: CommandLine, noted: Database, annotation_id: str) -> None:
    told = cli("annotations", "remove", annotation_id, "--yes", "--db", noted.url)
    assert told.status == 1
    assert f"There is no annotation {annotation_id}." in told.err
    assert count(noted) == 1


@pytest.mark.parametrize("annotation_id", ["x", "0", "1.5", ""])
def test_what_is_no_number_is_wrong_usage(cli: CommandLine, noted: Database, annotation_id: str) -> None:
    assert cli("annotations", "remove", annotation_id, "--yes", "--db", noted.url).status == 2
