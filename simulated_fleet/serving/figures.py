"""What a serving process tells of itself."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(slots=True)
class Counts:
    """What one process has counted so far; changed as it goes.

    Attributes:
        lines: scrapes that were handed to sessions.
        logins: sessions that were let in.
        refused: logins that were not.
        left_out: lines given up while a poller did not read.
        late_s: the longest that a line came after its slot since the last look: the fleet itself cannot keep up.
    """

    lines: int = 0
    logins: int = 0
    refused: int = 0
    left_out: int = 0
    late_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Figures:
    """How a fleet is doing, of one process or of all of them.

    Attributes:
        hosts: how many are served.
        hosts_up: how many of them can be logged in to.
        sessions: probes that run now.
        lines, logins, refused, left_out: since the start, as in `Counts`.
        late_s: as in `Counts`, over the last second.
        cpu_s: CPU time of the processes since their start.
        memory_bytes: resident memory of the processes.
    """

    hosts: int = 0
    hosts_up: int = 0
    sessions: int = 0
    lines: int = 0
    logins: int = 0
    refused: int = 0
    left_out: int = 0
    late_s: float = 0.0
    cpu_s: float = 0.0
    memory_bytes: int = 0


def together(parts: Iterable[Figures]) -> Figures:
    """Of several processes."""
    found = list(parts)
    return Figures(
        hosts=sum(part.hosts for part in found),
        hosts_up=sum(part.hosts_up for part in found),
        sessions=sum(part.sessions for part in found),
        lines=sum(part.lines for part in found),
        logins=sum(part.logins for part in found),
        refused=sum(part.refused for part in found),
        left_out=sum(part.left_out for part in found),
        late_s=max((part.late_s for part in found), default=0.0),
        cpu_s=sum(part.cpu_s for part in found),
        memory_bytes=sum(part.memory_bytes for part in found),
    )
