"""`watchpost db check`: looks for damage."""

from typing import Annotated

import typer
from rich.text import Text

from storage.care.check import FAULT_LIMIT, Report, check_database
from storage.database_url import database_file
from storage.printable import printable
from storage.quantities import whole
from watchpost.console import errors, output, print_json
from watchpost.database_access import existing_database
from watchpost.invocation import DatabaseOption, JsonOption, configuration
from watchpost.progress_bar import progress_bar

_SHOWN = 20
_TEXT_LIMIT = 300


def command(
    *,
    thorough: Annotated[
        bool, typer.Option("--thorough", help="Roll all readings up anew and compare, not only a sample.")
    ] = False,
    as_json: JsonOption = False,
    database: DatabaseOption = None,
) -> None:
    """Look the whole database over for damage and change nothing; the poller may go on. Status 1 when there is any."""
    url = configuration(database).database_url
    with existing_database(url) as opened, progress_bar("rows") as on_step:
        report = check_database(opened, thorough=thorough, on_step=on_step)
    if as_json:
        print_json(_as_json(report))
    else:
        _print(report, url)
    if report.faults:
        raise typer.Exit(1)


def _print(report: Report, url: str) -> None:
    rows = ", ".join(f"{whole(count)} of {name}" for name, count in report.rows.items() if count)
    looked = f"Looked at {rows or 'an empty database'}; compared {whole(report.blocks)} blocks of roll-ups."
    if not report.faults:
        output().print(Text(looked))
        output().print(Text("Nothing is wrong."))
        return
    console = errors()
    many = f"{FAULT_LIMIT} and more" if len(report.faults) >= FAULT_LIMIT else str(len(report.faults))
    console.print(Text("✖ ", "red") + Text(f"Things that are wrong: {many}. {looked}"))
    for fault in report.faults[:_SHOWN]:
        where = fault.table if fault.row is None else f"{fault.table}, row {fault.row}"
        console.print(Text(f"  {where}: {printable(fault.text, _TEXT_LIMIT)}"))
    if len(report.faults) > _SHOWN:
        console.print(Text(f"  and {len(report.faults) - _SHOWN} more; --json lists all of them"))
    put_back = "`watchpost db restore FILE`; what is there now is kept" if database_file(url) else "pg_restore"
    console.print(Text(f"  Nothing was changed. A backup comes back by {put_back}."))


def _as_json(report: Report) -> dict[str, object]:
    return {
        "ok": not report.faults,
        "rows": report.rows,
        "blocks": report.blocks,
        "faults": [
            {"table": fault.table, "row": fault.row, "text": printable(fault.text, _TEXT_LIMIT)}
            for fault in report.faults
        ],
    }
