"""`watchpost alerts ack`: say that somebody is on it."""

from typing import Annotated

import typer
from rich.text import Text

from storage.alerting.alert_rows import acknowledge, take_back
from storage.annotations import host_names
from storage.printable import printable
from storage.utc import now_ms
from watchpost.alert_text import TEXT_LIMIT, alert_as_json, what_text
from watchpost.console import output, print_json
from watchpost.database_access import existing_database
from watchpost.invocation import DatabaseOption, JsonOption, configuration
from watchpost.login_name import login_name


def command(  # noqa: PLR0913 - one for each option
    alerts: Annotated[list[int], typer.Argument(metavar="ID...", help="Which; “watchpost alerts list” tells.", min=1)],
    *,
    why: Annotated[str, typer.Option("--why", metavar="TEXT", help="What is being done, or why it can wait.")] = "",
    author: Annotated[
        str | None, typer.Option(metavar="NAME", help="Who is on it; without it, whoever is logged in.")
    ] = None,
    undo: Annotated[bool, typer.Option("--undo", help="Nobody is on it any more.")] = False,
    as_json: JsonOption = False,
    database: DatabaseOption = None,
) -> None:
    """Say that somebody is on it: it is not repeated any more, and nobody else is called. It still fires."""
    who = login_name() if author is None else author
    ts = now_ms()
    with existing_database(configuration(database).database_url) as opened, opened.writing() as connection:
        if undo:
            done = [take_back(connection, alert, author=who, ts=ts) for alert in dict.fromkeys(alerts)]
        else:
            done = [acknowledge(connection, alert, author=who, why=why, ts=ts) for alert in dict.fromkeys(alerts)]
        names = host_names(connection, {alert.host_id for alert in done})
    if as_json:
        print_json({"alerts": [alert_as_json(alert, names.get(alert.host_id, "")) for alert in done]})
        return
    for alert in done:
        what = f"Alert {alert.id}, {what_text(alert)} on {names.get(alert.host_id, 'a host that is gone')}"
        said = "nobody is on it any more" if undo else f"{alert.acknowledged_by} is on it"
        output().print(Text(printable(f"{what}: {said}.", TEXT_LIMIT)))
