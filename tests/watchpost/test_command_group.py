import sys
from pathlib import Path

import pytest
import typer

from tests.command_line import CommandLine
from watchpost.app import COMMANDS
from watchpost.command_group import Branch, LazyCommands, Leaf


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A module with a command."""
    (tmp_path / "made_for_this_test.py").write_text('def command() -> None:\n    """Do it."""\n')
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "made_for_this_test", raising=False)
    return "made_for_this_test"


def test_a_command_is_imported_when_it_is_looked_up_and_not_before(made: str) -> None:
    commands = LazyCommands({"it": Leaf(made, "Do it."), "group": Branch("Many.", {"it": Leaf(made, "Do it.")})})
    assert list(commands) == list(commands.keys()) == ["it", "group"]
    assert commands.get("none") is None
    assert made not in sys.modules
    assert commands["it"].name == "it"
    assert made in sys.modules
    assert commands["it"] is commands["it"]
    assert [name for name, _ in commands.items()] == ["it", "group"]
    assert commands["group"].commands["it"].name == "it"


def test_every_command_can_be_imported() -> None:
    assert all(command is not None for _, command in LazyCommands(COMMANDS).items())


def test_a_status_that_a_command_chooses_is_kept(cli: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    def command() -> None:
        raise typer.Exit(3)

    monkeypatch.setattr("watchpost.commands.db_info.command", command)
    monkeypatch.delitem(COMMANDS, "doctor")
    monkeypatch.setitem(COMMANDS, "three", Leaf("watchpost.commands.db_info", "Three."))
    assert cli("three").status == 3
