"""What one refresh of a page costs the thread that paints, in CPU time, until it is painted."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks.fleet_database import Extent, fill, write_live
from benchmarks.gui_window import complete_look, measured_window, new_feed, thread_ms
from monitor_gui.camera import live_for, wait_for
from monitor_gui.frame.page import Page
from monitor_gui.preferences import FleetView
from monitor_gui.reading.look import FleetLook
from storage.database import open_database, prepare_database
from storage.utc import now_ms

HOSTS = 1000
WARM_UP = 3
_INTERVAL_S = 5.0
_SETTLE_MS = 350
"""By then the reader has answered and all is painted; an idle window takes 0.4 ms meanwhile."""


@dataclass(frozen=True, slots=True)
class _Seen:
    """A fleet as it was seen time after time, one interval apart."""

    url: str
    focus: int
    looks: Sequence[FleetLook]


def fleet_costs(folder: Path, *, quick: bool) -> dict[str, float]:
    """CPU milliseconds of a refresh of the fleet page with 1,000 hosts."""
    # Half a minute between the readings of the past: the curves have a point for each half minute anyway.
    seen = _see(folder, Extent(hosts=HOSTS, step_s=30.0, end_ms=now_ms()), 6 if quick else 15)
    views: tuple[FleetView, FleetView] = ("table", "tiles")
    costs = {}
    for view in views:
        with measured_window(seen.url, folder, view) as shown:
            costs[f"fleet_{view}_ms"] = _cost(shown.fleet, seen.looks)
    return costs


def host_cost(folder: Path, *, quick: bool) -> dict[str, float]:
    """CPU milliseconds of a refresh of the page of one host, its last hour on it."""
    seen = _see(folder, Extent(hosts=20, step_s=_INTERVAL_S, end_ms=now_ms()), 6 if quick else 15)
    with measured_window(seen.url, folder, "tiles") as shown:
        shown.host.show_host(seen.focus)
        shown.window.navigate("host")
        shown.host.show_look(seen.looks[0])
        # A page without its charts would be cheap.
        wait_for(lambda: shown.host.body is not None and shown.host.asker.history is not None)
        return {"host_ms": _cost(shown.host, seen.looks)}


def _see(folder: Path, extent: Extent, count: int) -> _Seen:
    url = f"sqlite:///{folder}/{extent.hosts}.db"
    prepare_database(url, now_ms=extent.end_ms)
    database = open_database(url)
    fleet = fill(database, extent)
    feed, turns, focus = new_feed(), write_live(database, fleet, _INTERVAL_S), fleet.host_ids[0]
    complete_look(feed, database, extent.end_ms, focus)
    try:
        looks = [feed.look(database, next(turns) + 100, focus) for _ in range(WARM_UP + count)]
        return _Seen(url, focus, looks)
    finally:
        turns.close()
        database.close()


def _cost(page: Page, looks: Sequence[FleetLook]) -> float:
    """The median."""
    costs = []
    for look in looks:
        before = thread_ms()
        page.show_look(look)
        live_for(_SETTLE_MS)
        costs.append(thread_ms() - before)
    return median(costs[WARM_UP:])
