"""`watchpost alerts silence add`: keep quiet about something for a time."""

from typing import Annotated

import typer
from rich.text import Text

from alerts.notifier.documents import matchers_body
from storage.alerting.silence_rows import LONGEST_MS, add_silence
from storage.errors import InvalidInputError
from storage.hosts import list_hosts
from storage.printable import printable
from storage.utc import now_ms
from watchpost.alert_looking import look
from watchpost.alert_scope import (
    GroupOption,
    HostOption,
    MatchOption,
    RuleOption,
    TagOption,
    coverage,
    matchers_from,
    matchers_text,
)
from watchpost.alert_text import TEXT_LIMIT
from watchpost.console import is_interactive, output, print_json
from watchpost.database_access import existing_database
from watchpost.duration import parse_duration
from watchpost.invocation import DatabaseOption, JsonOption, YesOption, configuration
from watchpost.local_time import moment_text, shown_zone
from watchpost.login_name import login_name
from watchpost.silence_text import silence_as_json
from watchpost.time_range import parse_moment


def command(  # noqa: PLR0913 - one for each option
    *,
    host: HostOption = None,
    group: GroupOption = None,
    tag: TagOption = None,
    rule: RuleOption = None,
    match: MatchOption = None,
    span: Annotated[
        str | None, typer.Option("--for", metavar="SPAN", help="For how long: 30m, 2h, 7d.", show_default=False)
    ] = None,
    start: Annotated[str, typer.Option("--from", metavar="TIME", help="From when on: now, or ISO 8601.")] = "now",
    end: Annotated[
        str | None, typer.Option("--to", metavar="TIME", help="Until when, in place of --for.", show_default=False)
    ] = None,
    why: Annotated[str, typer.Option("--why", metavar="TEXT", help="Why.")] = "",
    author: Annotated[
        str | None, typer.Option(metavar="NAME", help="Who says so; without it, whoever is logged in.")
    ] = None,
    yes: YesOption = False,
    as_json: JsonOption = False,
    database: DatabaseOption = None,
) -> None:
    """Keep quiet about some alerts for a time. They are still looked at and listed; nobody is told of them.

    All that is given must agree. Says how much that covers, and asks where it is more than half of the hosts.
    """
    chosen = configuration(database)
    matchers = matchers_from(host=host, group=group, tag=tag, rule=rule, match=match)
    now = now_ms()
    with existing_database(chosen.database_url) as opened:
        with opened.reading() as connection:
            zone = shown_zone(chosen, connection)
            starts_at = parse_moment(start, now_ms=now, time_zone=zone)
            if (span is None) is (end is None):
                raise InvalidInputError("A silence ends.", hint="Say for how long, --for 2h, or until when, --to TIME.")
            if span is not None:
                ends_at = starts_at + round(parse_duration(span, shortest_s=60, longest_s=LONGEST_MS / 1000) * 1000)
            else:
                ends_at = parse_moment(str(end), now_ms=now, time_zone=zone)
            covers = coverage(matchers, look(connection, now).reading.scene.alerts, list_hosts(connection))
        if covers.is_wide and not yes:
            if not is_interactive():
                raise InvalidInputError(f"That would cover {covers}.", hint="Narrow it down, or add --yes.")
            typer.confirm(f"Silence {covers}?", abort=True, err=True)
        with opened.writing() as connection:
            kept = add_silence(
                connection,
                matchers=matchers_body(matchers),
                starts_at=starts_at,
                ends_at=ends_at,
                author=login_name() if author is None else author,
                comment=why,
                now_ms=now,
            )
    if as_json:
        print_json({"silence": silence_as_json(kept), "alerts": covers.alerts, "hosts": covers.hosts})
        return
    times = f"from {moment_text(kept.starts_at, zone)} until {moment_text(kept.ends_at, zone)}"
    said = f"Silence {kept.id} about {matchers_text(matchers)}, {times}. It covers {covers}."
    output().print(Text(printable(said, TEXT_LIMIT)))
