"""Everything that the database says about hosts at one moment."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from alerts.thresholds import Thresholds
from fleet.reading import HostReading, Moment, read_host
from storage.connection import Connection
from storage.host import Host
from storage.host_states import HostStatus, read_host_states
from storage.hosts import list_hosts
from storage.latest import Latest, read_latest
from storage.pollers import ALIVE_MS, Poller, live_pollers
from storage.settings import read_setting

LOOK_BACK_MS = 86_400_000
"""A host's last reading is looked for this far back; readings are kept for about as long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FleetState:
    """Hosts and what is known of them, as it was read.

    Attributes:
        hosts: by name.
        states: by host id.
        latest: by host id.
        pollers: those that lived when it was read, the latest start first.
        interval_s: between two readings, where a host has none of its own.
        time_zone: name of the zone that people have set; None where they have not.
    """

    hosts: Sequence[Host] = ()
    states: Mapping[int, HostStatus] = field(default_factory=dict)
    latest: Mapping[int, Latest] = field(default_factory=dict)
    pollers: Sequence[Poller] = ()
    interval_s: float = 5.0
    time_zone: str | None = None

    def host(self, host_id: int | None) -> Host | None:
        """The host of that id; None when it is not registered any more."""
        return next((host for host in self.hosts if host.id == host_id), None)

    def living_pollers(self, now_ms: int) -> list[Poller]:
        """The pollers that live at that moment; a state that was read long ago says nothing of any."""
        return [poller for poller in self.pollers if abs(now_ms - poller.heartbeat_at) < ALIVE_MS]

    def poller(self, now_ms: int) -> Poller | None:
        """The one of them that started last."""
        return next(iter(self.living_pollers(now_ms)), None)

    def moment(self, now_ms: int, thresholds: Thresholds) -> Moment:
        """By what the hosts are judged."""
        is_polled = self.poller(now_ms) is not None
        return Moment(now_ms=now_ms, thresholds=thresholds, interval_s=self.interval_s, is_polled=is_polled)

    def readings(self, moment: Moment) -> list[HostReading]:
        """Every host as it is judged."""
        return [self.reading(host, moment) for host in self.hosts]

    def reading(self, host: Host, moment: Moment) -> HostReading:
        """One host as it is judged."""
        return read_host(host, self.states.get(host.id), self.latest.get(host.id), moment)


def read_fleet_state(connection: Connection, now_ms: int, focus: int | None = None) -> FleetState:
    """Reads it all from one snapshot; with the processes of the host whose id is `focus`."""
    hosts = list_hosts(connection)
    ids = [host.id for host in hosts]
    since = now_ms - LOOK_BACK_MS
    latest = dict(read_latest(connection, since=since, host_ids=ids))
    if focus is not None and focus in ids:
        latest |= read_latest(connection, since=since, host_ids=[focus], with_processes=True)
    return FleetState(
        hosts=hosts,
        states=read_host_states(connection),
        latest=latest,
        pollers=live_pollers(connection, now_ms),
        interval_s=read_setting(connection, "interval_s"),
        time_zone=read_setting(connection, "time_zone"),
    )
