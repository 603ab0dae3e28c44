"""All that the health port tells in numbers, at one moment."""

from dataclasses import dataclass, field

from poller.alerting.alert_figures import AlertFigures
from poller.health.distribution import Buckets
from storage.poller_figures import PollerFigures


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposed:
    """What is told at one moment.

    Attributes:
        figures: of the poller.
        delay: from the reading on the host to the commit.
        commit: how long the recorder's transactions take.
        version: of the program.
        started_at_s: when the poller started, UTC seconds.
        alerts: what fires on its hosts.
    """

    figures: PollerFigures
    delay: Buckets
    commit: Buckets
    version: str
    started_at_s: float
    alerts: AlertFigures = field(default_factory=AlertFigures)
