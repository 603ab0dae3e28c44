"""What became of the alerts that nothing keeps quiet, and when to look again."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from alerts.notifier.active_alert import ActiveAlert
from alerts.notifier.deduplication import Due, Told
from alerts.notifier.flapping import Flapping, calm_at
from alerts.notifier.grouping import GroupKey
from alerts.notifier.membership import Membership
from alerts.notifier.outcome import Outcome, Standing

LOOK_AGAIN_MS = 30_000
"""While anything fires, it is looked at so often at the least: hours, silences and windows begin and end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What a look has brought. Times are UTC milliseconds.

    Attributes:
        membership: which alerts are in which groups.
        moments: when each group speaks next.
        waiting_until: until when a group waits whose receiver has had enough for now.
        told: what was said, the messages of this look included.
        flapping: alerts that come and go, by identity.
        ts: when it was.
    """

    membership: Membership
    moments: Mapping[GroupKey, Due | None]
    waiting_until: Mapping[GroupKey, int]
    told: Mapping[GroupKey, Told]
    flapping: Mapping[str, Flapping]
    ts: int


def outcome_of(alert: ActiveAlert, seen: Seen) -> Outcome:
    """What became of one."""
    keys = seen.membership.of.get(alert.id, ())
    if not alert.firing and not keys:
        return Outcome(standing=Standing.TOLD)
    if not keys:
        return Outcome(standing=Standing.ACKNOWLEDGED if alert.acknowledged else Standing.NO_ROUTE)
    receivers = tuple(dict.fromkeys(key.receiver for key in keys))
    flapping = seen.flapping.get(alert.identity)
    if flapping is not None and flapping.since_at is not None:
        return Outcome(standing=Standing.FLAPPING, receivers=receivers, until=calm_at(flapping))
    if told := tuple(dict.fromkeys(key.receiver for key in keys if _knows(key, alert, seen))):
        return Outcome(standing=Standing.TOLD, receivers=told)
    if limits := [seen.waiting_until[key] for key in keys if key in seen.waiting_until]:
        return Outcome(standing=Standing.RATE_LIMITED, receivers=receivers, until=min(limits))
    waits = [moment.at for key in keys if (moment := seen.moments.get(key)) is not None]
    return Outcome(standing=Standing.WAITS, receivers=receivers, until=max(min(waits), seen.ts) if waits else None)


def next_look(seen: Seen, alerts: Iterable[ActiveAlert]) -> int | None:
    """When to look again if nothing changes; None for not before something does."""
    coming = [moment.at for moment in seen.moments.values() if moment is not None and moment.at > seen.ts]
    coming += seen.waiting_until.values()
    if seen.membership.next_rung_at is not None:
        coming.append(seen.membership.next_rung_at)
    if seen.told or any(alert.firing for alert in alerts):
        coming.append(seen.ts + LOOK_AGAIN_MS)
    return min(coming, default=None)


def _knows(key: GroupKey, alert: ActiveAlert, seen: Seen) -> bool:
    said = seen.told.get(key)
    # Who was told of one cause was told of all that it brings about.
    return said is not None and (alert.identity in said.firing or (key.one_cause and bool(said.firing)))
