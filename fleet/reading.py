"""What is known of every host at one moment: how it is, why, and how old that knowledge is. Pure."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from alerts.thresholds import Finding, Severity, Thresholds, find, worst
from fleet.reason_text import reason_text
from storage.headline import Headline, headline
from storage.host import Host, NewHost, Transport
from storage.host_states import HostStatus
from storage.latest import Latest
from storage.quantities import largest_unit
from storage.reason import HostState, Reason
from storage.translation import _

CURRENT_INTERVALS = 3
"""A reading counts as current for this many of its host's intervals; one or two may be late or lost."""


class Health(StrEnum):
    """How a host is, worst first: one that cannot be seen comes before one that is merely busy. Scripts read these."""

    CRITICAL = "critical"
    BLOCKED = "blocked"
    """Nothing is tried until a person acts."""
    UNREACHABLE = "unreachable"
    WARNING = "warning"
    UNKNOWN = "unknown"
    OK = "ok"


OF_SEVERITY = {Severity.OK: Health.OK, Severity.WARNING: Health.WARNING, Severity.CRITICAL: Health.CRITICAL}
NO_HEADLINE = headline({})


@dataclass(frozen=True, slots=True, kw_only=True)
class HostReading:
    """One host at one moment.

    Attributes:
        host: as it is registered, or as it was named on the command line.
        host_id: None for one that is not registered.
        health: from its findings where the reading is current, else from its state.
        reason: why there is no session; None where there is one.
        detail: the poller's words for it; may be empty.
        note: why the values are not current, in a few words; empty where they are.
        ts: of the newest reading, UTC milliseconds; None when there is none.
        current: whether the values say how the host is now.
        headline: the newest values, current or not.
        findings: what is over a threshold; empty unless the reading is current.
    """

    host: NewHost
    host_id: int | None
    health: Health
    reason: Reason | None = None
    detail: str = ""
    note: str = ""
    ts: int | None = None
    current: bool = False
    headline: Headline = NO_HEADLINE
    findings: tuple[Finding, ...] = ()

    @property
    def name(self) -> str:
        """What the host is called."""
        return self.host.name

    def age_s(self, now_ms: int) -> float | None:
        """Seconds since the newest reading."""
        return None if self.ts is None else max(0, now_ms - self.ts) / 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """What a reading is judged by.

    Attributes:
        now_ms: UTC milliseconds.
        thresholds: what counts as a warning and as critical.
        interval_s: between two readings, where a host has none of its own.
        is_polled: whether a poller lives; without one the states in the database are history.
    """

    now_ms: int
    thresholds: Thresholds
    interval_s: float
    is_polled: bool


def read_host(host: Host, status: HostStatus | None, latest: Latest | None, moment: Moment) -> HostReading:
    """One host with what is known of it."""
    state = _state_that_counts(host, status, moment)
    current = latest is not None and is_current(latest.ts, host, moment)
    current = current and host.enabled and state not in {HostState.BLOCKED, HostState.UNREACHABLE}
    values = headline(latest.values) if latest else NO_HEADLINE
    findings = find(values, moment.thresholds, latest.values) if latest and current else ()
    has_failed = state in {HostState.BLOCKED, HostState.UNREACHABLE} and status is not None
    return HostReading(
        host=host,
        host_id=host.id,
        health=_health(state, findings, current=current),
        reason=status.reason if has_failed and status else None,
        detail=status.detail if has_failed and status else "",
        note="" if current else _note(host, state, status, latest, moment),
        ts=latest.ts if latest else None,
        current=current,
        headline=values,
        findings=findings,
    )


def is_current(ts: int, host: NewHost, moment: Moment) -> bool:
    """Whether a reading of that time still says how the host is."""
    return moment.now_ms - ts <= CURRENT_INTERVALS * (host.interval_s or moment.interval_s) * 1000


def _state_that_counts(host: Host, status: HostStatus | None, moment: Moment) -> HostState:
    """The recorded state, or PENDING where it is history. A block outlives its poller: only a person ends it."""
    if status is None or not host.enabled:
        return HostState.PENDING
    if status.state is HostState.BLOCKED or moment.is_polled:
        return status.state
    return HostState.PENDING


def _health(state: HostState, findings: tuple[Finding, ...], *, current: bool) -> Health:
    if state is HostState.BLOCKED:
        return Health.BLOCKED
    if state is HostState.UNREACHABLE:
        return Health.UNREACHABLE
    return OF_SEVERITY[worst(findings)] if current else Health.UNKNOWN


def _note(host: Host, state: HostState, status: HostStatus | None, latest: Latest | None, moment: Moment) -> str:
    if not host.enabled:
        return _("switched off")
    if state in {HostState.BLOCKED, HostState.UNREACHABLE}:
        return reason_text(status.reason) if status and status.reason else _("not reachable")
    if not moment.is_polled:
        return _("no poller is running")
    if state is HostState.CONNECTING:
        return _("connecting")
    if latest is None:
        return _("waiting for the first reading")
    return _("no reading for {span}").format(span=largest_unit((moment.now_ms - latest.ts) / 1000))


def count_health(readings: Iterable[HostReading]) -> dict[Health, int]:
    """How many hosts there are of each health; every health is a key."""
    counts = Counter(reading.health for reading in readings)
    return {health: counts[health] for health in Health}


def shown_address(host: NewHost) -> str:
    """Where a host is, as ssh would be told: `root@10.0.0.7:2222`, or `this machine`."""
    if host.transport is Transport.LOCAL:
        return _("this machine")
    user = f"{host.username}@" if host.username else ""
    address = f"[{host.address}]" if ":" in host.address and host.port else host.address
    port = f":{host.port}" if host.port and host.port != 22 else ""
    return f"{user}{address}{port}"
