"""What becomes of one alert on its way to people, stage by stage."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import tzinfo

from alerts.notifier.active_alert import ActiveAlert
from alerts.notifier.composing import Describe
from alerts.notifier.membership import cause_of, members, routes_for
from alerts.notifier.message import MessageAlert
from alerts.notifier.outcome import Outcome, Standing
from alerts.notifier.quieting import quieted
from alerts.notifier.round import decide
from alerts.notifier.routing import Route, Verdict
from alerts.notifier.routing import explain as verdicts
from alerts.notifier.scene import Scene
from watchpost.alert_looking import Looked
from watchpost.alert_scope import matchers_text
from watchpost.alert_text import outcome_text
from watchpost.duration import duration_text
from watchpost.route_text import hours_text, ladder_text

_SAID = {
    Verdict.TAKEN: "takes it",
    Verdict.OTHER_LABELS: "is about {about}",
    Verdict.NOT_BAD_ENOUGH: "is for {lowest} only",
    Verdict.OTHER_HOURS: "is for other hours: {hours}",
    Verdict.NOT_REACHED: "is not reached: one before it took the alert",
}


@dataclass(frozen=True, slots=True)
class Stage:
    """One step on the way.

    Attributes:
        name: a fixed code.
        text: what becomes of the alert there.
        ends: whether it goes no further.
    """

    name: str
    text: str
    ends: bool = False


@dataclass(frozen=True, slots=True)
class Explained:
    """All of it.

    Attributes:
        stages: in their order.
        outcome: what comes of it in the end.
        due_now: whether somebody is told of it for the first time at this moment.
    """

    stages: tuple[Stage, ...]
    outcome: Outcome | None
    due_now: bool


def explained(seen: Looked, alert: ActiveAlert, now_ms: int, zone: tzinfo | None) -> Explained:
    """What becomes of an alert that fires, or of one that is made up and put among the others."""
    scene = seen.reading.scene
    if all(other.id != alert.id for other in scene.alerts):
        scene = replace(scene, alerts=[*scene.alerts, alert])
        decision = decide(scene, seen.memory, _describing(seen), now_ms)
    else:
        decision = seen.decision
    quiet = quieted(scene, scene.alerts, now_ms).get(alert.id)
    stages = [_quiet_stage(name, standing, quiet, zone) for name, standing in _QUIETING]
    if quiet is None:
        stages += _routing(scene, alert, now_ms)
        stages += _grouping(scene, alert, seen, now_ms)
    return Explained(tuple(stages), decision.outcomes.get(alert.id), alert.id in decision.newly_told)


_QUIETING = (
    ("inhibition", Standing.INHIBITED),
    ("silences", Standing.SILENCED),
    ("maintenance", Standing.IN_MAINTENANCE),
)


def _quiet_stage(name: str, standing: Standing, quiet: Outcome | None, zone: tzinfo | None) -> Stage:
    if quiet is not None and quiet.standing is standing:
        return Stage(name, outcome_text(quiet, zone), ends=True)
    return Stage(name, "nothing keeps it quiet")


def _routing(scene: Scene, alert: ActiveAlert, now_ms: int) -> list[Stage]:
    taken = routes_for(scene, alert, now_ms)
    own = [route for route in taken if route not in scene.routes]
    if own:
        return [Stage("route", f"it fires by the thresholds of {', '.join(own[0].receivers)}, who is told")]
    stages = [
        Stage("route", f"“{route.name}” {_verdict_text(route, verdict)}")
        for route, verdict in verdicts(alert, scene.routes, now_ms)
    ]
    return [*stages, *([] if taken else [Stage("route", "no route takes it: nobody is told", ends=True)])]


def _verdict_text(route: Route, verdict: Verdict) -> str:
    words = {"about": matchers_text(route.matchers), "lowest": route.lowest.value, "hours": hours_text(route.hours)}
    if verdict is not Verdict.TAKEN:
        return _SAID[verdict].format(**words)
    ladder = f"; if nobody acknowledges: {ladder_text(route.escalation)}" if route.escalation else ""
    timing = route.timing
    pace = f"waits {duration_text(timing.group_wait_s)}, then at most every {duration_text(timing.group_interval_s)}"
    return f"{_SAID[verdict]}: {', '.join(route.receivers) or 'nobody'}; {pace}{ladder}"


def _grouping(scene: Scene, alert: ActiveAlert, seen: Looked, now_ms: int) -> list[Stage]:
    told = seen.memory.told
    quiet = quieted(scene, scene.alerts, now_ms).keys()
    found = members(scene, scene.alerts, told, quiet=quiet, flapping=frozenset(), ts=now_ms)
    stages = []
    for key in found.of.get(alert.id, ()):
        others = len(found.groups[key].alerts) - 1
        common = ", ".join(f"{name}={value or '-'}" for name, value in key.labels) or "everything"
        cause = f" for the sake of the jump host {cause_of(key)}" if cause_of(key) else ""
        together = f"together with {others} more" if others else "alone"
        stages.append(Stage("group", f"{key.receiver} hears of it {together} ({common}){cause}"))
        if key.receiver not in scene.receivers:
            stages.append(Stage("receiver", f"{key.receiver} is off"))
    missing: Sequence[str] = sorted(
        {name for route in routes_for(scene, alert, now_ms) for name in route.receivers} - set(scene.receivers)
    )
    return [*stages, *(Stage("receiver", f"{name} is off, or is not there any more") for name in missing)]


def _describing(seen: Looked) -> Describe:
    """What is said of alerts; of one that is made up only what it is."""

    def describe(alert: ActiveAlert) -> MessageAlert:
        if alert.id in seen.reading.rows:
            return seen.reading.describe(alert)
        return MessageAlert(
            id=alert.id,
            rule=alert.labels["alertname"],
            host=alert.labels["host"],
            host_id=0,
            severity=alert.severity,
            firing=True,
            metric=alert.labels["metric"],
            fired_at=alert.fired_at,
        )

    return describe
