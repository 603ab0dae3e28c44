"""`watchpost alerts list`: what fires now, who is on it, and who was told."""

from typing import Annotated

import typer
from rich.text import Text

from alerts.notifier.active_alert import alert_matches
from alerts.notifier.grouping import worst_first
from storage.pollers import live_pollers
from storage.printable import printable
from storage.utc import now_ms
from watchpost.alert_looking import Looked, look
from watchpost.alert_scope import GroupOption, HostOption, MatchOption, RuleOption, TagOption, matchers_from
from watchpost.alert_text import (
    TEXT_LIMIT,
    acknowledged_text,
    alert_as_json,
    lasting_text,
    outcome_as_json,
    outcome_text,
    value_of,
    what_text,
)
from watchpost.commands.hosts_list import NO_POLLER
from watchpost.console import errors, output, print_json, table
from watchpost.database_access import existing_database
from watchpost.invocation import DatabaseOption, JsonOption, configuration
from watchpost.local_time import shown_zone

_NOBODY = "Nobody is told of alerts yet. Type: watchpost alerts receivers add NAME --by email"


def command(  # noqa: PLR0913 - one for each option
    *,
    host: HostOption = None,
    group: GroupOption = None,
    tag: TagOption = None,
    rule: RuleOption = None,
    match: MatchOption = None,
    check: Annotated[bool, typer.Option("--check", help="Exit with 1 when anything fires.")] = False,
    as_json: JsonOption = False,
    database: DatabaseOption = None,
) -> None:
    """List what fires now, the worst first: for how long, who is on it, and who was told or why nobody was."""
    chosen = configuration(database)
    matchers = matchers_from(host=host, group=group, tag=tag, rule=rule, match=match)
    now = now_ms()
    with existing_database(chosen.database_url) as opened, opened.reading() as connection:
        zone = shown_zone(chosen, connection)
        seen = look(connection, now)
        polled = bool(live_pollers(connection, now))
    found = worst_first(alert for alert in seen.reading.scene.alerts if alert.firing and alert_matches(matchers, alert))
    told, new = seen.decision.outcomes, seen.decision.newly_told
    if as_json:
        listed = [
            {
                **alert_as_json(seen.reading.rows[alert.id], alert.labels["host"]),
                "outcome": outcome_as_json(told.get(alert.id), due_now=alert.id in new),
            }
            for alert in found
        ]
        print_json({"alerts": listed, "undelivered": _undelivered(seen)})
    else:
        lines = table("ID", "FOR", "SEVERITY", "HOST", "ALERT", "VALUE", "ON IT", "TOLD")
        for alert in found:
            row = seen.reading.rows[alert.id]
            cells = (
                str(alert.id),
                lasting_text(row, now),
                alert.severity.value,
                alert.labels["host"],
                what_text(row),
                value_of(row),
                acknowledged_text(row),
                outcome_text(told.get(alert.id), zone, due_now=alert.id in new),
            )
            lines.add_row(*(Text(printable(cell, TEXT_LIMIT)) for cell in cells))
        if found:
            output().print(lines)
        for note in _notes(seen, polled=polled, nothing=not found):
            errors().print(Text(printable(note, TEXT_LIMIT)))
    if check and found:
        raise typer.Exit(1)


def _notes(seen: Looked, *, polled: bool, nothing: bool) -> list[str]:
    notes = ["Nothing fires."] if nothing else []
    notes += [] if polled else [NO_POLLER]
    notes += [] if seen.reading.receivers else [_NOBODY]
    for receiver, rows in seen.stuck.items():
        many = "a message" if len(rows) == 1 else f"{len(rows)} messages"
        notes.append(f"“{receiver}” could not be told of {many} yet: {rows[-1].answer}")
    return [*notes, *(f"Not used: {what}" for what in seen.reading.broken)]


def _undelivered(seen: Looked) -> list[dict[str, object]]:
    return [
        {"receiver": receiver, "messages": len(rows), "answer": rows[-1].answer}
        for receiver, rows in seen.stuck.items()
    ]
