"""How the hosts of a poller are, in numbers."""

from collections import Counter
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field

from storage.host_status import HostStatus
from storage.reason import HostState, Reason


@dataclass(frozen=True, slots=True)
class Counts:
    """Numbers of one moment.

    Attributes:
        hosts: how many are being watched.
        up: how many of them have a session that brings scrapes.
        connecting: how many are tried for the first time.
        unreachable: how many are not up and tried again by themselves, by reason.
        blocked: how many wait for a person, by reason.
        failures: sessions that failed or ended since the start, by reason.
        scrapes: how many came since the start.
    """

    hosts: int = 0
    up: int = 0
    connecting: int = 0
    unreachable: Mapping[Reason, int] = field(default_factory=dict)
    blocked: Mapping[Reason, int] = field(default_factory=dict)
    failures: Mapping[Reason, int] = field(default_factory=dict)
    scrapes: int = 0


class Tally:
    """Counts as things happen, so that to ask costs the same for ten hosts and for ten thousand.

    Attributes:
        scrapes: how many came since the start.
        failures: sessions that failed or ended since the start.
    """

    def __init__(self) -> None:
        self.scrapes = 0
        self.failures: Counter[Reason] = Counter()
        self._how: dict[int, tuple[HostState, Reason | None]] = {}
        self._numbers: Counter[tuple[HostState, Reason | None]] = Counter()

    def take(self, status: HostStatus) -> None:
        """Takes note of how a host is now."""
        self.forget(status.host_id)
        how = self._how[status.host_id] = status.state, status.reason
        self._numbers[how] += 1

    def forget(self, host_id: int) -> None:
        """How it is is not known any more, or it is not watched."""
        if (how := self._how.pop(host_id, None)) is not None:
            self._numbers[how] -= 1

    def keep(self, host_ids: Container[int]) -> None:
        """All others are forgotten."""
        for host_id in [host_id for host_id in self._how if host_id not in host_ids]:
            self.forget(host_id)

    def counts(self, hosts: int) -> Counts:
        """Takes how many are watched: those of which nothing is known yet are being tried for the first time."""
        unreachable: Counter[Reason] = Counter()
        blocked: Counter[Reason] = Counter()
        up = 0
        for (state, reason), number in self._numbers.items():
            if state is HostState.UP:
                up += number
            elif reason and state is HostState.UNREACHABLE:
                unreachable[reason] += number
            elif reason and state is HostState.BLOCKED:
                blocked[reason] += number
        return Counts(
            hosts=hosts,
            up=up,
            connecting=max(0, hosts - up - unreachable.total() - blocked.total()),
            unreachable=dict(+unreachable),
            blocked=dict(+blocked),
            failures=dict(self.failures),
            scrapes=self.scrapes,
        )


def summed(parts: Iterable[Counts]) -> Counts:
    """Those of several event loops together."""
    every = list(parts)
    return Counts(
        hosts=sum(part.hosts for part in every),
        up=sum(part.up for part in every),
        connecting=sum(part.connecting for part in every),
        unreachable=_joined(part.unreachable for part in every),
        blocked=_joined(part.blocked for part in every),
        failures=_joined(part.failures for part in every),
        scrapes=sum(part.scrapes for part in every),
    )


def _joined(parts: Iterable[Mapping[Reason, int]]) -> dict[Reason, int]:
    joined: Counter[Reason] = Counter()
    for part in parts:
        joined.update(part)
    return dict(joined)
