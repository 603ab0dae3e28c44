"""One host out of a look at the fleet. Pure."""

from fleet.host_view import HostView
from monitor_gui.reading.look import FleetLook


def host_view(look: FleetLook, host_id: int | None) -> HostView | None:
    """What there is to show of a host; None when it is not registered any more."""
    host = look.state.host(host_id)
    if host is None:
        return None
    latest, status = look.state.latest.get(host.id), look.state.states.get(host.id)
    return HostView(
        reading=look.reading(host.id) or look.state.reading(host, look.moment),
        moment=look.moment,
        values=latest.values if latest else {},
        inventory=status.inventory if status else None,
        processes=latest.processes if latest else (),
        processes_at=latest.processes_at if latest else None,
        time_zone=look.time_zone,
    )


def interval_s(view: HostView) -> float:
    """Seconds between two readings of the host."""
    return view.reading.host.interval_s or view.moment.interval_s
