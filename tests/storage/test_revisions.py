import pytest
from alembic.script import ScriptDirectory

from storage.database import Database
from storage.errors import DatabaseNewerError, DatabaseOutdatedError, DatabaseUnavailableError
from storage.migration import alembic_config
from storage.revisions import REVISIONS, SchemaState, read_schema, refusal, schema_state


def test_the_revisions_are_those_of_the_scripts_in_their_order() -> None:
    scripts = ScriptDirectory.from_config(alembic_config()).walk_revisions()
    assert tuple(reversed([script.revision for script in scripts])) == REVISIONS


@pytest.mark.parametrize(
    ("about", "tables", "revision", "state"),
    [
        ("a new file", [], None, SchemaState.EMPTY),
        ("only Alembic's table, and nothing in it", ["alembic_version"], None, SchemaState.EMPTY),
        ("tables without a mark", ["moz_places"], None, SchemaState.FOREIGN),
        ("ours", ["alembic_version", "hosts"], REVISIONS[-1], SchemaState.CURRENT),
        ("half of a copy", ["alembic_version", "hosts"], "copying", SchemaState.HALF_COPIED),
        (
            "another program's with migrations of its own",
            ["alembic_version", "users"],
            "ae1027a6acf",
            SchemaState.FOREIGN,
        ),
        ("a mark that is not known", ["alembic_version", "hosts"], "9999", SchemaState.NEWER),
    ],
)
def test_a_database_is_judged_by_its_mark_and_its_tables(
    about: str, tables: list[str], revision: str | None, state: SchemaState
) -> None:
    assert schema_state(tables, revision) is state


def test_an_earlier_revision_is_outdated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.revisions.REVISIONS", ("0001", "0002"))
    assert schema_state(["hosts"], "0001") is SchemaState.OUTDATED


def test_the_state_is_read_from_the_database(database: Database) -> None:
    with database.reading() as connection:
        assert read_schema(connection) == (SchemaState.CURRENT, REVISIONS[-1])


def test_a_refusal_says_which_schema_it_is_and_what_to_do() -> None:
    newer = refusal(SchemaState.NEWER, "9999", "x.db")
    outdated = refusal(SchemaState.OUTDATED, "0000", "x.db")
    assert isinstance(newer, DatabaseNewerError)
    assert isinstance(outdated, DatabaseOutdatedError)
    assert "9999" in newer.message
    assert REVISIONS[-1] in newer.message
    assert "watchpost db upgrade" in outdated.hint
    for state in (SchemaState.EMPTY, SchemaState.FOREIGN, SchemaState.HALF_COPIED):
        error = refusal(state, None, "x.db")
        assert isinstance(error, DatabaseUnavailableError)
        assert error.hint


def test_of_a_server_a_person_makes_the_backup() -> None:
    for state in (SchemaState.NEWER, SchemaState.OUTDATED):
        error = refusal(state, "0001", "“watchpost” on db", is_file=False)
        assert error is not None
        assert "pg_" in error.hint


def test_a_current_database_is_not_refused() -> None:
    assert refusal(SchemaState.CURRENT, REVISIONS[-1], "x.db") is None
