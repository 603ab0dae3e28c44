"""The database of the pictures: that of `watchpost demo`, as if a poller had read it up to some moment."""

from benchmarks.fleet_database import DELAY_MS, host_statuses
from storage.care.progress import in_silence
from storage.connection import Connection
from storage.database import open_database
from storage.host_states import HostStatus
from storage.hosts import list_hosts
from storage.poller_figures import PollerFigures, PollerHealth
from storage.pollers import heartbeat, register_poller
from storage.reason import HostState
from storage.scrape_rows import RowWriter
from watchpost.demo.place import DemoPlace
from watchpost.demo.show import Wish, cast, stage

PORT = 2222
HISTORY_MS = 3 * 3_600_000


def make_picture_database(place: DemoPlace, *, hosts: int, at_ms: int, history_ms: int = HISTORY_MS) -> None:
    """Makes it in that place.

    Args:
        place: of a demonstration.
        hosts: how many.
        at_ms: until when it was read, UTC milliseconds.
        history_ms: since when.
    """
    wish = Wish(hosts=hosts, seed=1, history_ms=history_ms)
    show = cast(wish, at_ms, port=PORT)
    stage(place, show, wish, lambda: at_ms, in_silence)
    database = open_database(place.database_url)
    try:
        with database.writing() as connection:
            by_name = {host.name: host.id for host in list_hosts(connection)}
            ids = {machine.index: by_name[machine.name] for machine in show.fleet.machines}
            statuses = host_statuses(show.fleet.world, ids, at_ms - HISTORY_MS, at_ms)
            RowWriter().write(connection, (), statuses)
            _tell_of_poller(connection, statuses, at_ms)
    finally:
        database.close()


def _tell_of_poller(connection: Connection, statuses: list[HostStatus], at_ms: int) -> None:
    up = sum(status.state is HostState.UP for status in statuses)
    figures = PollerFigures(
        hosts=len(statuses),
        up=up,
        blocked=sum(status.state is HostState.BLOCKED for status in statuses),
        scrapes_per_s=up / 5,
        delay_p50_ms=DELAY_MS,
        health=PollerHealth.READY,
    )
    start = at_ms - HISTORY_MS
    run = register_poller(connection, poller_id="demo", machine="ops-01", pid=4127, version="demo", now_ms=start)
    heartbeat(connection, run, at_ms, DELAY_MS, figures.as_json())
