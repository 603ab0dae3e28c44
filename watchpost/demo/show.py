"""Makes up a demonstration: which hosts there are, what befalls them, and a database that knows their past."""

import sys
from collections.abc import Callable
from dataclasses import dataclass, replace

from alerts.rules.seeding import seed_default_rules
from simulated_fleet.history import write_history
from simulated_fleet.machine import machines
from simulated_fleet.serving.folder import write_folder
from simulated_fleet.serving.plan import FleetPlan, PlannedFleet, carry_out
from simulated_fleet.serving.registration import register
from storage.annotation import NewAnnotation
from storage.annotations import add_annotation
from storage.care.progress import OnStep, Step
from storage.database import Database, open_database, prepare_database
from watchpost.demo.fleet_port import free_port
from watchpost.demo.place import DemoPlace
from watchpost.demo.stories import Story, stories
from watchpost.demo.story_script import story_script

BEHIND_SHARE = 0.1
AUTHOR = "demo"
_DAY_MS = 86_400_000
_WHOLE_HOUR_S = 3600
_PARTS = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is to be shown.

    Attributes:
        hosts: how many.
        seed: another one gives other hosts.
        history_ms: how far back their past goes.
        utc_offset_s: of the clock on the wall, east of Greenwich: nights are quiet.
    """

    hosts: int
    seed: int
    history_ms: int
    utc_offset_s: int = 0


@dataclass(frozen=True, slots=True)
class Cast:
    """The hosts and what befalls them."""

    fleet: PlannedFleet
    stories: list[Story]


def cast(wish: Wish, now_ms: int, *, port: int | None = None, one_address: bool = sys.platform != "linux") -> Cast:
    """Decides on hosts and stories.

    Args:
        wish: what is to be shown.
        now_ms: when it begins, UTC milliseconds.
        port: where the hosts listen; None finds one that is free.
        one_address: whether there is but one loopback address.

    Raises:
        NoPortError: there is none.
    """
    plan = FleetPlan(
        hosts=wish.hosts,
        seed=wish.seed,
        # A story may have begun before the past that is kept.
        start_ms=now_ms - max(wish.history_ms, 2 * _DAY_MS),
        one_address=one_address,
        behind_share=0.0 if one_address else BEHIND_SHARE,
        time_zone=zone_of(wish.utc_offset_s),
    )
    found = machines(plan.hosts, plan.seed, behind_share=plan.behind_share)
    told = stories(found, now_ms)
    port = port or free_port([machine.address for machine in found], one_address=one_address)
    return Cast(carry_out(replace(plan, port=port, script=story_script(told, plan.start_ms))), told)


def zone_of(utc_offset_s: int) -> str:
    """Name of a zone with that offset, to the hour; the names of these count west of Greenwich."""
    hours = round(utc_offset_s / _WHOLE_HOUR_S)
    return "UTC" if hours == 0 else f"Etc/GMT{-hours:+d}"


def stage(place: DemoPlace, show: Cast, wish: Wish, clock: Callable[[], int], on_step: OnStep) -> None:
    """Makes the database, with trusted hosts and their past up to now.

    Args:
        place: where.
        show: whose hosts.
        wish: how far back.
        clock: UTC milliseconds.
        on_step: told how far it has come.
    """
    folder = write_folder(place.fleet, show.fleet)
    (place.home / ".ssh" / "config").write_text(folder.ssh_config.read_text(encoding="utf-8"), encoding="utf-8")
    now_ms = clock()
    prepare_database(place.database_url, now_ms=now_ms)
    database = open_database(place.database_url)
    try:
        seed_default_rules(database, now_ms=now_ms)
        registered = register(database, show.fleet, folder, now_ms)
        ids = {machine.index: host.id for machine, host in zip(show.fleet.machines, registered.hosts, strict=True)}
        _annotate(database, show.stories, now_ms)
        world = show.fleet.world

        def tell(share: float) -> None:
            on_step(Step(f"Writing the past of {wish.hosts} hosts", round(share * _PARTS), _PARTS))

        write_history(database, world, ids, start_ms=now_ms - wish.history_ms, end_ms=now_ms, on_progress=tell)
        # What has passed meanwhile: no gap is left between the past and the first reading.
        write_history(database, world, ids, start_ms=now_ms, end_ms=clock())
    finally:
        database.close()


def _annotate(database: Database, told: list[Story], now_ms: int) -> None:
    """Says in the database itself what is made up, so that nobody takes it for real."""
    with database.writing() as connection:
        for story in told:
            new = NewAnnotation(
                text=f"Demonstration: {story.text}.",
                start_ts=story.scenario.start_ms,
                end_ts=story.scenario.end_ms,
                hosts=(story.host,),
                author=AUTHOR,
            )
            add_annotation(connection, new, now_ms)
