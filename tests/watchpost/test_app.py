import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.command_line import ROOT, CommandLine, run_program
from watchpost import __version__
from watchpost.app import COMMANDS
from watchpost.command_group import Branch, Leaf

DOCUMENT = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")


def leaves(entries: dict[str, Leaf | Branch], *before: str) -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = []
    for name, entry in entries.items():
        found += leaves(dict(entry.entries), *before, name) if isinstance(entry, Branch) else [(*before, name)]
    return found


LEAVES = leaves(COMMANDS)


def test_the_version_is_told(cli: CommandLine) -> None:
    assert cli("--version").out == f"watchpost {__version__}\n"


def test_the_help_lists_every_command(cli: CommandLine) -> None:
    told = cli("--help")
    assert told.status == 0
    assert all(name in told.out for name in COMMANDS)


@pytest.mark.parametrize("leaf", LEAVES, ids=" ".join)
def test_every_command_has_help_and_is_in_the_document_with_each_of_its_options(
    cli: CommandLine, leaf: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    told = cli(*leaf, "--help")
    assert told.status == 0
    heading = f"### `watchpost {' '.join(leaf)}"
    assert heading in DOCUMENT, f"{' '.join(leaf)} has no heading in docs/cli.md"
    section = DOCUMENT.split(heading)[1].split("\n### ")[0]
    words = {word.strip("│,[]|;.") for word in told.out.replace("/", " ").split()}
    options = {word for word in words if word.startswith("--") and word not in {"--help", "--db"}}
    missing = {option for option in options if f"`{option}" not in section and f"/{option}" not in section}
    assert not missing, f"docs/cli.md says nothing of {missing}"


@pytest.mark.parametrize(
    "arguments", [["hots"], ["hosts", "ad"], ["hosts", "add"], ["run", "--fast"], ["db", "info", "x"]]
)
def test_wrong_usage_is_status_2(cli: CommandLine, arguments: list[str]) -> None:
    told = cli(*arguments)
    assert told.status == 2
    assert told.out == ""
    assert "--help" in told.err


def test_the_database_may_be_named_before_and_after_the_command(cli: CommandLine, tmp_path: Path) -> None:
    before, after = f"sqlite:///{tmp_path}/before.db", str(tmp_path / "after.db")
    assert cli("--db", before, "hosts", "add", "one", "--local", "--no-test").status == 0
    assert cli("hosts", "add", "two", "--local", "--no-test", "--db", after).status == 0
    assert cli("--db", before, "hosts", "list", "--json").json["hosts"][0]["name"] == "one"
    both = cli("--db", before, "hosts", "list", "--json", "--db", after)
    assert both.json["hosts"][0]["name"] == "two"
    assert cli("hosts", "list").status == 1


def test_dotenv_and_environment_name_the_database_too(
    cli: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path(".env").write_text(f"WATCHPOST_DATABASE_URL={tmp_path}/dotenv.db\n")
    cli("hosts", "add", "one", "--local", "--no-test")
    assert (tmp_path / "dotenv.db").exists()
    monkeypatch.setenv("DATABASE_URL", f"{tmp_path}/general.db")
    assert cli("db", "info", "--json").json["url"] == f"sqlite:///{tmp_path}/dotenv.db"
    monkeypatch.setenv("WATCHPOST_DATABASE_URL", f"{tmp_path}/environment.db")
    assert "environment.db" in cli("db", "info").err


def test_an_error_is_json_where_json_was_asked_for(cli: CommandLine) -> None:
    told = cli("hosts", "show", "db1", "--json")
    assert (told.status, told.out) == (1, "")
    assert told.error["kind"] == "database_unavailable"
    assert "watchpost hosts add" in told.error["hint"]


def test_a_failing_command_says_nothing_on_standard_output(cli: CommandLine) -> None:
    told = cli("credentials", "list")
    assert (told.status, told.out) == (1, "")
    assert told.err.startswith("✖ ")


def test_looking_at_the_version_imports_neither_ssh_nor_sql() -> None:
    script = """
import json, sys
from watchpost.__main__ import main
sys.argv = ["watchpost", "--version"]
try:
    main()
finally:
    print(json.dumps([name for name in ("asyncssh", "sqlalchemy", "keyring", "textual") if name in sys.modules]))
"""
    done = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True, cwd=ROOT)
    assert json.loads(done.stdout.splitlines()[-1]) == []


def test_the_real_program_behaves_as_its_functions_do(home: Path, tmp_path: Path) -> None:
    environment = {"HOME": str(home)}
    added = run_program("hosts", "add", "here", "--local", "--json", environment=environment, folder=tmp_path)
    assert (added.status, added.err) == (0, "")
    assert added.json["test"]["ok"] is True
    assert run_program("hots", environment=environment, folder=tmp_path).status == 2
