"""Whether the memory that the window takes stays the same over many refreshes."""

from pathlib import Path

import numpy as np

from benchmarks.gui_live import LiveWindow, live_window, writing_poller
from benchmarks.gui_window import resident_mb
from monitor_gui.camera import wait_for

REFRESHES = 2000
_QUICK_REFRESHES = 400
_HOSTS = 10
"""So many are opened, again and again; each has texts and curves of its own that are kept once they were drawn."""
_ON_A_PAGE = 25


def growth(folder: Path, *, quick: bool) -> dict[str, float]:
    """MB by which the memory grows over 1,000 refreshes, once everything was shown that there is."""
    rounds = (_QUICK_REFRESHES if quick else REFRESHES) // (2 * _ON_A_PAGE)
    with (
        writing_poller(folder / "memory.db", interval_s=1.0) as url,
        live_window(url, folder) as window,
    ):
        look = window.live.look
        hosts = [host.id for host in look.state.hosts[:_HOSTS]] if look else []
        for host_id in hosts * 2:
            _refresh(window, host_id)
        sizes = []
        for turn in range(rounds):
            _refresh(window, hosts[turn % len(hosts)])
            sizes.append(resident_mb())
        slope = np.polyfit(np.arange(len(sizes)) * 2 * _ON_A_PAGE / 1000, sizes, 1)[0]
        return {"memory_growth_mb": float(slope)}


def _refresh(window: LiveWindow, host_id: int) -> None:
    """Some looks at the fleet, then some at the page of a host."""
    window.show_fleet()
    _look(window, _ON_A_PAGE)
    window.show_host(host_id)
    _look(window, _ON_A_PAGE)


def _look(window: LiveWindow, times: int) -> None:
    for _ in range(times):
        seen = window.looks
        window.live.look_now()
        wait_for(lambda seen=seen: window.looks > seen)  # type: ignore[misc]
