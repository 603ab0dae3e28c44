"""Which hosts are left out where there is no room for all of them. Pure."""

from collections.abc import Container, Sequence

from poller.assignment import Assignment


def split_by_room(
    wanted: Sequence[Assignment], watched: Container[int], room: int | None
) -> tuple[Sequence[Assignment], Sequence[Assignment]]:
    """Those that there is room for, and the rest.

    Args:
        wanted: all of them.
        watched: ids of hosts that have a session already; these come first.
        room: for how many; None is for all.
    """
    if room is None or len(wanted) <= room:
        return wanted, ()
    ranked = sorted(wanted, key=lambda assignment: assignment.host.id not in watched)
    return ranked[:room], ranked[room:]
