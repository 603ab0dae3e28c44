"""Which alerts go into which group: by routes, by what was told before, and by who is told when nobody acknowledges."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from alerts.notifier.active_alert import ActiveAlert
from alerts.notifier.deduplication import Told
from alerts.notifier.escalation import escalated_to, next_rung_at
from alerts.notifier.grouping import BEHIND, GroupKey, group_key
from alerts.notifier.inhibition import UNREACHABLE
from alerts.notifier.routing import Route, routes_of
from alerts.notifier.scene import Scene

OWNER = "owner"
"""The label of an alert that fires by the thresholds of one user."""
NO_ROUTE = Route(name="", receivers=())
"""Of a group that no route leads to any more."""


@dataclass(slots=True)
class Group:
    """Alerts of which a receiver is told in one message.

    Attributes:
        route: by which the first of them came.
        alerts: of each identity the newest one.
        told: what was said last.
    """

    route: Route
    alerts: list[ActiveAlert] = field(default_factory=list)
    told: Told | None = None


@dataclass(frozen=True, slots=True)
class Membership:
    """All groups that have something in them.

    Attributes:
        groups: by their keys.
        of: the groups of an alert, by its id.
        next_rung_at: when somebody else is to be told next, UTC milliseconds; None where nobody is.
    """

    groups: Mapping[GroupKey, Group]
    of: Mapping[int, Sequence[GroupKey]]
    next_rung_at: int | None = None


def members(  # noqa: PLR0913 - what it follows from
    scene: Scene,
    alerts: Iterable[ActiveAlert],
    told: Mapping[GroupKey, Told],
    *,
    quiet: Collection[int],
    flapping: Collection[str],
    ts: int,
) -> Membership:
    """Puts alerts into groups.

    Args:
        scene: routes and receivers.
        alerts: of each identity the newest one.
        told: what was said last, by group.
        quiet: ids of those that nobody is told of.
        flapping: identities of those that come and go, which count also while they do not fire.
        ts: the time, UTC in milliseconds.
    """
    sorting = _Sorting(scene, told, ts)
    present = list(alerts)
    jump_hosts = {alert.behind for alert in present if alert.firing and alert.behind}
    for alert in present:
        if alert.firing and alert.id not in quiet:
            sorting.place(alert, _cause(alert, jump_hosts))
        elif not alert.firing:
            known = sorting.follow(alert)
            if not known and alert.identity in flapping:
                sorting.place(alert, _cause(alert, jump_hosts))
    return Membership(sorting.groups, sorting.of, sorting.next_rung_at)


def routes_for(scene: Scene, alert: ActiveAlert, ts: int) -> tuple[Route, ...]:
    """The routes that take an alert. What fires by the thresholds of one user is for that user, where that is known."""
    owner = alert.labels.get(OWNER, "")
    if owner:
        own = [route for route in scene.routes if any(matcher.label == OWNER for matcher in route.matchers)]
        if taken := routes_of(alert, own, ts):
            return taken
        if owner in scene.receivers:
            return (Route(name=OWNER, receivers=(owner,)),)
    return routes_of(alert, scene.routes, ts)


def _cause(alert: ActiveAlert, jump_hosts: Collection[str]) -> str:
    """The jump host for whose sake it fires; a jump host is told of together with those behind it."""
    host = alert.labels.get("host", "")
    is_jump = alert.labels.get("metric") == UNREACHABLE and host in jump_hosts
    return host if is_jump else alert.behind


class _Sorting:
    """Groups as they fill."""

    def __init__(self, scene: Scene, told: Mapping[GroupKey, Told], ts: int) -> None:
        self._scene = scene
        self._told = told
        self._ts = ts
        self._receivers = frozenset(scene.receivers)
        self.groups: dict[GroupKey, Group] = {}
        self.of: dict[int, list[GroupKey]] = {}
        self.next_rung_at: int | None = None
        self._homes: dict[str, list[GroupKey]] = {}
        for key, said in told.items():
            if key.receiver in self._receivers:
                for identity in said.firing:
                    self._homes.setdefault(identity, []).append(key)

    def place(self, alert: ActiveAlert, cause: str) -> None:
        """Into the groups of all who are told of it."""
        routes = routes_for(self._scene, alert, self._ts)
        direct = {receiver for route in routes for receiver in route.receivers}
        for route in routes:
            for receiver in route.receivers:
                self._put(alert, receiver, route, cause, escalated=False)
            for receiver in escalated_to(alert, route.escalation, self._ts):
                if receiver not in direct:
                    self._put(alert, receiver, route, cause, escalated=True)
            rung_at = next_rung_at(alert, route.escalation, self._ts)
            if rung_at is not None:
                self.next_rung_at = rung_at if self.next_rung_at is None else min(self.next_rung_at, rung_at)

    def follow(self, alert: ActiveAlert) -> bool:
        """Into the groups that were told of it: they are told of its end, too. Returns whether there are any."""
        homes = self._homes.get(alert.identity, ())
        routes = routes_for(self._scene, alert, self._ts) if homes else ()
        for key in homes:
            route = next((route for route in routes if _leads_to(route, key.receiver)), NO_ROUTE)
            self._add(alert, key, route)
        return bool(homes)

    def _put(self, alert: ActiveAlert, receiver: str, route: Route, cause: str, *, escalated: bool) -> None:
        if receiver not in self._receivers:
            return
        homes = self._homes.get(alert.identity, ())
        # Once told of in a group it stays there, or that group would never hear of its end.
        home = next((key for key in homes if key.receiver == receiver and key.escalated is escalated), None)
        if home is None and alert.acknowledged:
            return
        key = home or group_key(receiver, route.group_by, alert, cause=cause, escalated=escalated)
        self._add(alert, key, route)

    def _add(self, alert: ActiveAlert, key: GroupKey, route: Route) -> None:
        group = self.groups.get(key)
        if group is None:
            group = self.groups[key] = Group(route, told=self._told.get(key))
        elif group.route is NO_ROUTE:
            group.route = route
        keys = self.of.setdefault(alert.id, [])
        if key not in keys:
            keys.append(key)
            group.alerts.append(alert)


def _leads_to(route: Route, receiver: str) -> bool:
    return receiver in route.receivers or any(receiver in rung.receivers for rung in route.escalation)


def cause_of(key: GroupKey) -> str:
    """The jump host that is why its alerts fire; empty where that is not what they have in common."""
    return dict(key.labels).get(BEHIND, "") if key.one_cause else ""
