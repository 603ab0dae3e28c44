"""`watchpost alerts routes add`: say who is told of what."""

from typing import Annotated

import typer
from rich.text import Text

from alerts.notifier.documents import route_body
from alerts.notifier.routing import Route
from storage.alerting.route_rows import add_route, list_routes
from storage.errors import InvalidInputError
from storage.printable import printable
from storage.settings import read_setting
from watchpost.alert_scope import GroupOption, HostOption, MatchOption, RuleOption, TagOption, matchers_from
from watchpost.console import errors, output, print_json
from watchpost.database_access import existing_database
from watchpost.invocation import DatabaseOption, JsonOption, configuration
from watchpost.route_options import (
    EscalateOption,
    GoOnOption,
    GroupByOption,
    HoursOption,
    IntervalOption,
    LowestOption,
    RepeatOption,
    ToOption,
    WaitOption,
    WarningsRepeatOption,
    Wish,
    ZoneOption,
    check_receivers,
    route_with,
)
from watchpost.route_text import route_as_json

_FIRST = "From now on only routes say who is told; until now everybody was told of everything."


def command(  # noqa: PLR0913 - one for each option
    name: Annotated[str, typer.Argument(metavar="NAME", help="What to call it.")],
    *,
    to: ToOption = None,
    host: HostOption = None,
    group: GroupOption = None,
    tag: TagOption = None,
    rule: RuleOption = None,
    match: MatchOption = None,
    lowest: LowestOption = None,
    hours: HoursOption = None,
    zone: ZoneOption = None,
    go_on: GoOnOption = None,
    group_by: GroupByOption = None,
    wait: WaitOption = None,
    interval: IntervalOption = None,
    repeat: RepeatOption = None,
    repeat_warnings: WarningsRepeatOption = None,
    escalate: EscalateOption = None,
    place: Annotated[
        int | None, typer.Option("--place", metavar="N", help="Where, 1 being the first; else the last.", min=1)
    ] = None,
    as_json: JsonOption = False,
    database: DatabaseOption = None,
) -> None:
    """Say who is told of what. Routes are looked at in order; the first that takes an alert is the last, but --go-on.

    Without a route everybody is told of everything. “watchpost alerts explain ID” says what becomes of an alert.
    """
    chosen = configuration(database)
    matchers = matchers_from(host=host, group=group, tag=tag, rule=rule, match=match)
    if not to:
        raise InvalidInputError("A route leads to somebody.", hint="Name receivers with --to.")
    wish = Wish(
        to=to,
        matchers=matchers,
        lowest=lowest,
        hours=hours,
        zone=zone,
        go_on=go_on,
        group_by=group_by,
        wait=wait,
        interval=interval,
        repeat=repeat,
        repeat_warnings=repeat_warnings,
        escalate=escalate,
    )
    with existing_database(chosen.database_url) as opened, opened.writing() as connection:
        usual_zone = chosen.time_zone.key if chosen.time_zone else read_setting(connection, "time_zone") or "UTC"
        route = route_with(Route(name=name, receivers=()), wish, usual_zone=usual_zone)
        check_receivers(connection, route)
        is_first = not list_routes(connection)
        kept = add_route(connection, name=name, body=route_body(route), place=place)
    if as_json:
        print_json({"route": route_as_json(kept)})
        return
    output().print(Text(f"Route {kept.position}, “{printable(kept.name)}”, leads to {', '.join(route.receivers)}."))
    if is_first:
        errors().print(Text(_FIRST))
