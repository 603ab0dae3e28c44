"""All that a round of the notifier looks at but what it remembers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from alerts.notifier.active_alert import ActiveAlert
from alerts.notifier.inhibition import DEFAULT_INHIBIT_RULES, InhibitRule
from alerts.notifier.maintenance import MaintenanceWindow
from alerts.notifier.rate_limit import RateLimit
from alerts.notifier.routing import Route
from alerts.notifier.silence import Silence


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """At one moment.

    Attributes:
        alerts: all that fire, those that were resolved within `LOOK_BACK_S`, and those that somebody was told of.
        routes: in their order.
        receivers: names of those that may be told.
        limits: how much a receiver takes, by name, where that is not the usual.
        silences: those that have not ended.
        windows: maintenance windows that are in use.
        inhibit_rules: which alerts follow from others.
    """

    alerts: Sequence[ActiveAlert]
    routes: Sequence[Route]
    receivers: Sequence[str]
    limits: Mapping[str, RateLimit] = field(default_factory=dict)
    silences: Sequence[Silence] = ()
    windows: Sequence[MaintenanceWindow] = ()
    inhibit_rules: Sequence[InhibitRule] = DEFAULT_INHIBIT_RULES


LOOK_BACK_S = 7200.0
"""For so long what was resolved counts: alerts that come and go within the hour, and causes that have just gone."""

DEFAULT_ROUTE = "default"


def usual_routes(receivers: Sequence[str]) -> tuple[Route, ...]:
    """What holds as long as nobody has made a route: everybody is told of everything."""
    return (Route(name=DEFAULT_ROUTE, receivers=tuple(receivers)),) if receivers else ()
