"""Scrapes as they go from a worker to the poller: a layout is sent once, and then only its number."""

from collections.abc import Iterable, Mapping, Sequence

from poller.crew.messages import FlatScrape, Parcel
from storage.alerting.alert_change import AlertChange
from storage.host_status import HostStatus
from storage.packed_scrape import PackedScrape
from storage.reason import Reason
from storage.series import Layout, shared_layout

BOOK_LIMIT = 4096
"""Layouts that have a number at a time; a hostile host invents new ones for ever."""


class ParcelMaker:
    """Knows which layouts the other side has."""

    def __init__(self, book_limit: int = BOOK_LIMIT) -> None:
        self._limit = book_limit
        self._numbers: dict[bytes, int] = {}

    def make(
        self,
        scrapes: Sequence[PackedScrape],
        states: Sequence[HostStatus],
        failures: Mapping[Reason, int],
        alerts: Sequence[AlertChange] = (),
    ) -> Parcel:
        """All of these as one message, which must be sent."""
        fresh = len(self._numbers) >= self._limit or not self._numbers
        if fresh:
            self._numbers.clear()
        layouts: list[bytes] = []
        flat = [
            FlatScrape(
                scrape.host_id,
                scrape.ts,
                scrape.session_at,
                [(cadence, self._number(layout, layouts), packed) for cadence, layout, packed in scrape.vectors],
                scrape.processes,
            )
            for scrape in scrapes
        ]
        return Parcel(fresh, layouts, flat, list(states), dict(failures), list(alerts))

    def reset(self) -> None:
        """A parcel was not sent: the other side does not have its layouts, so that the next one begins anew."""
        self._numbers.clear()

    def _number(self, layout: Layout, new: list[bytes]) -> int:
        number = self._numbers.get(layout.digest)
        if number is None:
            number = self._numbers[layout.digest] = len(self._numbers)
            new.append(layout.content)
        return number


class ParcelOpener:
    """Knows the layouts that one worker has sent."""

    def __init__(self) -> None:
        self._layouts: list[Layout] = []

    def scrapes(self, parcel: Parcel) -> list[PackedScrape]:
        """What is in it, each layout the same object for all workers."""
        if parcel.fresh:
            self._layouts = []
        self._layouts += _parsed(parcel.layouts)
        layouts = self._layouts
        return [
            PackedScrape(
                host_id=flat.host_id,
                ts=flat.ts,
                session_at=flat.session_at,
                vectors=tuple([(cadence, layouts[number], packed) for cadence, number, packed in flat.vectors]),
                processes=flat.processes,
            )
            for flat in parcel.scrapes
        ]


def _parsed(contents: Iterable[bytes]) -> list[Layout]:
    return [shared_layout(Layout.parse(content).series) for content in contents]
