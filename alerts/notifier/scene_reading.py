"""Reads what a round of the notifier looks at: alerts, the registry, rules, routes, silences, windows, receivers."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from alerts.notifier.documents import BrokenBodyError, route_of, silence_of, window_of
from alerts.notifier.jump_hosts import behind
from alerts.notifier.labelling import Describing, Surroundings, active_alert, identity_of
from alerts.notifier.memory import Memory
from alerts.notifier.rate_limit import RateLimit
from alerts.notifier.scene import LOOK_BACK_S, Scene, usual_routes
from alerts.rules.rulebook import Rulebook, read_rulebook
from storage.alerting.alert_row import AlertRow
from storage.alerting.alert_rows import alerts_changed_since
from storage.alerting.receiver import Receiver
from storage.alerting.receiver_rows import list_receivers
from storage.alerting.route_rows import list_routes
from storage.alerting.rule_rows import rules_revision
from storage.alerting.silence_rows import list_silences
from storage.alerting.window_rows import list_windows
from storage.annotations import host_names
from storage.connection import Connection
from storage.host import Host
from storage.host_states import read_host_states
from storage.hosts import hosts_revision, list_hosts

UNREACHABLE = "up"
_Row = TypeVar("_Row")
_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What was read.

    Attributes:
        scene: for the round.
        describe: what is said of its alerts.
        rows: of its alerts, by id.
        receivers: all of them, by name; those too that may not be told just now.
        broken: rows that cannot be used, in words.
        known: the registry and the rules.
    """

    scene: Scene
    describe: Describing
    rows: Mapping[int, AlertRow]
    receivers: Mapping[str, Receiver]
    broken: tuple[str, ...]
    known: Surroundings


class SceneReader:
    """Reads again and again; what is large and seldom changes is kept. For one thread at a time."""

    def __init__(self, jumps: Callable[[Sequence[Host]], Mapping[int, str]] | None = None) -> None:
        """Takes what tells the address of the jump host that a configuration names, by host id."""
        self._jumps = jumps or (lambda _: {})
        self._hosts: tuple[int, list[Host], Mapping[int, str]] | None = None
        self._rulebook: Rulebook | None = None

    def read(self, connection: Connection, memory: Memory, ts: int) -> Reading:
        """All of it, from one snapshot; `ts` is the time, UTC in milliseconds."""
        rows = _rows(connection, memory, ts)
        known = self._surroundings(connection, rows)
        broken: list[str] = []
        receivers = {receiver.name: receiver for receiver in list_receivers(connection)}
        names = [name for name, receiver in receivers.items() if receiver.enabled]
        made = list_routes(connection)
        routes = _sound([row for row in made if row.enabled], route_of, "route", lambda row: row.name, broken)
        silences = list_silences(connection, ended_after=ts)
        windows = [row for row in list_windows(connection) if row.enabled]
        scene = Scene(
            alerts=[active_alert(row, known) for row in rows],
            # As long as nobody has made one; where all are broken, or switched off, nobody is told by surprise.
            routes=routes if made else usual_routes(names),
            receivers=names,
            limits={name: limit for name, each in receivers.items() if (limit := _limit(each.options))},
            silences=_sound(silences, silence_of, "silence", lambda row: str(row.id), broken),
            windows=_sound(windows, window_of, "maintenance window", lambda row: row.name, broken),
        )
        by_id = {row.id: row for row in rows}
        return Reading(
            scene=scene,
            describe=Describing(by_id, known),
            rows=by_id,
            receivers=receivers,
            broken=tuple(broken),
            known=known,
        )

    def _surroundings(self, connection: Connection, rows: Iterable[AlertRow]) -> Surroundings:
        revision = hosts_revision(connection)
        if self._hosts is None or self._hosts[0] != revision:
            listed = list_hosts(connection)
            self._hosts = revision, listed, self._jumps(listed)
        _, hosts, jumps = self._hosts
        if self._rulebook is None or self._rulebook.revision != rules_revision(connection):
            self._rulebook = read_rulebook(connection)
        alerting = {row.host_id for row in rows}
        unreachable = {row.host_id for row in rows if row.metric == UNREACHABLE and row.resolved_at is None}
        by_id = {host.id: host for host in hosts}
        states = read_host_states(connection, unreachable) if unreachable else {}
        return Surroundings(
            hosts=by_id,
            names=host_names(connection, alerting - by_id.keys()),
            behind=behind(hosts, {host_id: state.detail for host_id, state in states.items()}, jumps),
            rulebook=self._rulebook,
        )


def _rows(connection: Connection, memory: Memory, ts: int) -> list[AlertRow]:
    rows = alerts_changed_since(connection, ts - round(LOOK_BACK_S * 1000))
    told = {identity: said.at for said in memory.told.values() for identity in said.firing}
    missing = told.keys() - {identity_of(row) for row in rows}
    if missing:
        # They ended while no notifier was there to see it; their rows say when.
        since = min(told[identity] for identity in missing) - round(LOOK_BACK_S * 1000)
        seen = {row.id for row in rows}
        earlier = alerts_changed_since(connection, since)
        rows += [row for row in earlier if row.id not in seen and identity_of(row) in missing]
    return rows


def _sound(
    rows: Iterable[_Row],
    read: Callable[[_Row], _Value],
    what: str,
    name: Callable[[_Row], str],
    broken: list[str],
) -> list[_Value]:
    found: list[_Value] = []
    for row in rows:
        try:
            found.append(read(row))
        except BrokenBodyError as error:
            broken.append(f"{what} {name(row)}: {error.message}")
    return found


def _limit(options: Mapping[str, object]) -> RateLimit | None:
    """A receiver's own limit: `burst` messages at once, and one more every `every_s` seconds."""
    burst, every_s = options.get("burst"), options.get("every_s")
    if burst is None and every_s is None:
        return None
    usual = RateLimit()
    return RateLimit(
        burst=burst if isinstance(burst, int) and burst >= 1 else usual.burst,
        every_s=float(every_s) if isinstance(every_s, int | float) and every_s > 0 else usual.every_s,
    )
