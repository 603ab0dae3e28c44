"""Where all that sessions bring comes together, whichever process they live in."""

from collections.abc import Callable, Sequence

from storage.host_status import HostStatus
from storage.packed_scrape import PackedScrape
from storage.recorder import Recorder
from storage.scrape import Scrape


class Intake:
    """A `poller.crew.crew.Record` that hands on to the one recorder, and tells of changes of state."""

    def __init__(self, recorder: Recorder, on_status: Callable[[HostStatus], None]) -> None:
        """Takes `on_status`, which is told of every change after it was recorded."""
        self._recorder = recorder
        self._on_status = on_status

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
