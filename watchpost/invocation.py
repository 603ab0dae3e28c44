"""What was said on this command line before the command, and the configuration that follows from all of it."""

import os
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from watchpost.configuration import Configuration, configure, platform_folders
from watchpost.dotenv_file import read_dotenv


@dataclass(frozen=True, slots=True)
class Said:
    """Options that count for the whole command line.

    Attributes:
        database: `--db` before the command.
        json: whether `--json` was given anywhere; errors are told in the same form.
    """

    database: str | None = None
    json: bool = False


said: ContextVar[Said] = ContextVar("said", default=Said())  # noqa: B039 - it is frozen

DatabaseOption = Annotated[
    str | None,
    typer.Option("--db", metavar="URL", help="Database: sqlite:///path or a path.", show_default=False),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Write JSON, for scripts.")]
YesOption = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]


def configuration(database: str | None = None) -> Configuration:
    """The configuration of this run.

    Args:
        database: `--db` after the command; without it, the one before the command counts.

    Raises:
        WatchpostError: something in it cannot be used.
    """
    folder = Path.cwd()
    return configure(database or said.get().database, os.environ, read_dotenv(folder), platform_folders())
