"""Maintenance windows: times that come again and again, in which nobody is told of certain alerts."""

from collections.abc import Iterable
from dataclasses import dataclass

from alerts.notifier.active_alert import ActiveAlert, alert_matches
from alerts.notifier.recurrence import Recurrence, starts_between
from alerts.rules.matchers import Matcher

LONGEST_S = 7 * 86_400.0
SHORTEST_S = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class MaintenanceWindow:
    """A window. What it is about is still looked at, and shown as in maintenance.

    Attributes:
        id: of its row.
        name: what it is called.
        matchers: which alerts; all of them must agree.
        recurrence: when it begins.
        duration_s: for how long it lasts each time, in seconds that pass, whatever the clock on the wall does.
    """

    id: int
    name: str
    matchers: tuple[Matcher, ...]
    recurrence: Recurrence
    duration_s: float

    def until(self, ts: int) -> int | None:
        """When the one ends that is on at that moment; None where none is. Times in UTC milliseconds."""
        duration_ms = round(self.duration_s * 1000)
        starts = starts_between(self.recurrence, ts - duration_ms, ts)
        return max(starts) + duration_ms if starts else None


@dataclass(frozen=True, slots=True)
class OpenWindow:
    """A window that is on."""

    window: MaintenanceWindow
    until: int


def open_windows(windows: Iterable[MaintenanceWindow], ts: int) -> tuple[OpenWindow, ...]:
    """Those that are on at that moment."""
    found = ((window, window.until(ts)) for window in windows)
    return tuple(OpenWindow(window, until) for window, until in found if until is not None)


def in_maintenance(alert: ActiveAlert, open_now: Iterable[OpenWindow]) -> tuple[OpenWindow, ...]:
    """Those that are about the alert."""
    return tuple(each for each in open_now if alert_matches(each.window.matchers, alert))
