"""`watchpost hosts test`: try a connection, step by step."""

from typing import Annotated

import typer

from storage.hosts import find_host
from watchpost.console import output, print_json
from watchpost.database_access import existing_database
from watchpost.host_dialogue import HostDialogue
from watchpost.invocation import DatabaseOption, JsonOption, configuration
from watchpost.remote_actions import outcome_as_json, remote_actions
from watchpost.secret_keeping import persons_keeper


def command(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Which host.")],
    *,
    as_json: JsonOption = False,
    database: DatabaseOption = None,
) -> None:
    """Try the connection to a host up to its first reading, by the poller where one runs, else from here."""
    chosen = configuration(database)
    with existing_database(chosen.database_url) as opened:
        with opened.reading() as connection:
            host = find_host(connection, name)
        actions = remote_actions(opened, lambda: persons_keeper(chosen, opened))
        outcome = HostDialogue(output(), quiet=as_json).test(host, actions)
    if as_json:
        print_json({"host": host.name, "test": outcome_as_json(outcome)})
