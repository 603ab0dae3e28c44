"""`watchpost doctor`: what is wrong with this installation, and what to type."""

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import typer
from rich.text import Text

from storage.care.database_facts import describe_database
from storage.database import Database, open_database
from storage.database_url import database_file
from storage.engines.server_facts import describe_server
from storage.errors import WatchpostError
from storage.latest import read_latest
from storage.printable import printable
from storage.quantities import byte_count
from storage.revisions import SchemaState
from storage.sqlite import is_there
from storage.utc import now_ms
from watchpost.configuration import Configuration
from watchpost.console import output, print_json, table
from watchpost.health_checks import (
    CLOCK_TOLERANCE_S,
    Check,
    Verdict,
    check_agent,
    check_clock,
    check_database_folder,
    check_folder,
    check_group,
    check_health_port,
    check_keyring,
    check_open_files,
    check_passphrase_file,
    check_poller,
    check_python,
    check_server,
    check_space,
    check_ssh_file,
)
from watchpost.host_checks import check_hosts
from watchpost.invocation import DatabaseOption, JsonOption, configuration
from watchpost.spool_check import check_spool

_SHAPE = {Verdict.OK: ("✔", "green"), Verdict.WARN: ("▲", "yellow"), Verdict.FAIL: ("✖", "red")}
_SSH_FILES = (Path("~/.ssh/known_hosts"), Path("~/.ssh/config"))


def command(*, as_json: JsonOption = False, database: DatabaseOption = None) -> None:
    """Say what is wrong with this installation and what to type. Exit code 1 when something fails."""
    checks = list(_checks(configuration(database)))
    failed = any(check.verdict is Verdict.FAIL for check in checks)
    if as_json:
        print_json({"ok": not failed, "checks": [asdict(check) for check in checks]})
    else:
        _print(checks)
    raise typer.Exit(1 if failed else 0)


def _checks(chosen: Configuration) -> Iterator[Check]:
    yield check_python()
    path = database_file(chosen.database_url)
    yield check_database_folder(path) if path else check_folder("data folder", chosen.folders.data)
    yield check_folder("log folder", chosen.folders.log)
    yield from _database_checks(chosen)
    yield from check_spool(chosen, now_ms())
    yield from check_passphrase_file(chosen)
    yield check_agent(chosen.environment.get("SSH_AUTH_SOCK"))
    for path in _SSH_FILES:
        yield check_ssh_file(path)


def _database_checks(chosen: Configuration) -> Iterator[Check]:
    path = database_file(chosen.database_url)
    try:
        if path and not is_there(path):
            yield Check("database", Verdict.WARN, f"There is none at {path} yet.", "watchpost")
            return
        if path is None:
            server = describe_server(chosen.database_url)
            yield check_server(server)
            if server.schema is SchemaState.EMPTY:
                return
        database = open_database(chosen.database_url)
    except WatchpostError as error:
        yield Check("database", Verdict.FAIL, error.message, error.hint)
        return
    try:
        yield from _checks_within(chosen, database)
    except WatchpostError as error:
        yield Check("database", Verdict.FAIL, error.message, error.hint)
    finally:
        database.close()


def _checks_within(chosen: Configuration, database: Database) -> Iterator[Check]:
    facts = describe_database(database)
    shown = f"{facts.url}, version {facts.revision}, {byte_count(facts.size.total)}"
    yield Check("database", Verdict.OK, shown)
    if path := database_file(database.url):
        yield check_space(path.parent)
        yield from check_group(path)
    poller = check_poller(database, now_ms())
    yield poller
    yield from check_health_port(chosen.health, is_polling=poller.verdict is Verdict.OK)
    yield check_keyring(chosen, database)
    yield check_open_files(facts.hosts)
    with database.reading() as connection:
        # None but those of the future: to look at all of a large fleet takes seconds.
        ahead = read_latest(connection, since=now_ms() + 1000 * CLOCK_TOLERANCE_S).values()
        yield check_clock(max((latest.ts for latest in ahead), default=None), now_ms())
        yield from check_hosts(connection, now_ms())


def _print(checks: list[Check]) -> None:
    lines = table("", "", "")
    lines.show_header = False
    for check in checks:
        shape, colour = _SHAPE[check.verdict]
        text = Text(printable(check.message, 2000))
        if check.hint:
            text.append(f"\n→ {printable(check.hint, 2000)}", "bold")
        lines.add_row(Text(f"{shape} {check.verdict.value}", colour), Text(printable(check.name)), text)
    output().print(lines)
