"""`watchpost alerts routes edit`: have a route lead elsewhere, or take something else."""

from typing import Annotated

import typer
from rich.text import Text

from alerts.notifier.documents import route_body, route_of
from storage.alerting.route_rows import edit_route, find_route
from storage.printable import printable
from storage.settings import read_setting
from watchpost.alert_scope import GroupOption, HostOption, MatchOption, RuleOption, TagOption, matchers_from
from watchpost.console import output, print_json
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


def command(  # noqa: PLR0913 - one for each option
    name: Annotated[str, typer.Argument(metavar="NAME", help="Which one.")],
    *,
    new_name: Annotated[
        str | None, typer.Option("--name", metavar="NEW", help="Call it so from now on.", show_default=False)
    ] = None,
    to: ToOption = None,
    host: HostOption = None,
    group: GroupOption = None,
    tag: TagOption = None,
    rule: RuleOption = None,
    match: MatchOption = None,
    everything: Annotated[bool, typer.Option("--everything", help="Whatever fires, in place of conditions.")] = False,
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
    enabled: Annotated[bool | None, typer.Option("--enable/--disable", help="Whether it is looked at.")] = None,
    as_json: JsonOption = False,
    database: DatabaseOption = None,
) -> None:
    """Change a route. What is given takes the place of what it said; conditions are given all together."""
    chosen = configuration(database)
    matchers = matchers_from(host=host, group=group, tag=tag, rule=rule, match=match)
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
        route = route_with(route_of(find_route(connection, name)), wish, usual_zone=usual_zone)
        body = route_body(route)
        if everything:
            body["matchers"] = []
        check_receivers(connection, route)
        kept = edit_route(connection, name, new_name=new_name, body=body, enabled=enabled)
    if as_json:
        print_json({"route": route_as_json(kept)})
        return
    state = "" if kept.enabled else " It is off."
    output().print(Text(f"Route {kept.position}, “{printable(kept.name)}”, is changed.{state}"))
