"""How long the window cannot answer at the longest, while a day is loaded and a poller writes."""

from pathlib import Path
from statistics import median

from benchmarks.fleet_database import BUSIEST
from benchmarks.gui_live import Heartbeat, LiveWindow, live_window, writing_poller
from monitor_gui.camera import live_for, wait_for

_DAY_HOURS = 24.0
_AFTERWARDS_MS = 2_500
"""Two looks follow, and another question for the day's newest part."""


def stalls(folder: Path, *, quick: bool) -> dict[str, float]:
    """Milliseconds: the longest stall of each load, the median and the worst of these; and of a window left alone."""
    with (
        writing_poller(folder / "day.db", interval_s=5.0, long_past_hours=_DAY_HOURS) as url,
        live_window(url, folder) as window,
    ):
        first = window.live.look.state.hosts if window.live.look else ()
        busiest = next(host.id for host in first if host.name == BUSIEST)
        window.show_host(busiest)
        live_for(_AFTERWARDS_MS)
        alone = [_while_alone() for _ in range(2 if quick else 5)]
        loads = [_while_a_day_is_loaded(window) for _ in range(3 if quick else 11)]
        return {"stall_ms": median(loads), "worst_stall_ms": max(loads), "stall_alone_ms": median(alone)}


def _while_alone() -> float:
    """The host page, its last hour on it, as it looks by itself."""
    pulse = Heartbeat()
    pulse.start()
    live_for(_AFTERWARDS_MS)
    return pulse.stop()


def _while_a_day_is_loaded(window: LiveWindow) -> float:
    page, pulse = window.shown.host, Heartbeat()
    pulse.start()
    page.header.span_chosen.emit("24h")
    wait_for(lambda: page.asker.history is not None)
    live_for(_AFTERWARDS_MS)
    longest = pulse.stop()
    page.header.span_chosen.emit("1h")
    wait_for(lambda: page.asker.history is not None)
    live_for(300)
    return longest
