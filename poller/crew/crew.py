"""What the engine asks of whoever holds the sessions."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Protocol

from alerts.evaluation.firing_alerts import HostRules
from poller.assignment import Assignment
from poller.crew.counts import Counts
from poller.retry import Hold
from storage.alerting.alert_change import AlertChange
from storage.alerting.alert_row import AlertRow
from storage.host_status import HostStatus
from storage.reason import Reason
from storage.scrape import Scrape

KEY_REASONS = frozenset({Reason.HOST_KEY_UNKNOWN, Reason.HOST_KEY_CHANGED})
"""Another try is worth it once trusted keys have changed."""
LOGIN_REASONS = frozenset({Reason.AUTH, Reason.CREDENTIAL})
"""Another try is worth it once a host's credential has changed. Not of `DIRECTORY_DOWN`: there one host tries first."""


OpenAlerts = Callable[[Iterable[int]], list[AlertRow]]
"""What fires on hosts, by their ids: a session that begins elsewhere goes on from there."""


def nothing_open(_: Iterable[int]) -> list[AlertRow]:
    """An `OpenAlerts` for who has no alerts."""
    return []


class Record(Protocol):
    """Takes what sessions bring. `storage.recorder.Recorder` is one."""

    def record_scrape(self, scrape: Scrape) -> None:
        """Takes a scrape; never waits, never raises."""

    def record_state(self, change: HostStatus) -> None:
        """Takes a host's new state; never waits, never raises."""

    def record_alerts(self, changes: Sequence[AlertChange]) -> None:
        """Takes what has happened to alerts; never waits, never raises."""


class Crew(Protocol):
    """Holds one session for every host that it is given. Belongs to the event loop's thread."""

    def __len__(self) -> int:
        """How many hosts are being watched."""

    @property
    def pids(self) -> Sequence[int]:
        """Of the processes besides this one that hold sessions and run."""

    @property
    def workers(self) -> int:
        """How many processes besides this one are to hold sessions."""

    @property
    def workers_dead(self) -> int:
        """How many of them have ended, or could not be started, and do not run again yet."""

    @property
    def evaluation_s(self) -> float:
        """CPU seconds since the start for which readings were held against rules."""

    def follow_rules(self, rules: HostRules) -> None:
        """Has readings be held against these from now on; of a host that is not named nothing is."""

    async def start(self, last_states: Sequence[HostStatus]) -> None:
        """Makes ready. `last_states` are where the last poller left off."""

    def remember(self, last_states: Iterable[HostStatus]) -> None:
        """Where others have left off with hosts that are to be followed now."""

    async def follow(self, mark: object, wanted: Sequence[Assignment]) -> None:
        """Starts, restarts and ends sessions so that they match; unchanged ones are left alone.

        When this returns, the sessions of hosts that are no longer wanted are over, and what they brought has been
        recorded.

        Args:
            mark: the same one again means that nothing has changed.
            wanted: all that is to be watched.
        """

    def retry(self, reasons: Collection[Reason], host_ids: Collection[int] | None = None) -> None:
        """Hosts that are not up for one of these reasons get another try now; None is all of them.

        One that is just being tried is tried once more if that fails for such a reason.
        """

    def retry_hosts(self, host_ids: Collection[int] | None) -> None:
        """These hosts get another try now, if they are not up; None is all of them."""

    def hold(self, host_ids: Collection[int], hold: Hold) -> None:
        """Whether a refused login of these hosts counts against them, as many others may refuse the same login."""

    def counts(self) -> Counts:
        """How the hosts are."""

    async def end(self) -> None:
        """Ends every session; their probes are gone, and all they brought is recorded when this returns."""


class OneLoop(Crew, Protocol):
    """A crew whose sessions all live in one event loop, wherever that runs."""

    @property
    def is_ready(self) -> bool:
        """Whether it could begin a session now."""

    @property
    def busy(self) -> float | None:
        """Which share of a core its event loop has used of late; None where that is not known yet."""

    def remember(self, last_states: Iterable[HostStatus], holds: Mapping[int, Hold] | None = None) -> None:
        """As `Crew.remember`, and how these hosts are held from their first step on."""

    def states(self, host_ids: Iterable[int]) -> list[HostStatus]:
        """The last state of each of these hosts that has one, with or without what it said of itself."""
