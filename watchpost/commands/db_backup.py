"""`watchpost db backup`: a copy of the database while it is in use."""

from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from storage.care.backup import back_up_database, backup_name
from storage.quantities import byte_count
from storage.utc import now_ms
from watchpost.console import output, print_json
from watchpost.invocation import DatabaseOption, JsonOption, configuration
from watchpost.progress_bar import progress_bar


def command(
    *,
    file: Annotated[Path | None, typer.Argument(help="Where to; without it, beside the database.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
    as_json: JsonOption = False,
    database: DatabaseOption = None,
) -> None:
    """Copy the database into one file while the poller goes on, and check that file. Secrets are not in it."""
    chosen = configuration(database)
    moment = now_ms()
    target = file.expanduser().absolute() if file else backup_name(chosen.database_url, chosen.folders.data, moment)
    with progress_bar() as on_step:
        made = back_up_database(chosen.database_url, target, force=force, now_ms=moment, on_step=on_step)
    if as_json:
        print_json({"file": str(made.path), "size_bytes": made.size_bytes})
        return
    output().print(Text(f"Backed up to {made.path} ({byte_count(made.size_bytes)})."))
    output().print(Text("Passwords and passphrases are in the keyring, not in it."))
