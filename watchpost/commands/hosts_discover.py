"""`watchpost hosts discover`: look for SSH servers in address ranges, and register those that are new."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Annotated, Any

import typer
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from fleet.address_range import MANY, addresses_of
from fleet.found_servers import FoundServer, found_as_source, key_owners
from fleet.registration import Plan, PlanRow, Verdict, plan_registration
from poller.discovery.search import Discovery, Search, discover
from poller.discovery.search import Progress as Done
from storage.database import has_database, open_database
from storage.host import Host
from storage.host_keys import HostKey
from watchpost.console import errors, output, print_json, table
from watchpost.host_options import (
    ForCredentialOption,
    ForGroupOption,
    ForIdentityOption,
    ForTagsOption,
    ForUserOption,
    defaults_for_all,
)
from watchpost.invocation import DatabaseOption, JsonOption, YesOption, configuration
from watchpost.registering import agree, carry_out, look_up


def command(  # noqa: PLR0913 - one for each option
    ranges: Annotated[
        list[str], typer.Argument(metavar="RANGE…", help="10.0.0.0/24, 10.0.0.1-99, an address or a name.")
    ],
    *,
    ports: Annotated[
        list[int] | None, typer.Option("--port", metavar="PORT", help="In place of 22; several times.")
    ] = None,
    add: Annotated[bool, typer.Option("--add", help="Register those that are new.")] = False,
    yes: YesOption = False,
    keys: Annotated[bool, typer.Option("--keys", help="Look at the host keys of what was found, too.")] = False,
    no_names: Annotated[bool, typer.Option("--no-names", help="Do not ask DNS what addresses are called.")] = False,
    rate: Annotated[float, typer.Option("--rate", metavar="N", help="Connections begun in a second.")] = 200.0,
    timeout: Annotated[float, typer.Option("--timeout", metavar="SECONDS", help="To wait for each address.")] = 1.5,
    group: ForGroupOption = None,
    tags: ForTagsOption = None,
    user: ForUserOption = None,
    identity: ForIdentityOption = None,
    credential: ForCredentialOption = None,
    as_json: JsonOption = False,
    database: DatabaseOption = None,
) -> None:
    """Look for SSH servers in the ranges that you give, and nowhere else.

    Each address is connected to once a port and left after its first words; its log may have a line about it. Look
    only where you may. With --add the new ones are registered, and you confirm their keys with “hosts trust”.
    """
    chosen = configuration(database)
    search = Search(
        addresses=addresses_of(ranges),
        ports=tuple(dict.fromkeys(ports or (22,))),
        per_s=rate,
        timeout_s=timeout,
        names=not no_names,
        keys=keys,
    )
    there = look_up(chosen.database_url, credential)
    if len(search.addresses) > MANY and not yes:
        seconds = len(search.addresses) * len(search.ports) / rate
        agree(
            f"Look at {len(search.addresses)} addresses, for {seconds / 60:.0f} minutes or more?", "Nothing was done."
        )
    found = _look(search, quiet=as_json)
    reading = found_as_source(found.servers, there.hosts, _owners(chosen.database_url, there.hosts))
    defaults = defaults_for_all(group, tags, user, identity, credential)
    plan = plan_registration(reading, there.hosts, defaults=defaults, credentials=there.credentials)
    told = {"looked_at": len(search.addresses), "other_ports": found.other_ports, "found": _as_json(found, plan)}
    if not as_json:
        _tell(found, plan, search)
    if add:
        carry_out(chosen.database_url, plan, dry_run=False, yes=yes, as_json=as_json, more=told)
    elif as_json:
        print_json(told)
    elif plan.of(Verdict.ADD):
        output().print(Text("With --add the new ones are registered."))


def _look(search: Search, *, quiet: bool) -> Discovery:
    async def look() -> Discovery:
        with _progress(search, quiet=quiet) as on_progress:
            return await discover(search, on_progress)

    return asyncio.run(look())


@contextmanager
def _progress(search: Search, *, quiet: bool) -> Iterator[Any]:
    """A bar on standard error, for a person."""
    console = errors()
    if quiet or not console.is_terminal:
        yield lambda _done: None
        return
    columns = (
        TextColumn("Looking"),
        BarColumn(),
        TextColumn("{task.completed}/{task.total}, {task.fields[found]} found"),
    )
    with Progress(*columns, TimeRemainingColumn(), console=console, transient=True) as bar:
        task = bar.add_task("look", total=len(search.addresses) * len(search.ports), found=0)

        def tell(done: Done) -> None:
            bar.update(task, completed=done.done, found=done.found)

        yield tell


def _owners(url: str, hosts: Sequence[Host]) -> dict[str, str]:
    if not hosts or not has_database(url):
        return {}
    database = open_database(url)
    try:
        with database.reading() as connection:
            return key_owners(connection, hosts)
    finally:
        database.close()


def _tell(found: Discovery, plan: Plan, search: Search) -> None:
    if found.servers:
        output().print(found_table(found.servers, plan.rows, with_keys=search.keys))
    count, looked_at = len(found.servers), len(search.addresses)
    words = f"{count} SSH server{'' if count == 1 else 's'} at {looked_at} address{'' if looked_at == 1 else 'es'}."
    other = f" {found.other_ports} more ports are open, but speak no SSH." if found.other_ports else ""
    output().print(Text(words + other))


def found_table(servers: Sequence[FoundServer], rows: Sequence[PlanRow], *, with_keys: bool) -> Table:
    """One line a server."""
    lines = table("ADDRESS", "PORT", "NAME", "SERVER", *(("HOST KEY",) if with_keys else ()), "STATE")
    for server, row in zip(servers, rows, strict=True):
        key = (Text(_shown_key(server.key)),) if with_keys else ()
        state = Text("new", "green") if row.verdict is Verdict.ADD else Text(row.reason)
        banner = Text(server.banner.removeprefix("SSH-2.0-"))
        lines.add_row(Text(server.address), Text(str(server.port)), Text(server.name or ""), banner, *key, state)
    return lines


def _as_json(found: Discovery, plan: Plan) -> list[dict[str, Any]]:
    return [
        {
            "address": server.address,
            "port": server.port,
            "name": server.name,
            "banner": server.banner,
            "host_key": None if server.key is None else _shown_key(server.key),
            "is_new": row.verdict is Verdict.ADD,
            "why": row.why.value if row.why else None,
            "reason": row.reason,
        }
        for server, row in zip(found.servers, plan.rows, strict=True)
    ]


def _shown_key(key: HostKey | None) -> str:
    return "" if key is None else f"{key.algorithm} {key.fingerprint}"
