"""Reads the database for the live view, again and again; a database that is away is a message and not an end."""

from dataclasses import dataclass
from datetime import tzinfo
from zoneinfo import ZoneInfo

from alerts.thresholds import Thresholds
from fleet.curves import CurveKeeper, FleetCurves
from fleet.host_curves import CurveSpan
from fleet.host_history import HostHistory, read_host_history
from fleet.host_view import HISTORY_MS, History, HostView
from fleet.reading import Moment
from fleet.state import FleetState, read_fleet_state
from storage.connection import Connection
from storage.database import Database, open_database
from storage.errors import WatchpostError
from watchpost.terminal.look import Look

CPU_BUCKET_MS = 5_000
"""From one point of a host's CPU curve to the next: ten minutes of them are kept."""
_HISTORY_EVERY_MS = 5_000


@dataclass(frozen=True, slots=True)
class _Hour:
    """The last hour of one host, when it was read, and from what."""

    origin: tuple[Database, int]
    at: int
    history: HostHistory


class Feed:
    """One reader of one database, for one thread at a time."""

    def __init__(self, url: str, *, thresholds: Thresholds, time_zone: tzinfo | None) -> None:
        self._url = url
        self._thresholds = thresholds
        self._time_zone = time_zone
        self._database: Database | None = None
        self._state = FleetState()
        self._loaded = False
        self._keeper = CurveKeeper(bucket_ms=CPU_BUCKET_MS)
        self._curves = FleetCurves()
        self._hour: _Hour | None = None

    def look(self, now_ms: int, focus: int | None = None) -> Look:
        """What there is to show.

        Args:
            now_ms: UTC milliseconds.
            focus: id of a host to read closely.
        """
        failure: WatchpostError | None = None
        try:
            self._read(now_ms, focus)
        except WatchpostError as error:
            failure = error
            self.close()
        state = self._state
        moment = state.moment(now_ms, self._thresholds)
        return Look(
            moment=moment,
            loaded=self._loaded,
            readings=state.readings(moment),
            cpu=self._curves.cpu,
            poller=state.poller(now_ms),
            pollers=state.living_pollers(now_ms),
            time_zone=self._zone(),
            host=self._view(focus, moment),
            failure=failure,
        )

    def close(self) -> None:
        """Lets go of the database; the next look opens it anew."""
        if self._database is not None:
            self._database.close()
            self._database = None

    def _read(self, now_ms: int, focus: int | None) -> None:
        """Takes one snapshot of everything that is shown."""
        if self._database is None:
            self._database = open_database(self._url)
        with self._database.reading() as connection:
            state = read_fleet_state(connection, now_ms, focus)
            curves = self._keeper.follow(connection, state, now_ms)
            self._follow_hour(connection, (self._database, self._database.generation), state, now_ms, focus)
        self._state, self._curves, self._loaded = state, curves, True

    def _follow_hour(
        self, connection: Connection, origin: tuple[Database, int], state: FleetState, now_ms: int, focus: int | None
    ) -> None:
        host = state.host(focus)
        if host is None:
            self._hour = None
            return
        interval_s = host.interval_s or state.interval_s
        span = CurveSpan(host_id=host.id, start=now_ms - HISTORY_MS, end=now_ms + 1, interval_s=interval_s)
        hour = self._hour if self._hour is not None and self._hour.origin == origin else None
        if hour is not None and hour.history.span.host_id == host.id and 0 <= now_ms - hour.at < _HISTORY_EVERY_MS:
            return
        history = read_host_history(connection, span, None if hour is None else hour.history)
        self._hour = _Hour(origin, now_ms, history)

    def _view(self, focus: int | None, moment: Moment) -> HostView | None:
        state = self._state
        host = state.host(focus)
        if host is None:
            return None
        latest, status = state.latest.get(host.id), state.states.get(host.id)
        return HostView(
            reading=state.reading(host, moment),
            moment=moment,
            values=latest.values if latest else {},
            inventory=status.inventory if status else None,
            processes=latest.processes if latest else (),
            processes_at=latest.processes_at if latest else None,
            history=self._history(host.id),
            time_zone=self._zone(),
        )

    def _history(self, host_id: int) -> History:
        if self._hour is None or self._hour.history.span.host_id != host_id:
            return History()
        curves = self._hour.history.curves
        return History(cpu=curves.cpu, memory=curves.memory_percent, received=curves.received, sent=curves.sent)

    def _zone(self) -> tzinfo | None:
        """The one that was chosen for this run, else the one that is set in the database."""
        if self._time_zone is not None or self._state.time_zone is None:
            return self._time_zone
        return ZoneInfo(self._state.time_zone)
