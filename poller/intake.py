"""Where all that sessions bring comes together, whichever process they live in."""

from collections.abc import Callable, Sequence

from storage.alerting.alert_change import AlertChange
from storage.host_status import HostStatus
from storage.packed_scrape import PackedScrape
from storage.recorder import Recorder
from storage.scrape import Scrape


class Intake:
    """A `poller.crew.crew.Record` that hands on to the one recorder, and tells of changes of states and alerts."""

    def __init__(
        self,
        recorder: Recorder,
        on_status: Callable[[HostStatus], None],
        on_alerts: Callable[[Sequence[AlertChange]], None] = lambda _: None,
    ) -> None:
        """Takes `on_status`, told of every change after it was recorded, and `on_alerts`, told of those of alerts."""
        self._recorder = recorder
        self._on_status = on_status
        self._on_alerts = on_alerts

    def record_scrape(self, scrape: Scrape) -> None:
        """Takes one that was made in this process."""
        self._recorder.record_scrape(scrape)

    def record_packed(self, scrapes: Sequence[PackedScrape]) -> None:
        """Takes those that were packed in another one."""
        self._recorder.record_packed(scrapes)

    def record_state(self, change: HostStatus) -> None:
        """Takes a host's new state."""
        self._recorder.record_state(change)
        self._on_status(change)

    def record_alerts(self, changes: Sequence[AlertChange]) -> None:
        """Takes what has happened to alerts."""
        self._on_alerts(changes)
