"""`watchpost checks list`: what hosts are asked besides, and what came of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rich.text import Text

from storage.checks import PlacedCheck, list_checks, placed_by_host, scope_text
from storage.connection import Connection
from storage.hosts import find_host, list_hosts
from storage.pollers import live_pollers
from storage.printable import printable
from storage.utc import now_ms
from watchpost.check_results import (
    CheckResult,
    check_as_json,
    read_check_values,
    result_as_json,
    result_of,
    results_text,
)
from watchpost.check_scope import HostOption
from watchpost.commands.hosts_list import NO_POLLER
from watchpost.console import errors, output, print_json, table
from watchpost.database_access import existing_database
from watchpost.invocation import DatabaseOption, JsonOption, configuration

_NOTHING_YET = "Nothing is asked besides. Type: watchpost checks add NAME --http URL"


@dataclass(frozen=True, slots=True)
class _Listed:
    """A check with what came of it, by the names of the hosts that are asked it."""

    placed: PlacedCheck
    results: Mapping[str, CheckResult]


def command(*, host: HostOption = None, as_json: JsonOption = False, database: DatabaseOption = None) -> None:
    """List what hosts are asked besides, with the newest answers; with --host what this one is asked."""
    now = now_ms()
    with existing_database(configuration(database).database_url) as opened, opened.reading() as connection:
        listing = _read(connection, host, now)
        polled = bool(live_pollers(connection, now))
    if as_json:
        print_json({"checks": [_as_json(listed) for listed in listing]})
        return
    lines = table("NAME", "KIND", "ASKS", "FOR", "ANSWER")
    for listed in listing:
        check = listed.placed.check
        whom = scope_text(listed.placed.scope)
        cells = (check.name, check.kind.value, check.target, whom, results_text(listed.results))
        lines.add_row(*(Text(printable(cell, 4000)) for cell in cells))
    if listing:
        output().print(lines)
    for note in [_NOTHING_YET] if not listing else [] if polled else [NO_POLLER]:
        errors().print(Text(note))


def _read(connection: Connection, only: str | None, now: int) -> list[_Listed]:
    placed = list_checks(connection)
    hosts = list_hosts(connection) if only is None else [find_host(connection, only)]
    counting = placed_by_host(hosts, placed)
    values = read_check_values(connection, hosts, now)
    results: dict[PlacedCheck, dict[str, CheckResult]] = {each: {} for each in placed}
    for host in hosts:
        for each in counting[host.id]:
            results[each][host.name] = result_of(each.check, values.get(host.id, {}))
    return [_Listed(each, found) for each, found in results.items() if found or only is None]


def _as_json(listed: _Listed) -> dict[str, Any]:
    check, scope = listed.placed.check, listed.placed.scope
    return {
        **check_as_json(check),
        "host": scope.host,
        "group": scope.group,
        "answers": [{"host": host, **result_as_json(result)} for host, result in listed.results.items()],
    }
