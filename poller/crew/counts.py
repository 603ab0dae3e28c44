"""How the hosts of a poller are, in numbers."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from storage.host_states import HostStatus
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
    """What has happened since the start."""

    def __init__(self) -> None:
        self.scrapes = 0
        self.failures: Counter[Reason] = Counter()

    def counts(self, hosts: int, statuses: Iterable[HostStatus | None]) -> Counts:
        """With how the hosts are now; None for one of which nothing is known yet."""
        states: Counter[HostState] = Counter()
        unreachable: Counter[Reason] = Counter()
        blocked: Counter[Reason] = Counter()
        for status in statuses:
            state = status.state if status else HostState.CONNECTING
            states[state] += 1
            if status and status.reason and state is HostState.UNREACHABLE:
                unreachable[status.reason] += 1
            elif status and status.reason and state is HostState.BLOCKED:
                blocked[status.reason] += 1
        return Counts(
            hosts=hosts,
            up=states[HostState.UP],
            connecting=states[HostState.CONNECTING],
            unreachable=dict(unreachable),
            blocked=dict(blocked),
            failures=dict(self.failures),
            scrapes=self.scrapes,
        )
