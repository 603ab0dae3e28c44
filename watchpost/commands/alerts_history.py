"""`watchpost alerts history`: what fired, and what became of it; or all that happened to one alert."""

from dataclasses import replace
from typing import Annotated

import typer
from rich.text import Text

from storage.alerting.alert_query import AlertQuery, Transition
from storage.alerting.alert_row import AlertRow
from storage.alerting.alert_rows import find_alert, find_alerts, transitions_of
from storage.annotations import host_names
from storage.hosts import find_host
from storage.printable import printable
from storage.utc import iso_utc, now_ms
from watchpost.alert_scope import HostOption, RuleOption
from watchpost.alert_text import (
    TEXT_LIMIT,
    acknowledged_text,
    alert_as_json,
    lasting_text,
    value_of,
    what_text,
)
from watchpost.console import errors, output, print_json, table
from watchpost.database_access import existing_database
from watchpost.invocation import DatabaseOption, JsonOption, configuration
from watchpost.local_time import moment_text, shown_zone
from watchpost.time_range import parse_range


def command(  # noqa: PLR0913 - one for each option
    alert: Annotated[
        int | None, typer.Argument(metavar="[ID]", help="All that happened to this one.", min=1, show_default=False)
    ] = None,
    *,
    start: Annotated[str, typer.Option("--from", metavar="TIME", help="-90s, -1h, -7d, or ISO 8601.")] = "-7d",
    end: Annotated[str, typer.Option("--to", metavar="TIME", help="As --from.")] = "now",
    host: HostOption = None,
    rule: RuleOption = None,
    severity: Annotated[
        str | None, typer.Option("--severity", metavar="SEVERITY", help="warning or critical.", show_default=False)
    ] = None,
    limit: Annotated[int, typer.Option("--limit", metavar="N", help="The most that are listed.", min=1)] = 100,
    as_json: JsonOption = False,
    database: DatabaseOption = None,
) -> None:
    """List what fired in a span of time, the newest first; with ID all that happened to that alert."""
    chosen = configuration(database)
    now = now_ms()
    with existing_database(chosen.database_url) as opened, opened.reading() as connection:
        zone = shown_zone(chosen, connection)
        if alert is not None:
            found = [find_alert(connection, alert)]
            happened = transitions_of(connection, alert)
        else:
            since, until = parse_range(start, end, now_ms=now, time_zone=zone)
            host_ids = None if host is None else [find_host(connection, host).id]
            query = AlertQuery(since=since, until=until, host_ids=host_ids, rule=rule, severity=severity, limit=limit)
            found, happened = find_alerts(connection, query), []
        names = host_names(connection, {each.host_id for each in found})
    if as_json:
        listed = [alert_as_json(each, names.get(each.host_id, "")) for each in found]
        told = [_transition_as_json(each) for each in happened]
        print_json({"alert": listed[0], "transitions": told} if alert is not None else {"alerts": listed})
        return
    if not found:
        errors().print(Text("Nothing fired in that time."))
        return
    lines = table("ID", "FIRED", "FOR", "SEVERITY", "HOST", "ALERT", "WORST", "OVER", "ON IT")
    for each in found:
        cells = (
            str(each.id),
            moment_text(each.fired_at, zone),
            lasting_text(each, now),
            each.severity,
            names.get(each.host_id, f"host {each.host_id}"),
            what_text(each),
            value_of(_at_its_worst(each)),
            _over(each),
            acknowledged_text(each),
        )
        lines.add_row(*(Text(printable(cell, TEXT_LIMIT)) for cell in cells))
    output().print(lines)
    if happened:
        steps = table("WHEN", "WHAT", "SEVERITY", "BY", "")
        for step in happened:
            said = (moment_text(step.ts, zone), step.kind.replace("_", " "), step.severity, step.author, step.comment)
            steps.add_row(*(Text(printable(word, TEXT_LIMIT)) for word in said))
        output().print(steps)


def _at_its_worst(alert: AlertRow) -> AlertRow:
    return replace(alert, value=alert.worst_value if alert.worst_value is not None else alert.value)


def _over(alert: AlertRow) -> str:
    return "fires" if alert.resolved_at is None else alert.resolution.replace("_", " ")


def _transition_as_json(step: Transition) -> dict[str, object]:
    return {
        "at": iso_utc(step.ts),
        "kind": step.kind,
        "severity": step.severity,
        "value": step.value,
        "by": step.author or None,
        "comment": step.comment or None,
    }
