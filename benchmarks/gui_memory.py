"""Whether the memory that the window takes stays the same over many refreshes."""

from pathlib import Path

import numpy as np

from benchmarks.gui_live import LiveWindow, live_window, writing_poller
from benchmarks.gui_window import resident_mb
from monitor_gui.camera import wait_for

REFRESHES = 2000
_QUICK_REFRESHES = 300
_BETWEEN_PAGES = 25


def growth(folder: Path, *, quick: bool) -> dict[str, float]:
    """MB by which the memory grows over 1,000 refreshes, once everything was shown that there is."""
    with (
        writing_poller(folder / "memory.db", interval_s=1.0) as url,
        live_window(url, folder) as window,
    ):
        look = window.live.look
        hosts = [host.id for host in look.state.hosts] if look else []
        count = _QUICK_REFRESHES if quick else REFRESHES
        # Caches fill in the first quarter: layouts, glyphs, pictures of icons.
        _refresh(window, hosts, count // 4)
        sizes = []
        for _ in range(count // _BETWEEN_PAGES):
            _refresh(window, hosts, _BETWEEN_PAGES)
            sizes.append(resident_mb())
        slope = np.polyfit(np.arange(len(sizes)) * _BETWEEN_PAGES / 1000, sizes, 1)[0]
        return {"memory_growth_mb": float(slope)}


def _refresh(window: LiveWindow, hosts: list[int], count: int) -> None:
    """So many looks, half of them on the fleet and half on the page of one host."""
    for place, turn in enumerate((count // 2, count - count // 2)):
        if place:
            window.show_host(hosts[window.looks // _BETWEEN_PAGES % len(hosts)])
        else:
            window.show_fleet()
        target = window.looks + turn
        while window.looks < target:
            seen = window.looks
            window.live.look_now()
            wait_for(lambda seen=seen: window.looks > seen)  # type: ignore[misc]
