"""The first stages: which alerts nobody is told of, and why: a cause that was told, a silence, a maintenance window."""

from collections.abc import Mapping, Sequence

from alerts.notifier.active_alert import ActiveAlert
from alerts.notifier.inhibition import inhibited
from alerts.notifier.maintenance import in_maintenance, open_windows
from alerts.notifier.outcome import Outcome, Standing
from alerts.notifier.scene import Scene
from alerts.notifier.silence import silenced_by


def quieted(scene: Scene, alerts: Sequence[ActiveAlert], ts: int) -> Mapping[int, Outcome]:
    """Those of the alerts that are kept quiet at that moment, by id, each with the first stage that does so."""
    found: dict[int, Outcome] = {
        alert_id: Outcome(standing=Standing.INHIBITED, by=(why.rule,), source_id=why.source_id)
        for alert_id, why in inhibited(alerts, scene.inhibit_rules, ts).items()
    }
    silences = [silence for silence in scene.silences if silence.covers(ts)]
    windows = open_windows(scene.windows, ts) if any(alert.firing for alert in alerts) else ()
    for alert in alerts:
        if not alert.firing or alert.id in found:
            continue
        if hushing := silenced_by(alert, silences, ts):
            until = max(silence.ends_at for silence in hushing)
            by = tuple(str(silence.id) for silence in hushing)
            found[alert.id] = Outcome(standing=Standing.SILENCED, until=until, by=by)
        elif covering := in_maintenance(alert, windows):
            until = max(each.until for each in covering)
            names = tuple(each.window.name for each in covering)
            found[alert.id] = Outcome(standing=Standing.IN_MAINTENANCE, until=until, by=names)
    return found
