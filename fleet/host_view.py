"""Everything that the screen of one host shows, as it was read at one moment."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import tzinfo
from typing import Any

from fleet.points import Points
from fleet.reading import HostReading, Moment
from fleet.resample import Stretch, resample
from storage.scrape import Process
from storage.series import SeriesKey

HISTORY_MS = 3_600_000


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """The last hour."""

    cpu: Points = field(default_factory=Points)
    memory: Points = field(default_factory=Points)
    received: Points = field(default_factory=Points)
    sent: Points = field(default_factory=Points)


@dataclass(frozen=True, slots=True, kw_only=True)
class HostView:
    """One host.

    Attributes:
        reading: how it is.
        moment: when, and by which thresholds.
        values: the newest gauges and derived values, current or not.
        inventory: what the host said about itself.
        processes: of the newest snapshot.
        processes_at: when that was taken, UTC milliseconds.
        history: the last hour.
        time_zone: in which times are shown; None takes the system's.
    """

    reading: HostReading
    moment: Moment
    values: Mapping[SeriesKey, float] = field(default_factory=dict)
    inventory: Mapping[str, Any] | None = None
    processes: tuple[Process, ...] = ()
    processes_at: int | None = None
    history: History = field(default_factory=History)
    time_zone: tzinfo | None = None

    def value(self, name: str, **labels: str) -> float | None:
        """One value, None where there is none."""
        return self.values.get(SeriesKey(name, tuple(labels.items())))

    def by_label(self, name: str) -> dict[str, float]:
        """The values of a metric by its label, for instance by mount."""
        return {key.labels[0][1]: value for key, value in self.values.items() if key.name == name and key.labels}

    def curve(self, points: Points, width: int) -> list[float | None]:
        """The last hour in `width` columns, the newest to the right."""
        end = self.moment.now_ms
        interval_s = self.reading.host.interval_s or self.moment.interval_s
        stretch = Stretch(end - HISTORY_MS, end, width, round(3 * interval_s * 1000))
        return resample(points.ts, points.values, stretch)
