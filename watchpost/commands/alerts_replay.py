"""`watchpost alerts replay`: what today's rules would have said of stored history."""

from collections.abc import Iterable, Sequence
from datetime import UTC
from typing import Annotated

import typer

from alerts.replay.replay import replay
from alerts.rules.applied_rule import AppliedRule
from alerts.rules.rulebook import Rulebook, read_rulebook
from storage.care.progress import Step
from storage.connection import Connection
from storage.errors import InvalidInputError, NotFoundError
from storage.host import Host
from storage.hosts import find_host, list_hosts
from storage.printable import printable
from storage.rhythm import read_rhythm
from storage.utc import now_ms
from watchpost.console import print_json
from watchpost.database_access import existing_database
from watchpost.invocation import DatabaseOption, JsonOption, configuration
from watchpost.local_time import shown_zone
from watchpost.progress_bar import progress_bar
from watchpost.replay_text import print_replayed, replayed_as_json
from watchpost.time_range import parse_range


def command(  # noqa: PLR0913 - one for each option
    *,
    start: Annotated[str, typer.Option("--from", metavar="TIME", help="-90s, -1h, -7d, or ISO 8601.")] = "-7d",
    end: Annotated[str, typer.Option("--to", metavar="TIME", help="As --from.")] = "now",
    rule: Annotated[
        list[str] | None, typer.Option("--rule", metavar="NAME", help="Only this rule; may be given several times.")
    ] = None,
    host: Annotated[
        list[str] | None, typer.Option("--host", metavar="HOST", help="Only this host; may be given several times.")
    ] = None,
    as_json: JsonOption = False,
    database: DatabaseOption = None,
) -> None:
    """Run today's rules over stored history and say what would have fired, to tune levels by. Writes nothing.

    Where readings are no longer kept, the finest roll-ups stand in for them, and it says so. A gap in the readings
    counts as a host that could not be reached.
    """
    chosen = configuration(database)
    with existing_database(chosen.database_url) as opened, opened.reading() as connection:
        zone = shown_zone(chosen, connection)
        span = parse_range(start, end, now_ms=now_ms(), time_zone=zone)
        hosts = _hosts(connection, host or [])
        rules = _rules(read_rulebook(connection), hosts, rule or [])
        with progress_bar() as on_step:
            done = replay(
                connection,
                hosts,
                rules,
                span=span,
                rhythm=read_rhythm(connection),
                zone=zone or UTC,
                on_progress=lambda part, parts: on_step(Step("replaying", part, parts)),
            )
    names = {each.id: each.name for each in hosts}
    looked_at = sorted({applied.rule.name for its in rules.values() for applied in its})
    if as_json:
        print_json(replayed_as_json(done, names, looked_at, span))
    else:
        print_replayed(done, names, looked_at, zone)


def _hosts(connection: Connection, named: Sequence[str]) -> list[Host]:
    if named:
        return [find_host(connection, name) for name in dict.fromkeys(named)]
    found = list_hosts(connection)
    if not found:
        raise NotFoundError("There are no hosts yet.", hint="“watchpost hosts add NAME ADDRESS” registers one.")
    return found


def _rules(book: Rulebook, hosts: Iterable[Host], named: Sequence[str]) -> dict[int, tuple[AppliedRule, ...]]:
    there = {rule.name for rule in book.rules}
    for name in named:
        if name not in there:
            raise InvalidInputError(
                f"There is no rule “{printable(name, 80)}” that is looked at.",
                hint="“watchpost alerts rules list” lists them; one that is off is not looked at.",
            )
    wanted = frozenset(named) or there
    return {host.id: tuple(its for its in book.for_host(host) if its.rule.name in wanted) for host in hosts}
