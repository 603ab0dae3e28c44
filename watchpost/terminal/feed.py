"""Reads the database for the live view, again and again; a database that is away is a message and not an end."""

from dataclasses import dataclass
from datetime import tzinfo
from zoneinfo import ZoneInfo

from alerts.thresholds import Thresholds
from fleet.cpu_history import SPAN_MS, CpuHistory
from fleet.host_view import History, HostView
from fleet.past import read_curve, read_history
from fleet.reading import Moment
from fleet.state import FleetState, read_fleet_state
from storage.connection import Connection
from storage.database import Database, open_database
from storage.errors import WatchpostError
from watchpost.terminal.look import Look

_PASTS_AT_ONCE = 50
"""Hosts whose last ten minutes are read in one look, so that a large fleet is there before all of its curves are."""
_HISTORY_EVERY_MS = 5_000


@dataclass(frozen=True, slots=True)
class _Hour:
    """The last hour of one host, and when it was read."""

    host_id: int
    at: int
    history: History


class Feed:
    """One reader of one database, for one thread at a time."""

    def __init__(self, url: str, *, thresholds: Thresholds, time_zone: tzinfo | None) -> None:
        self._url = url
        self._thresholds = thresholds
        self._time_zone = time_zone
        self._database: Database | None = None
        self._state = FleetState()
        self._loaded = False
        self._cpu = CpuHistory()
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
            cpu=self._cpu.curves(),
            poller=state.poller(now_ms),
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
            self._follow_cpu(connection, state, now_ms)
            self._follow_hour(connection, state, focus, now_ms)
        self._state, self._loaded = state, True

    def _follow_cpu(self, connection: Connection, state: FleetState, now_ms: int) -> None:
        ids = [host.id for host in state.hosts]
        self._cpu.keep(ids)
        span = (now_ms - SPAN_MS, now_ms + 1)
        for host_id in self._cpu.unknown(ids)[:_PASTS_AT_ONCE]:
            past = read_curve(connection, host_id, "cpu_usage_percent", span, state.interval_s)
            self._cpu.begin(host_id, past)
        self._cpu.add(state.latest)

    def _follow_hour(self, connection: Connection, state: FleetState, focus: int | None, now_ms: int) -> None:
        host = state.host(focus)
        if host is None:
            self._hour = None
            return
        hour = self._hour
        if hour is not None and hour.host_id == host.id and 0 <= now_ms - hour.at < _HISTORY_EVERY_MS:
            return
        interval_s = host.interval_s or state.interval_s
        self._hour = _Hour(host.id, now_ms, read_history(connection, host.id, now_ms, interval_s))

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
            history=self._hour.history if self._hour and self._hour.host_id == host.id else History(),
            time_zone=self._zone(),
        )

    def _zone(self) -> tzinfo | None:
        """The one that was chosen for this run, else the one that is set in the database."""
        if self._time_zone is not None or self._state.time_zone is None:
            return self._time_zone
        return ZoneInfo(self._state.time_zone)
