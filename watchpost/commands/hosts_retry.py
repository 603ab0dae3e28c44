"""`watchpost hosts retry`: try hosts now that are not up, many at once."""

import time
from typing import Annotated, Any

import typer
from rich.text import Text

from storage.credentials import find_credential
from storage.database import Database
from storage.errors import InvalidInputError
from storage.hosts import find_host
from storage.requests import FINISHED, RequestState, read_request
from storage.retry_requests import request_retry
from storage.utc import now_ms
from watchpost.console import output, print_json
from watchpost.database_access import existing_database
from watchpost.invocation import DatabaseOption, JsonOption, configuration
from watchpost.remote_actions import PollerSilentError

ANSWER_DEADLINE_S = 20.0
"""A poller looks every second; what it then does it does at once."""
_PAUSE_S = 0.1


def command(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[NAME]…", help="Which hosts.", show_default=False)
    ] = None,
    *,
    credential: Annotated[
        str | None,
        typer.Option("--credential", metavar="NAME", help="All hosts that use this credential.", show_default=False),
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="All hosts.")] = False,
    as_json: JsonOption = False,
    database: DatabaseOption = None,
) -> None:
    """Have the poller try hosts now that it cannot read: after a directory, a network or a machine has come back.

    Hosts that are up are left alone. A host that is blocked for refused logins gets another try, too.
    """
    if sum((bool(names), credential is not None, every)) != 1:
        raise InvalidInputError(
            "Say which hosts: by name, with --credential, or with --all.", hint="watchpost hosts retry --all"
        )
    chosen = configuration(database)
    with existing_database(chosen.database_url) as opened:
        tried = _ask(opened, _which(opened, names or [], credential))
    if as_json:
        print_json({"hosts": tried})
    else:
        words = {0: "No host waits to be tried: those that are read are up.", 1: "1 host is tried now."}
        output().print(Text(words.get(tried, f"{tried} hosts are tried now.")))


def _which(database: Database, names: list[str], credential: str | None) -> dict[str, Any]:
    with database.reading() as connection:
        if names:
            return {"host_ids": [find_host(connection, name).id for name in names]}
        if credential is not None:
            return {"credential": find_credential(connection, credential).name}
    return {"all": True}


def _ask(database: Database, which: dict[str, Any]) -> int:
    """How many hosts are tried. Raises PollerSilentError."""
    with database.writing() as connection:
        asked = request_retry(connection, which, now_ms())
    if not asked:
        raise PollerSilentError(
            "No poller runs that could try them.", hint="Start one: watchpost run. It tries all hosts by itself then."
        )
    deadline = time.monotonic() + ANSWER_DEADLINE_S
    while True:
        with database.reading() as connection:
            answers = [read_request(connection, request_id) for request_id in asked]
        # Of several pollers each counts all hosts, and tries its own.
        done = [answer.result or {} for answer in answers if answer.state is RequestState.DONE]
        if all(answer.state in FINISHED for answer in answers):
            if len(done) < len(answers):
                raise PollerSilentError(
                    f"{len(answers) - len(done)} of {len(answers)} pollers could not do it.",
                    hint="Their logs say why; “watchpost doctor” says how the one here is.",
                )
            return max(int(answer.get("hosts", 0)) for answer in done)
        if time.monotonic() > deadline:
            raise PollerSilentError(
                f"The poller has not answered for {ANSWER_DEADLINE_S:.0f} s.",
                hint="“watchpost doctor” says how it is; restarting it tries all hosts.",
            )
        time.sleep(_PAUSE_S)
