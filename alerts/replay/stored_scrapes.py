"""Stored readings as the scrapes that they came in, with the series that rules look at."""

from collections.abc import Iterable, Sequence

from alerts.rules.signal import Function, Signal
from storage.catalogue import CATALOGUE
from storage.connection import Connection
from storage.formulas import stored_sources
from storage.reading.asked import Asked
from storage.reading.choice import Chooser
from storage.reading.raw_reading import read_readings
from storage.scrape import Cadence, Scrape, Vector


class ScrapeReader:
    """Reads what some signals follow from."""

    def __init__(self, signals: Iterable[Signal]) -> None:
        sources: dict[Cadence, set[str]] = {}
        for signal in signals:
            if signal.function is not Function.UNREACHABLE:
                metric = CATALOGUE[signal.metric]
                sources.setdefault(metric.cadence, set()).update(stored_sources(metric.name))
        # That a host was read at all shows in the group that every visit brings.
        sources.setdefault(Cadence.FAST, set()).update(stored_sources("memory_used_percent"))
        self._sources = sources

    def read(self, connection: Connection, host_ids: Sequence[int], since: int, until: int) -> list[Scrape]:
        """The scrapes of some hosts in a span, in order of time; a group at a time where these were read apart.

        Raises:
            DatabaseCorruptError: what is stored cannot be read.
        """
        found: list[Scrape] = []
        for cadence, names in self._sources.items():
            chooser = Chooser(connection, names)
            for readings in read_readings(connection, chooser, Asked(host_ids, cadence, since, until)):
                rows = zip(
                    readings.host_id.tolist(),
                    readings.ts.tolist(),
                    readings.session_at.tolist(),
                    # Decoded columns lie series by series; who looks at one reading wants its values together.
                    readings.values.copy(order="C"),
                    strict=True,
                )
                layout = readings.layout
                found += (
                    Scrape(host_id, ts, session_at, (Vector(cadence, layout, values),))
                    for host_id, ts, session_at, values in rows
                )
        found.sort(key=lambda scrape: scrape.ts)
        return found
