"""`watchpost annotations edit`."""

import pytest

from storage.annotations import find_annotation
from storage.database import Database
from storage.utc import now_ms
from tests.command_line import CommandLine


@pytest.fixture
def noted(cli: CommandLine, database: Database) -> Database:
    span = ("--from", "2026-03-01T12:00Z", "--to", "2026-03-01T13:00Z")
    assert cli("annotate", "deploy 1.2", *span, "--db", database.url).status == 0
    return database


def test_text_and_times_change_and_the_rest_stays(cli: CommandLine, noted: Database) -> None:
    options = ("--text", "deploy 1.3", "--to", "2026-03-01T12:30Z")
    told = cli("annotations", "edit", "1", *options, "--json", "--db", noted.url).json["annotation"]
    assert (told["text"], told["from"], told["to"]) == (
        "deploy 1.3",
        "2026-03-01T12:00:00.000Z",
        "2026-03-01T12:30:00.000Z",
    )


def test_a_span_can_be_ended_now(cli: CommandLine, noted: Database) -> None:
    told = cli("annotations", "edit", "1", "--to", "now", "--db", noted.url)
    assert "“deploy 1.2” about everything, " in told.out
    with noted.reading() as connection:
        assert abs(find_annotation(connection, 1).end_ts - now_ms()) < 60_000


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("1",), "nothing to change"),
        (("2", "--text", "x"), "There is no annotation 2"),
        (("1", "--text", " "), "needs a text"),
        (("1", "--to", "2026-03-01T11:00Z"), "end before it starts"),
        (("1", "--from", "soon"), "is not a time"),
    ],
    ids=["nothing", "unknown", "empty", "backwards", "time"],
)
def test_what_cannot_be_changed_is_refused(
    cli: CommandLine, noted: Database, arguments: tuple[str, ...], said: str
) -> None:
    told = cli("annotations", "edit", *arguments, "--db", noted.url)
    assert told.status == 1
    assert said in told.err
