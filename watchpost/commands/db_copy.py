"""`watchpost db copy`: moves a database from one place to another, and from one kind to the other."""

from typing import Annotated

import typer
from rich.text import Text

from storage.care.copying import copy_database
from storage.database_url import canonical_url
from storage.quantities import duration, whole
from storage.utc import now_ms
from watchpost.console import output, print_json
from watchpost.invocation import JsonOption
from watchpost.progress_bar import progress_bar


def command(
    *,
    source: Annotated[str, typer.Argument(metavar="FROM", help="A path or URL.", show_default=False)],
    target: Annotated[str, typer.Argument(metavar="TO", help="A path or URL: new, or empty.", show_default=False)],
    as_json: JsonOption = False,
) -> None:
    """Copy a whole database into an empty one: a file of SQLite or a database of PostgreSQL, either way.

    Stop the pollers of both first. Repeat it after an interruption: it goes on where it was.
    """
    started = now_ms()
    with progress_bar("rows") as on_step:
        done = copy_database(source, target, now_ms=started, on_step=on_step)
    if as_json:
        print_json(
            {
                "rows": done.rows,
                "resumed": done.resumed,
                "credentials": done.credentials,
                "tables": {name: {"rows": kept.rows, "checksum": kept.checksum} for name, kept in done.tables.items()},
            }
        )
        return
    out = output()
    took = duration((now_ms() - started) / 1000)
    out.print(Text(f"Copied {whole(done.rows)} rows to {canonical_url(target)} in {took}, and compared them."))
    if done.credentials:
        many = "1 credential" if done.credentials == 1 else f"{done.credentials} credentials"
        out.print(Text(f"The secrets of {many} are in the keyring of whoever polls, not in the copy."))
        out.print(Text("A poller on another machine needs them: then `watchpost credentials send NAME` here."))
    out.print(Text(f"To use it, say --db {canonical_url(target)} or set WATCHPOST_DATABASE_URL."))
