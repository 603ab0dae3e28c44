"""Who polls, how often, and how late readings are: as much of it as a line has room for. Pure."""

from collections.abc import Sequence
from enum import Enum, auto

from rich.text import Text

from fleet.poller_figure_text import rate_text
from fleet.poller_trouble_text import poller_trouble_text
from fleet.poller_work import PollerWork, work_of
from storage.poller_figures import PollerHealth
from storage.pollers import Poller
from watchpost import palette

POLLER_LOOK = {
    PollerHealth.STARTING: ("○", palette.OFF),
    PollerHealth.READY: ("●", palette.OK),
    PollerHealth.DEGRADED: ("▲", palette.WARNING),
    PollerHealth.FAILING: ("✖", palette.CRITICAL),
}
"""Shape and colour."""


class Detail(Enum):
    """How much is said."""

    ALL = auto()
    RHYTHM = auto()
    """Without the rate."""
    LAG = auto()
    """Without how often, too."""


def poller_text(poller: Poller | None, pollers: Sequence[Poller], interval_s: float, detail: Detail) -> Text:
    """One line.

    Args:
        poller: the one that lives; None where none does.
        pollers: all that live.
        interval_s: between two readings.
        detail: how much is said.
    """
    if poller is None:
        return Text("○ no poller is running ", palette.WARNING)
    work = work_of(pollers)
    shape, colour = POLLER_LOOK[work.health] if work else POLLER_LOOK[PollerHealth.READY]
    who = "poller" if work is None or work.pollers < 2 else f"{work.pollers} pollers"
    parts = [f"{who}{'' if detail is Detail.LAG else ' running'}"]
    if work is not None and work.troubles and work.health in {PollerHealth.DEGRADED, PollerHealth.FAILING}:
        parts.append(poller_trouble_text(work.troubles[0]))
    elif detail is not Detail.LAG:
        parts.append(f"every {interval_s:g} s")
    parts += _rate(work) if detail is Detail.ALL else []
    parts += [] if poller.delay_ms is None else [f"lag {poller.delay_ms} ms"]
    return Text.assemble((f"{shape} ", colour), (f"{' · '.join(parts)} ", palette.TEXT_2))


def _rate(work: PollerWork | None) -> list[str]:
    return [] if work is None or work.scrapes_per_s is None else [rate_text(work.scrapes_per_s)]
