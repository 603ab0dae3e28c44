"""Tells the service manager what the engine says of itself."""

import time
from collections.abc import Callable

from poller.health.judgement import Judgement
from poller.service_hooks import ServiceHooks
from poller.service_notify import ServiceNotify
from storage.poller_figures import PollerFigures, PollerHealth, PollerTrouble


class NotifyHooks(ServiceHooks):
    """Ready, alive, reloading, about to end."""

    def __init__(
        self,
        notify: ServiceNotify,
        on_reload: Callable[[], None] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Takes what else a reload is to do, and a clock that never goes back, in seconds."""
        self._notify = notify
        self._on_reload = on_reload
        self._clock = clock
        self._alive_at: float | None = None
        self._is_reloading = False

    def on_ready(self) -> None:
        """As `ServiceHooks.on_ready`."""
        self._notify.ready()

    def on_beat(self, judgement: Judgement, figures: PollerFigures) -> None:
        """As `ServiceHooks.on_beat`."""
        self._notify.status(status_line(judgement, figures))
        every_s, now_s = self._notify.watchdog_s, self._clock()
        if every_s is None or PollerTrouble.NOTHING_STORED in judgement.troubles:
            # Nothing but a new start helps a recorder that does not do its work.
            return
        if self._alive_at is None or now_s - self._alive_at >= every_s:
            self._alive_at = now_s
            self._notify.alive()

    def on_reloading(self) -> None:
        """As `ServiceHooks.on_reloading`."""
        self._is_reloading = True
        self._notify.reloading()
        if self._on_reload is not None:
            self._on_reload()

    def on_followed(self) -> None:
        """As `ServiceHooks.on_followed`."""
        if self._is_reloading:
            self._is_reloading = False
            self._notify.ready()

    def on_stopping(self) -> None:
        """As `ServiceHooks.on_stopping`."""
        self._notify.stopping()


def status_line(judgement: Judgement, figures: PollerFigures) -> str:
    """What `systemctl status` shows: `987 of 1000 hosts up; degraded: database_away`."""
    hosts = f"{figures.up} of {figures.hosts} hosts up"
    if judgement.health is PollerHealth.READY:
        return hosts
    return f"{hosts}; {judgement.health}: {', '.join(judgement.troubles)}"
