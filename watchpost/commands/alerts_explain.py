"""`watchpost alerts explain`: who is told of an alert, and why; also of one that is made up."""

from typing import Annotated

import typer
from rich.text import Text

from alerts.notifier.active_alert import ActiveAlert
from alerts.notifier.labelling import Surroundings, active_alert
from alerts.thresholds import Severity
from storage.alerting.alert_row import AlertRow
from storage.alerting.alert_rows import find_alert
from storage.connection import Connection
from storage.errors import InvalidInputError, NotFoundError
from storage.hosts import find_host
from storage.printable import printable
from storage.utc import now_ms
from watchpost.alert_explaining import explained
from watchpost.alert_looking import Looked, look
from watchpost.alert_text import TEXT_LIMIT, outcome_as_json, outcome_text
from watchpost.console import output, print_json, table
from watchpost.database_access import existing_database
from watchpost.invocation import DatabaseOption, JsonOption, configuration
from watchpost.local_time import shown_zone
from watchpost.route_text import parse_severity
from watchpost.time_range import parse_moment

_MADE_UP = 0
"""No row has this id."""


def command(  # noqa: PLR0913 - one for each option
    alert: Annotated[
        int | None,
        typer.Argument(metavar="[ID]", help="Which; “watchpost alerts list” tells.", min=1, show_default=False),
    ] = None,
    *,
    host: Annotated[
        str | None, typer.Option("--host", metavar="HOST", help="Without ID: as if it fired here,", show_default=False)
    ] = None,
    rule: Annotated[
        str | None, typer.Option("--rule", metavar="RULE", help="by this rule,", show_default=False)
    ] = None,
    severity: Annotated[
        str, typer.Option("--severity", metavar="SEVERITY", help="this bad: warning or critical.")
    ] = "critical",
    at: Annotated[
        str, typer.Option("--at", metavar="TIME", help="As if it were then: ISO 8601. For hours and windows.")
    ] = "now",
    as_json: JsonOption = False,
    database: DatabaseOption = None,
) -> None:
    """Say who is told of an alert and why, stage by stage. Nothing is sent, and nothing is changed."""
    chosen = configuration(database)
    with existing_database(chosen.database_url) as opened, opened.reading() as connection:
        zone = shown_zone(chosen, connection)
        ts = parse_moment(at, now_ms=now_ms(), time_zone=zone)
        seen = look(connection, ts)
        if alert is not None:
            asked = _known(connection, seen, alert)
        elif host is not None and rule is not None:
            asked = _made_up(connection, seen, (host, rule, parse_severity(severity)), ts)
        else:
            raise InvalidInputError("Which alert?", hint="Give its ID, or --host and --rule to make one up.")
    found = explained(seen, asked, ts, zone)
    if as_json:
        print_json(
            {
                "labels": dict(asked.labels),
                "tags": list(asked.tags),
                "stages": [{"stage": each.name, "text": each.text, "ends": each.ends} for each in found.stages],
                "outcome": outcome_as_json(found.outcome, due_now=found.due_now),
            }
        )
        return
    labels = ", ".join(f'{name}="{value}"' for name, value in asked.labels.items() if value)
    output().print(Text(printable(f"{labels}{', tags ' if asked.tags else ''}{', '.join(asked.tags)}", TEXT_LIMIT)))
    lines = table("STAGE", "")
    for each in found.stages:
        lines.add_row(Text(each.name), Text(printable(each.text, TEXT_LIMIT)))
    lines.add_row(Text("so"), Text(outcome_text(found.outcome, zone, due_now=found.due_now)))
    output().print(lines)


def _known(connection: Connection, seen: Looked, alert_id: int) -> ActiveAlert:
    found = next((each for each in seen.reading.scene.alerts if each.id == alert_id), None)
    if found is not None and found.firing:
        return found
    over = find_alert(connection, alert_id)
    raise NotFoundError(
        f"Alert {over.id} does not fire any more.",
        hint=f"What becomes of one like it: watchpost alerts explain --host HOST --rule {over.rule_name!r}",
    )


def _made_up(connection: Connection, seen: Looked, said: tuple[str, str, Severity], ts: int) -> ActiveAlert:
    host_name, rule_name, severity = said
    host = find_host(connection, host_name)
    known: Surroundings = seen.reading.known
    rule = next((each for each in known.rulebook.rules if each.name == rule_name), None)
    if rule is None:
        names = ", ".join(each.name for each in known.rulebook.rules[:20])
        raise NotFoundError(f"There is no rule “{printable(rule_name)}” in use.", hint=f"There are: {names}.")
    row = AlertRow(
        id=_MADE_UP,
        rule_id=rule.id,
        rule_name=rule.name,
        host_id=host.id,
        series="",
        metric=rule.signal.metric,
        labels=dict(rule.labels),
        severity=severity.value,
        value=None,
        fired_at=ts,
        changed_at=ts,
    )
    return active_alert(row, known)
