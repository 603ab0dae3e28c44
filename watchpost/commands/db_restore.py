"""`watchpost db restore`: puts a backup in the place of the database."""

from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from storage.care.backup import restore_database
from storage.errors import InvalidInputError
from storage.utc import now_ms
from watchpost.console import is_interactive, output, print_json
from watchpost.invocation import DatabaseOption, JsonOption, YesOption, configuration
from watchpost.progress_bar import progress_bar


def command(
    *,
    file: Annotated[Path, typer.Argument(help="The backup.", show_default=False)],
    yes: YesOption = False,
    as_json: JsonOption = False,
    database: DatabaseOption = None,
) -> None:
    """Put a backup in the place of the database, which is kept beside it. Stop the poller first."""
    url = configuration(database).database_url
    if not yes:
        _confirm(file, url)
    with progress_bar() as on_step:
        done = restore_database(file.expanduser().absolute(), url, now_ms=now_ms(), on_step=on_step)
    if as_json:
        kept = None if done.kept is None else str(done.kept)
        print_json({"revision": done.revision, "outdated": done.outdated, "kept": kept})
        return
    output().print(Text(f"Restored {file}."))
    if done.kept:
        output().print(Text(f"What was there before is at {done.kept}."))
    if done.outdated:
        output().print(Text(f"It has schema {done.revision}: run `watchpost db upgrade`, or start the poller."))


def _confirm(file: Path, url: str) -> None:
    if not is_interactive():
        raise InvalidInputError("Nobody is here to confirm that the database is replaced.", hint="Add --yes.")
    typer.confirm(f"Put {file} in the place of {url}?", abort=True, err=True)
