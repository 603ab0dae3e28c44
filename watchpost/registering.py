"""Registers many hosts at once: shows the plan, asks a person, writes it in one go, and says what to do next."""

import asyncio
from dataclasses import dataclass
from typing import Any

import typer
from rich.text import Text

from fleet.registration import Plan, Verdict, apply_plan
from poller.ssh.known_keys import trust_known_keys
from storage.credentials import find_credential, list_credentials
from storage.database import Database, has_database, open_database
from storage.errors import InvalidInputError, WatchpostError
from storage.host import Host
from storage.hosts import list_hosts
from storage.utc import now_ms
from watchpost.console import is_interactive, output, print_json
from watchpost.database_access import database_to_change
from watchpost.registration_text import Added, added_as_json, counts_text, next_steps, plan_as_json, plan_table

SOME_REFUSED = 3
"""The exit code when there were entries that no host could be made of."""


@dataclass(frozen=True, slots=True)
class Registered:
    """What is there already: the hosts, and the names of the credentials."""

    hosts: list[Host]
    credentials: frozenset[str]


def look_up(url: str, credential: str | None) -> Registered:
    """What is there already; nothing where there is no database yet.

    Raises:
        NotFoundError: there is no credential of that name.
    """
    if not has_database(url):
        return Registered([], frozenset()) if credential is None else _without_database(credential)
    database = open_database(url)
    try:
        return _read(database, credential)
    finally:
        database.close()


def carry_out(  # noqa: PLR0913 - all given by name
    url: str, plan: Plan, *, dry_run: bool, yes: bool, as_json: bool, more: dict[str, Any] | None = None
) -> None:
    """Shows a plan and, if a person agrees, registers what is to be added: all of it or nothing.

    Raises:
        InvalidInputError: nobody is here to agree.
        typer.Exit: with `SOME_REFUSED`, where entries were refused.
        typer.Abort: a person did not agree.
    """
    if not as_json:
        show(plan)
    wanted = bool(plan.of(Verdict.ADD)) and not dry_run
    if wanted and not yes:
        agree(f"Add {_hosts(len(plan.of(Verdict.ADD)))}?", "Nothing was added.")
    added = _add(url, plan) if wanted else Added()
    if as_json:
        print_json({"dry_run": dry_run, **(more or {}), **plan_as_json(plan), **added_as_json(added)})
    else:
        output().print(Text(counts_text(plan, done=not dry_run)))
        for line in next_steps(added):
            output().print(Text(line))
    if plan.of(Verdict.REFUSE):
        raise typer.Exit(SOME_REFUSED)


def show(plan: Plan) -> None:
    """The plan as a table, with its notes."""
    if plan.rows:
        output().print(plan_table(plan))
    for note in plan.notes:
        output().print(Text(note))


def agree(question: str, otherwise: str) -> None:
    """Asks a person. Raises InvalidInputError where nobody is there, and typer.Abort for a no."""
    if not is_interactive():
        raise InvalidInputError(f"Nobody is here to say yes. {otherwise}", hint="Add --yes.")
    typer.confirm(question, abort=True, err=True)


def _add(url: str, plan: Plan) -> Added:
    with database_to_change(url) as database:
        with database.writing() as connection:
            hosts = apply_plan(connection, plan, now_ms())
        try:
            return Added(hosts, asyncio.run(trust_known_keys(database, hosts, now_ms())))
        except WatchpostError as error:
            # They are registered; without known_hosts a person confirms the keys.
            return Added(hosts, trouble=error.message)


def _read(database: Database, credential: str | None) -> Registered:
    with database.reading() as connection:
        if credential is not None:
            find_credential(connection, credential)
        names = frozenset(known.name for known in list_credentials(connection))
        return Registered(list_hosts(connection), names)


def _without_database(credential: str) -> Registered:
    raise InvalidInputError(
        f"There is no credential “{credential}”: there is no database yet.",
        hint="Store it first with “watchpost credentials add”.",
    )


def _hosts(count: int) -> str:
    return f"{count} host{'' if count == 1 else 's'}"
