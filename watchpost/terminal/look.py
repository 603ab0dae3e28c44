"""What the live view has to show: the outcome of one look at the database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import tzinfo

from fleet.host_view import HostView
from fleet.points import Points
from fleet.reading import HostReading, Moment
from storage.errors import WatchpostError
from storage.pollers import Poller


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """The fleet, and the host that is looked at closely.

    Attributes:
        moment: when.
        loaded: whether the database has been read at least once.
        readings: one a host, in no particular order.
        cpu: the last ten minutes of CPU use by host id.
        poller: the one that polls; None where none does.
        pollers: all that poll, where several share the hosts.
        time_zone: in which times are shown; None stands for the system's.
        host: the host that was asked for; None when none was, or it is gone.
        failure: why the database could not be read this time; what is shown is then from before.
    """

    moment: Moment
    loaded: bool = False
    readings: list[HostReading] = field(default_factory=list)
    cpu: Mapping[int, Points] = field(default_factory=dict)
    poller: Poller | None = None
    pollers: Sequence[Poller] = ()
    time_zone: tzinfo | None = None
    host: HostView | None = None
    failure: WatchpostError | None = None
