"""`watchpost alerts windows add`: a time that comes again and again in which nobody is told of some alerts."""

from datetime import UTC, datetime
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from rich.text import Text

from alerts.notifier.documents import matchers_body
from alerts.notifier.maintenance import LONGEST_S, SHORTEST_S
from alerts.notifier.recurrence import next_starts, recurrence_of
from storage.alerting.window_rows import add_window
from storage.errors import InvalidInputError
from storage.hosts import list_hosts
from storage.printable import printable
from storage.settings import read_setting
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
from watchpost.duration import duration_text, parse_duration
from watchpost.invocation import DatabaseOption, JsonOption, YesOption, configuration
from watchpost.local_time import moment_text
from watchpost.login_name import login_name
from watchpost.silence_text import window_as_json

SHOWN = 3
"""So many of the next times are told: by these a person sees whether the rule says what was meant."""


def command(  # noqa: PLR0913 - one for each option
    name: Annotated[str, typer.Argument(metavar="NAME", help="What to call it.")],
    *,
    start: Annotated[
        str, typer.Option("--start", metavar="TIME", help="The first time, of the clock on the wall: 2026-03-01T02:00.")
    ],
    rule: Annotated[
        str, typer.Option("--every", metavar="RULE", help="As RFC 5545 has it: FREQ=WEEKLY;BYDAY=SU. Without it, once.")
    ] = "",
    span: Annotated[str, typer.Option("--for", metavar="SPAN", help="For how long each time: 30m, 2h.")] = "1h",
    zone_name: Annotated[
        str | None,
        typer.Option("--zone", metavar="ZONE", help="Whose clock, as Asia/Seoul; else that of the database, or UTC."),
    ] = None,
    host: HostOption = None,
    group: GroupOption = None,
    tag: TagOption = None,
    of_rule: RuleOption = None,
    match: MatchOption = None,
    why: Annotated[str, typer.Option("--why", metavar="TEXT", help="Why.")] = "",
    author: Annotated[
        str | None, typer.Option(metavar="NAME", help="Who says so; without it, whoever is logged in.")
    ] = None,
    yes: YesOption = False,
    as_json: JsonOption = False,
    database: DatabaseOption = None,
) -> None:
    """Have nobody told of some alerts at a time that comes again and again, such as that of the nightly backup.

    Says when it will be the next three times, and how much it covers.
    """
    chosen = configuration(database)
    matchers = matchers_from(host=host, group=group, tag=tag, rule=of_rule, match=match)
    duration_s = parse_duration(span, shortest_s=SHORTEST_S, longest_s=LONGEST_S)
    now = now_ms()
    with existing_database(chosen.database_url) as opened:
        with opened.reading() as connection:
            setting = chosen.time_zone.key if chosen.time_zone else read_setting(connection, "time_zone")
            recurrence = recurrence_of(_wall_time(start), rule, zone_name or setting or "UTC")
            covers = coverage(matchers, look(connection, now).reading.scene.alerts, list_hosts(connection))
        following = next_starts(recurrence, now, SHOWN)
        if not following:
            raise InvalidInputError("That has been for the last time already.", hint="Give a --start to come.")
        if covers.is_wide and not yes:
            if not is_interactive():
                raise InvalidInputError(f"That would cover {covers}.", hint="Narrow it down, or add --yes.")
            typer.confirm(f"Keep quiet about {covers}?", abort=True, err=True)
        with opened.writing() as connection:
            kept = add_window(
                connection,
                name=name,
                matchers=matchers_body(matchers),
                recurrence=recurrence.text,
                time_zone=recurrence.time_zone,
                duration_s=duration_s,
                author=login_name() if author is None else author,
                comment=why,
                now_ms=now,
            )
    if as_json:
        print_json({"window": window_as_json(kept, following), "alerts": covers.alerts, "hosts": covers.hosts})
        return
    # By the clock that was named: there it has to look as it was meant.
    moments = ", ".join(moment_text(each, ZoneInfo(kept.time_zone)) for each in following)
    about = f"“{kept.name}” about {matchers_text(matchers)}, {duration_text(duration_s)} each time"
    output().print(Text(printable(f"{about}. Next: {moments} ({kept.time_zone}). It covers {covers}.", TEXT_LIMIT)))


def _wall_time(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        raise InvalidInputError(f"“{printable(text, 60)}” is no time.", hint="Write 2026-03-01T02:00.") from None
    if moment.tzinfo is not None:
        raise InvalidInputError(
            "A window begins by the clock on the wall.",
            hint=f"Leave the zone out and give it with --zone: {moment.astimezone(UTC):%Y-%m-%dT%H:%M}, --zone UTC.",
        )
    return moment
