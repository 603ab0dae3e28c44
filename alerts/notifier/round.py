"""One round of the notifier: what is to be said now, what is remembered of it, and what became of every alert. Pure."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from alerts.notifier.active_alert import ActiveAlert
from alerts.notifier.composing import Describe, Speaking, composed, group_text
from alerts.notifier.deduplication import HOUR_MS, Due, Restless, Told, due, told_now, without_gone
from alerts.notifier.flapping import RETURN_CHANGES, Flapping, with_changes
from alerts.notifier.grouping import GroupKey
from alerts.notifier.limiting import limited, next_room_at
from alerts.notifier.membership import Group, members
from alerts.notifier.memory import Memory
from alerts.notifier.message import Message
from alerts.notifier.outcome import Outcome
from alerts.notifier.quieting import quieted
from alerts.notifier.rate_limit import Allowance, RateLimit
from alerts.notifier.scene import Scene
from alerts.notifier.standings import Seen, next_look, outcome_of
from alerts.thresholds import Severity

_USUAL_LIMIT = RateLimit()


@dataclass(frozen=True, slots=True)
class Planned:
    """A message that is due.

    Attributes:
        group: under what it is logged.
        message: what is said.
    """

    group: str
    message: Message


@dataclass(frozen=True, slots=True)
class Decision:
    """What follows from a look.

    Attributes:
        messages: that are due; the memory holds that they were sent.
        memory: what is to be remembered from now on.
        look_at: when to look again if nothing changes, UTC milliseconds; None for not before something does.
        outcomes: what became of each alert, by its id; of those that are over only where somebody has yet to be told.
        newly_told: ids of the alerts that somebody is told of for the first time by these messages.
    """

    messages: tuple[Planned, ...]
    memory: Memory
    look_at: int | None
    outcomes: Mapping[int, Outcome]
    newly_told: frozenset[int] = frozenset()


def decide(scene: Scene, memory: Memory, describe: Describe, ts: int) -> Decision:
    """Looks at everything at one moment.

    Args:
        scene: alerts, routes, silences and the like.
        memory: of the last look.
        describe: what is said of an alert.
        ts: the time, UTC in milliseconds.
    """
    alerts = _newest(scene.alerts)
    flaps = _flaps(scene.alerts, memory.flapping, ts)
    restless = Restless(
        returning=frozenset(identity for identity, each in flaps.items() if each.returning),
        flapping=frozenset(identity for identity, each in flaps.items() if each.since_at is not None),
    )
    told = _still_told(memory.told, alerts, restless, scene.receivers, ts)
    quiet = quieted(scene, scene.alerts, ts)
    sorted_in = members(scene, alerts.values(), told, quiet=quiet.keys(), flapping=restless.flapping, ts=ts)
    moments = {key: _due(key, group, restless) for key, group in sorted_in.groups.items()}
    speaking = _Speaking(scene, memory.allowances, restless, quiet, ts)
    for key, moment in moments.items():
        if moment is not None and moment.at <= ts:
            speaking.add(key, sorted_in.groups[key], moment)
    messages = tuple(speaking.messages(describe))
    seen = Seen(
        membership=sorted_in,
        moments=moments,
        waiting_until=speaking.waiting_until,
        told=told | speaking.told,
        flapping=flaps,
        ts=ts,
    )
    return Decision(
        messages=messages,
        memory=Memory(seen.told, speaking.allowances, flaps),
        look_at=next_look(seen, alerts.values()),
        newly_told=frozenset(speaking.newly_told),
        outcomes={**{alert.id: outcome_of(alert, seen) for alert in alerts.values() if alert.id not in quiet}, **quiet},
    )


def _newest(alerts: Iterable[ActiveAlert]) -> dict[str, ActiveAlert]:
    """Of each identity the one that fires, or else the one that fired last."""
    found: dict[str, ActiveAlert] = {}
    for alert in alerts:
        other = found.get(alert.identity)
        if other is None or (alert.firing, alert.fired_at, alert.id) > (other.firing, other.fired_at, other.id):
            found[alert.identity] = alert
    return found


def _flaps(alerts: Iterable[ActiveAlert], known: Mapping[str, Flapping], ts: int) -> dict[str, Flapping]:
    """Which alerts come and go; those that came once are left out, as they follow from their rows again."""
    moments: defaultdict[str, set[int]] = defaultdict(set)
    for alert in alerts:
        moments[alert.identity].add(alert.fired_at)
        if alert.resolved_at is not None:
            moments[alert.identity].add(alert.resolved_at)
    several = {identity for identity, found in moments.items() if len(found) >= RETURN_CHANGES} | known.keys()
    found = {
        identity: with_changes(known.get(identity, Flapping()), moments.get(identity, ()), ts) for identity in several
    }
    return {identity: flapping for identity, flapping in found.items() if flapping.returning}


def _still_told(
    told: Mapping[GroupKey, Told],
    alerts: Mapping[str, ActiveAlert],
    restless: Restless,
    receivers: Collection[str],
    ts: int,
) -> dict[GroupKey, Told]:
    """What was told and still matters."""
    kept: dict[GroupKey, Told] = {}
    for key, said in told.items():
        if key.receiver not in receivers:
            continue
        present = without_gone(said, said.firing.keys() - alerts.keys())
        settled = replace(present, flapping=present.flapping & restless.flapping)
        if settled.firing or ts - settled.at < HOUR_MS:
            kept[key] = settled
    return kept


def _due(key: GroupKey, group: Group, restless: Restless) -> Due | None:
    return due(group.alerts, group.told, group.route.timing, restless, one_cause=key.one_cause)


class _Speaking:
    """The groups whose time has come, by receiver."""

    def __init__(
        self,
        scene: Scene,
        allowances: Mapping[str, Allowance],
        restless: Restless,
        quiet: Mapping[int, Outcome],
        ts: int,
    ) -> None:
        self._scene = scene
        self._restless = restless
        self._kept_quiet = Counter(why.source_id for why in quiet.values() if why.source_id is not None)
        self._ts = ts
        self._by_receiver: defaultdict[str, list[Speaking]] = defaultdict(list)
        self.allowances = dict(allowances)
        self.told: dict[GroupKey, Told] = {}
        self.waiting_until: dict[GroupKey, int] = {}
        self.newly_told: set[int] = set()

    def add(self, key: GroupKey, group: Group, moment: Due) -> None:
        """Notes one."""
        about = tuple(alert for alert in group.alerts if _belongs(alert, group.told, self._restless))
        self._by_receiver[key.receiver].append(Speaking(key, group, moment, about))

    def messages(self, describe: Describe) -> Iterator[Planned]:
        """What they say, as far as their receivers take it now."""
        for receiver, waiting in self._by_receiver.items():
            waiting.sort(key=_importance)
            limit = self._scene.limits.get(receiver, _USUAL_LIMIT)
            lots, allowance = limited(waiting, limit, self.allowances.get(receiver), self._ts)
            if allowance is not None:
                self.allowances[receiver] = allowance
            if not lots:
                later = next_room_at(limit, allowance, self._ts)
                self.waiting_until |= dict.fromkeys((each.key for each in waiting), later)
            for together in lots:
                yield Planned(group_text(together), self._say(together, describe))

    def _say(self, together: Sequence[Speaking], describe: Describe) -> Message:
        flapping = frozenset(self._restless.flapping)
        for each in together:
            known = each.group.told.firing.keys() if each.group.told is not None else ()
            self.newly_told |= {alert.id for alert in each.about if alert.identity not in known}
            self.told[each.key] = told_now(each.about, self._ts, each.group.told, flapping)
        return composed(together, describe, flapping=flapping, kept_quiet=self._kept_quiet, ts=self._ts)


def _belongs(alert: ActiveAlert, told: Told | None, restless: Restless) -> bool:
    """Whether it is said: what fires, what was said to fire, and what comes and goes."""
    known = told is not None and alert.identity in told.firing
    return alert.firing or known or alert.identity in restless.flapping


def _importance(speaking: Speaking) -> tuple[bool, int]:
    worst = any(alert.firing and alert.severity is Severity.CRITICAL for alert in speaking.about)
    return not worst, speaking.due.at
