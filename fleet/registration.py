"""Which of the hosts that a source names are to be added, which are there already, which cannot be; and adds them."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import Any

from fleet.host_sources.candidate import Candidate, Place, SourceReading, Unusable
from fleet.reading import shown_address
from storage.connection import Connection
from storage.errors import InvalidInputError
from storage.host import Host, NewHost, Transport
from storage.host_rules import checked_host
from storage.hosts import add_hosts
from storage.printable import printable
from storage.translation import _

_SSH_PORT = 22


class Verdict(StrEnum):
    """What becomes of an entry."""

    ADD = "add"
    SKIP = "skip"
    """There is nothing to do: the host is there."""
    REFUSE = "refuse"


class Why(StrEnum):
    """Why an entry is not added; stable, for scripts."""

    REGISTERED = "registered"
    REPEATED = "repeated"
    SAME_KEY = "same_key"
    NAME_TAKEN = "name_taken"
    NO_CREDENTIAL = "no_credential"
    UNUSABLE = "unusable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Defaults:
    """What holds for every host of which the source does not say otherwise; the tags come on top of its own."""

    group: str | None = None
    tags: Sequence[str] = ()
    username: str | None = None
    credential: str | None = None
    identity_file: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRow:
    """One entry of a source and what becomes of it.

    Attributes:
        verdict: what becomes of it.
        where: where in the source it stands; may be empty.
        name: what it is called.
        host: as it would be registered; None where it cannot be.
        why: the reason as a code; None for one that is added.
        reason: the reason as a sentence; empty for one that is added.
        notes: sentences on what is not taken over.
    """

    verdict: Verdict
    where: str
    name: str
    host: NewHost | None = None
    why: Why | None = None
    reason: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """What becomes of every entry of a source, in its order, and sentences about the source as a whole."""

    rows: Sequence[PlanRow]
    notes: Sequence[str] = ()

    def of(self, verdict: Verdict) -> list[PlanRow]:
        """The rows with that verdict."""
        return [row for row in self.rows if row.verdict is verdict]


def plan_registration(
    reading: SourceReading,
    hosts: Iterable[NewHost],
    *,
    defaults: Defaults | None = None,
    credentials: Collection[str] = (),
) -> Plan:
    """What registering the hosts of a source comes to. Planning again after it was carried out adds nothing.

    Args:
        reading: what the source says.
        hosts: those that are registered.
        defaults: for what it leaves open.
        credentials: the names of those that are stored.
    """
    planner = _Planner(hosts, defaults or Defaults(), credentials)
    rows = [planner.judge(candidate) for candidate in reading.candidates]
    return Plan([*rows, *(_unusable(entry) for entry in reading.unusable)], tuple(reading.notes))


def only_named(reading: SourceReading, patterns: Sequence[str]) -> SourceReading:
    """Those entries whose name fits one of the patterns, as a shell has them; case does not matter."""
    wanted = [pattern.casefold() for pattern in patterns]

    def fits(name: str) -> bool:
        return not wanted or any(fnmatchcase(name.casefold(), pattern) for pattern in wanted)

    candidates = [candidate for candidate in reading.candidates if fits(candidate.name)]
    return SourceReading(candidates, [entry for entry in reading.unusable if fits(entry.name)], reading.notes)


def apply_plan(connection: Connection, plan: Plan, now_ms: int) -> list[Host]:
    """Registers what is to be added: all of it, or on any error nothing, as the caller's transaction goes back.

    Raises:
        AlreadyExistsError: somebody else has registered a host of such a name since.
        NotFoundError: a credential is gone.
    """
    return add_hosts(connection, [row.host for row in plan.of(Verdict.ADD) if row.host is not None], now_ms)


class _Planner:
    """Judges one entry after the other; each that is added counts for the next."""

    def __init__(self, hosts: Iterable[NewHost], defaults: Defaults, credentials: Collection[str]) -> None:
        self._defaults = defaults
        self._credentials = frozenset(credentials)
        self._known = _KnownHosts()
        self._local: str | None = None
        self._from_source: set[str] = set()
        for host in hosts:
            self._note(host, (_place(host),))

    def judge(self, candidate: Candidate) -> PlanRow:
        """What becomes of a candidate."""
        try:
            host = checked_host(_with_defaults(candidate.said, self._defaults))
        except InvalidInputError as error:
            name = printable(candidate.name)
            return PlanRow(
                verdict=Verdict.REFUSE, where=candidate.where, name=name, why=Why.UNUSABLE, reason=error.message
            )
        verdict, why, reason = self._verdict(candidate, host)
        if verdict is Verdict.ADD:
            self._note(host, (_place(host), *candidate.also))
            self._from_source.add(host.name)
        return PlanRow(
            verdict=verdict,
            where=candidate.where,
            name=host.name,
            host=host,
            why=why,
            reason=reason,
            notes=candidate.notes,
        )

    def _verdict(self, candidate: Candidate, host: NewHost) -> tuple[Verdict, Why | None, str]:
        is_local = host.transport is Transport.LOCAL
        same = self._local if is_local else self._same_place(host, candidate.also)
        if same is not None:
            # What is known of this one holds for the other: else it would be forgotten when the source is read again.
            self._known.add_places(same, () if is_local else (_place(host), *candidate.also))
            return (Verdict.SKIP, *self._there_already(host, same))
        if (namesake := self._known.named(host.name)) is not None:
            where = shown_address(namesake)
            words = _("There is a host of that name at {address}.")
            return Verdict.REFUSE, Why.NAME_TAKEN, words.format(address=printable(where))
        if candidate.twin is not None and self._known.named(candidate.twin) is not None:
            words = _("It has the same host key as “{name}”. To add it all the same, name it with --only.")
            return Verdict.SKIP, Why.SAME_KEY, words.format(name=printable(candidate.twin))
        if host.credential is not None and host.credential not in self._credentials:
            words = _("There is no credential “{name}”.")
            return Verdict.REFUSE, Why.NO_CREDENTIAL, words.format(name=printable(host.credential))
        return Verdict.ADD, None, ""

    def _there_already(self, host: NewHost, same: str) -> tuple[Why, str]:
        if same in self._from_source:
            return Why.REPEATED, _("It is the same as “{name}”, which stands further up.").format(name=printable(same))
        if same == host.name:
            return Why.REGISTERED, _("It is registered already.")
        return Why.REGISTERED, _("It is registered already, as “{name}”.").format(name=printable(same))

    def _same_place(self, host: NewHost, also: Sequence[Place]) -> str | None:
        namesake = self._known.named(host.name)
        if namesake is not None and _spot(_place(namesake)) == _spot(_place(host)):
            return host.name
        return next(filter(None, map(self._known.at, (_place(host), *also))), None)

    def _note(self, host: NewHost, places: Iterable[Place]) -> None:
        self._known.add(host, places)
        if host.transport is Transport.LOCAL and self._local is None:
            self._local = host.name


class _KnownHosts:
    """Hosts by name and by place."""

    def __init__(self) -> None:
        self._by_name: dict[str, NewHost] = {}
        self._by_place: dict[tuple[str, int], dict[str | None, str]] = {}

    def add(self, host: NewHost, places: Iterable[Place]) -> None:
        """A host, and where it is to be found."""
        self._by_name[host.name] = host
        if host.transport is not Transport.LOCAL:
            self.add_places(host.name, places)

    def add_places(self, name: str, places: Iterable[Place]) -> None:
        """Where else a host is to be found."""
        for place in places:
            self._by_place.setdefault(_spot(place), {}).setdefault(place.username, name)

    def named(self, name: str) -> NewHost | None:
        """The host of that name."""
        return self._by_name.get(name)

    def at(self, place: Place) -> str | None:
        """The name of the host there. A user that is not said may be any."""
        users = self._by_place.get(_spot(place), {})
        if place.username is None:
            return next(iter(users.values()), None)
        return users.get(place.username, users.get(None))


def _unusable(entry: Unusable) -> PlanRow:
    return PlanRow(
        verdict=Verdict.REFUSE, where=entry.where, name=entry.name, why=Why.UNUSABLE, reason=printable(entry.why, 500)
    )


def _with_defaults(said: Mapping[str, Any], defaults: Defaults) -> dict[str, Any]:
    general: dict[str, Any] = {"group": defaults.group}
    if said.get("transport") is not Transport.LOCAL:
        general["username"] = defaults.username
        general["credential"] = defaults.credential
        general["identity_file"] = defaults.identity_file
    left_open = {field: value for field, value in general.items() if said.get(field) is None}
    return {**said, **left_open, "tags": tuple(dict.fromkeys((*said.get("tags", ()), *defaults.tags)))}


def _place(host: NewHost) -> Place:
    return Place(host.address, host.port, host.username)


def _spot(place: Place) -> tuple[str, int]:
    return place.address.casefold().removesuffix("."), place.port or _SSH_PORT
