"""Reads the database for the live view, again and again; a database that is away is a message and not an end."""

from dataclasses import dataclass, field
from datetime import tzinfo

from alerts.thresholds import Thresholds
from storage.connection import Connection
from storage.database import Database, open_database
from storage.errors import WatchpostError
from storage.host import Host
from storage.host_states import HostStatus, read_host_states
from storage.hosts import list_hosts
from storage.latest import Latest, read_latest
from storage.pollers import ALIVE_MS, Poller, live_pollers
from storage.settings import read_setting
from watchpost.fleet_reading import Moment, read_fleet, read_host
from watchpost.terminal.cpu_history import SPAN_MS, CpuHistory
from watchpost.terminal.host_view import History, HostView
from watchpost.terminal.look import Look
from watchpost.terminal.past import read_curve, read_history

_LATEST_MS = 86_400_000
"""A host's last reading is looked for this far back."""
_PASTS_AT_ONCE = 50
"""Hosts whose last ten minutes are read in one look, so that a large fleet is there before all of its curves are."""
_HISTORY_EVERY_MS = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """What was read last."""

    hosts: list[Host] = field(default_factory=list)
    states: dict[int, HostStatus] = field(default_factory=dict)
    latest: dict[int, Latest] = field(default_factory=dict)
    pollers: list[Poller] = field(default_factory=list)
    interval_s: float = 5.0
    loaded: bool = False


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
        self._known = _Known()
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
        known = self._known
        # Heartbeats are judged anew: a database that is away says nothing of its poller.
        alive = [poller for poller in known.pollers if abs(now_ms - poller.heartbeat_at) < ALIVE_MS]
        moment = Moment(now_ms=now_ms, thresholds=self._thresholds, interval_s=known.interval_s, is_polled=bool(alive))
        return Look(
            moment=moment,
            loaded=known.loaded,
            readings=read_fleet(known.hosts, known.states, known.latest, moment),
            cpu=self._cpu.curves(),
            poller=alive[0] if alive else None,
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
            known = _read_known(connection, now_ms, focus)
            self._follow_cpu(connection, known, now_ms)
            self._follow_hour(connection, known, focus, now_ms)
        self._known = known

    def _follow_cpu(self, connection: Connection, known: _Known, now_ms: int) -> None:
        ids = [host.id for host in known.hosts]
        self._cpu.keep(ids)
        span = (now_ms - SPAN_MS, now_ms + 1)
        for host_id in self._cpu.unknown(ids)[:_PASTS_AT_ONCE]:
            past = read_curve(connection, host_id, "cpu_usage_percent", span, known.interval_s)
            self._cpu.begin(host_id, past)
        self._cpu.add(known.latest)

    def _follow_hour(self, connection: Connection, known: _Known, focus: int | None, now_ms: int) -> None:
        host = next((host for host in known.hosts if host.id == focus), None)
        if host is None:
            self._hour = None
            return
        hour = self._hour
        if hour is not None and hour.host_id == host.id and 0 <= now_ms - hour.at < _HISTORY_EVERY_MS:
            return
        interval_s = host.interval_s or known.interval_s
        self._hour = _Hour(host.id, now_ms, read_history(connection, host.id, now_ms, interval_s))

    def _view(self, focus: int | None, moment: Moment) -> HostView | None:
        known = self._known
        host = next((host for host in known.hosts if host.id == focus), None)
        if host is None:
            return None
        latest, status = known.latest.get(host.id), known.states.get(host.id)
        return HostView(
            reading=read_host(host, status, latest, moment),
            moment=moment,
            values=latest.values if latest else {},
            inventory=status.inventory if status else None,
            processes=latest.processes if latest else (),
            processes_at=latest.processes_at if latest else None,
            history=self._hour.history if self._hour and self._hour.host_id == host.id else History(),
            time_zone=self._time_zone,
        )


def _read_known(connection: Connection, now_ms: int, focus: int | None) -> _Known:
    hosts = list_hosts(connection)
    ids = [host.id for host in hosts]
    since = now_ms - _LATEST_MS
    latest = dict(read_latest(connection, since=since, host_ids=ids))
    if focus is not None and focus in ids:
        latest |= read_latest(connection, since=since, host_ids=[focus], with_processes=True)
    return _Known(
        hosts=hosts,
        states=read_host_states(connection),
        latest=latest,
        pollers=live_pollers(connection, now_ms),
        interval_s=read_setting(connection, "interval_s"),
        loaded=True,
    )
