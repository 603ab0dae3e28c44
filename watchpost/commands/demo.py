"""`watchpost demo`: a simulated fleet to try everything out on; nothing of it stays."""

import os
import time
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from storage.utc import now_ms
from watchpost.console import errors
from watchpost.demo.ending import ended_by_signals
from watchpost.demo.place import DemoPlace, demo_place
from watchpost.demo.views import View, chosen_view, show
from watchpost.duration import parse_duration
from watchpost.progress_bar import progress_bar

_HOSTS_LIMIT = 500
_SHORTEST_S, _LONGEST_S = 60, 7 * 86_400


def command(  # noqa: PLR0913 - one for each option
    *,
    hosts: Annotated[int, typer.Option("--hosts", "-n", metavar="N", min=1, max=_HOSTS_LIMIT, help="How many.")] = 24,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Another one gives other hosts.")] = 1,
    history: Annotated[str, typer.Option("--history", metavar="SPAN", help="How far back their past goes.")] = "3d",
    terminal: Annotated[bool, typer.Option("--terminal", help="In the terminal, display or not.")] = False,
    headless: Annotated[bool, typer.Option("--headless", help="Show nothing; other commands can look at it.")] = False,
    keep: Annotated[
        Path | None, typer.Option("--keep", metavar="DIR", help="Put it there and leave it there.", show_default=False)
    ] = None,
) -> None:
    """Try everything out: a fleet of simulated hosts with a past, in the application.

    The hosts are served over real SSH on the loopback of this machine, and some of them are in trouble. Your own
    database, keyring and SSH configuration are not touched, and at the end everything is gone.
    """
    history_s = parse_duration(history, shortest_s=_SHORTEST_S, longest_s=_LONGEST_S)
    view = chosen_view(terminal=terminal, headless=headless)
    with ended_by_signals(), demo_place(keep) as place:
        status = _run(place, view, hosts, seed, round(history_s * 1000))
    if keep:
        errors().print(Text(f"It is kept in {place.path}. Look at it with: watchpost gui --db {place.database_file}"))
    raise typer.Exit(status)


def _run(place: DemoPlace, view: View, hosts: int, seed: int, history_ms: int) -> int:
    # The simulated hosts bring numpy and asyncssh.
    from watchpost.demo.fleet_child import fleet_child  # noqa: PLC0415
    from watchpost.demo.show import Wish, cast, stage  # noqa: PLC0415

    wish = Wish(hosts=hosts, seed=seed, history_ms=history_ms, utc_offset_s=time.localtime().tm_gmtoff)
    told = cast(wish, now_ms())
    say = errors().print
    say(Text(f"Making up {hosts} hosts and their past; this takes up to half a minute."))
    with fleet_child(told.fleet.plan, place, os.environ) as child:
        with progress_bar() as on_step:
            stage(place, told, wish, now_ms, on_step)
        child.wait_until_serving()
        say(Text("They are there, served over SSH on this machine alone. What befalls them:"))
        longest = max(len(story.host) for story in told.stories)
        for story in told.stories:
            say(Text.assemble("  ", (story.host.ljust(longest), "bold"), f"  {story.text}"))
        return show(view, place, os.environ, hosts, child.check)
