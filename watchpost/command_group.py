"""A group of commands that are imported when they are called, and the one place where their errors are told."""

import importlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import typer
from typer.core import TyperGroup

from storage.errors import WatchpostError
from watchpost.console import print_error
from watchpost.invocation import Said, said


@dataclass(frozen=True, slots=True)
class Leaf:
    """A command: the module whose function `command` it is."""

    module: str
    help: str


@dataclass(frozen=True, slots=True)
class Branch:
    """A group of commands."""

    help: str
    entries: Mapping[str, "Leaf | Branch"]


class LazyCommands(dict[str, Any]):
    """The commands of a group by name; each is imported when it is looked up."""

    def __init__(self, entries: Mapping[str, Leaf | Branch]) -> None:
        super().__init__()
        self._entries = entries

    def __getitem__(self, name: str) -> Any:  # noqa: ANN401 - Typer keeps the type of a command to itself
        """The command. Raises KeyError."""
        if not super().__contains__(name):
            self[name] = _built(name, self._entries[name])
        return super().__getitem__(name)

    def get(self, name: str, default: Any = None) -> Any:  # noqa: ANN401 - as above
        """The command, or the default."""
        return self[name] if name in self._entries else default

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def keys(self) -> Any:  # noqa: ANN401 - as above
        """The names, without importing anything."""
        return self._entries.keys()

    def items(self) -> Any:  # noqa: ANN401 - as above
        """Names and commands; imports all of them."""
        return {name: self[name] for name in self._entries}.items()


class RootGroup(TyperGroup):
    """The group at the top: tells foreseeable errors in the form that was asked for, and ends with status 1."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401 - as above
        """Notes whether errors are for a script; `--json` stands behind the command."""
        said.set(Said(json="--json" in args))
        return super().parse_args(ctx, args)

    def invoke(self, ctx: Any) -> Any:  # noqa: ANN401 - as above
        """Runs the command."""
        try:
            return super().invoke(ctx)
        except WatchpostError as error:
            print_error(error, as_json=said.get().json)
            raise typer.Exit(1) from error


def remember_database(database: str | None) -> None:
    """Keeps the `--db` that stood before the command."""
    said.set(replace(said.get(), database=database))


def _built(name: str, entry: Leaf | Branch) -> Any:  # noqa: ANN401 - as above
    if isinstance(entry, Branch):
        return TyperGroup(name=name, help=entry.help, commands=LazyCommands(entry.entries), no_args_is_help=True)
    alone = typer.Typer(add_completion=False)
    alone.command(name, short_help=entry.help)(importlib.import_module(entry.module).command)
    command = typer.main.get_command(alone)
    command.name = name
    return command
