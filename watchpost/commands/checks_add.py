"""`watchpost checks add`: have hosts asked something besides."""

from typing import Annotated

import typer
from rich.text import Text

from storage.check import Check, CheckKind
from storage.checks import PlacedCheck, Scope, add_check, list_checks, placed_by_host, scope_text
from storage.connection import Connection
from storage.errors import InvalidInputError
from storage.hosts import list_hosts
from storage.printable import printable
from storage.settings import read_setting
from storage.utc import now_ms
from watchpost.check_scope import GroupOption, HostOption
from watchpost.console import output
from watchpost.database_access import database_to_change
from watchpost.invocation import DatabaseOption, configuration


def command(  # noqa: PLR0913 - one for each option
    name: Annotated[str, typer.Argument(metavar="NAME", help="What to call it; charts and alerts show this name.")],
    *,
    unit: Annotated[
        str | None, typer.Option("--unit", metavar="UNIT", help="Whether a systemd unit is active.")
    ] = None,
    http: Annotated[
        str | None, typer.Option("--http", metavar="URL", help="Whether a URL answers below 400, and how fast.")
    ] = None,
    tcp: Annotated[
        str | None,
        typer.Option("--tcp", metavar="ADDRESS:PORT", help="Whether a port can be reached, and how fast."),
    ] = None,
    shell: Annotated[
        str | None,
        typer.Option("--command", metavar="COMMAND", help="Numbers it prints, one “name value” a line."),
    ] = None,
    prometheus: Annotated[
        str | None, typer.Option("--prometheus", metavar="URL", help="Numbers of a Prometheus endpoint.")
    ] = None,
    host: HostOption = None,
    group: GroupOption = None,
    database: DatabaseOption = None,
) -> None:
    """Have hosts asked something besides: a unit, an address, or numbers of your own.

    It is asked from the host itself, where 127.0.0.1 is the host. Without --host and --group every host is asked. Of
    one name the most specific check counts: a host's own, then its group's, then everybody's. What is asked is no
    place for secrets: everybody who sees the host sees it.
    """
    given = {
        CheckKind.UNIT: unit,
        CheckKind.HTTP: http,
        CheckKind.TCP: tcp,
        CheckKind.COMMAND: shell,
        CheckKind.PROMETHEUS: prometheus,
    }
    said = [Check(name, kind, target) for kind, target in given.items() if target is not None]
    if len(said) != 1:
        raise InvalidInputError(
            "A check asks one thing.", hint=f"Give one of --{', --'.join(kind.value for kind in given)}."
        )
    with database_to_change(configuration(database).database_url) as opened, opened.writing() as connection:
        placed = add_check(connection, said[0], Scope(host, group), now_ms())
        asked = _hosts_asked(connection, placed)
        pace_s = read_setting(connection, "checks_interval_s")
    whom = printable(scope_text(placed.scope))
    output().print(Text(f"“{printable(placed.check.name)}” is asked of {whom}: {asked} just now, every {pace_s:g} s."))


def _hosts_asked(connection: Connection, placed: PlacedCheck) -> str:
    counting = placed_by_host(list_hosts(connection), list_checks(connection))
    count = sum(placed in of_host for of_host in counting.values())
    return f"{count} host{'' if count == 1 else 's'}"
