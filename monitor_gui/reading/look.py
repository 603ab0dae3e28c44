"""What one look at the database has found: handed to every page."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import tzinfo

from fleet.curves import FleetCurves
from fleet.reading import HostReading, Moment
from fleet.state import FleetState
from storage.errors import WatchpostError
from storage.pollers import Poller


@dataclass(frozen=True, slots=True, kw_only=True)
class FleetLook:
    """The fleet at one moment.

    Attributes:
        moment: when, and by what hosts are judged.
        state: everything that was read, with the processes of the host in focus.
        readings: every host as it is judged, in no particular order.
        curves: the last hour.
        poller: the one that polls; None where none does.
        pollers: all that poll, where several share the hosts.
        loaded: whether the database has been read at least once.
        failure: why it could not be read this time; the rest is then from before.
        time_zone: in which times are shown; None stands for the system's.
    """

    moment: Moment
    state: FleetState = field(default_factory=FleetState)
    readings: Sequence[HostReading] = ()
    curves: FleetCurves = field(default_factory=FleetCurves)
    poller: Poller | None = None
    pollers: Sequence[Poller] = ()
    loaded: bool = False
    failure: WatchpostError | None = None
    time_zone: tzinfo | None = None

    def reading(self, host_id: int | None) -> HostReading | None:
        """One host; None when it is not registered any more."""
        return next((reading for reading in self.readings if reading.host_id == host_id), None)
