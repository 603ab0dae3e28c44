"""What has become of an alert on its way to people, in codes."""

from dataclasses import dataclass
from enum import StrEnum


class Standing(StrEnum):
    """Why somebody was told, or was not. Of several receivers what is nearest to being told counts."""

    TOLD = "told"
    WAITS = "waits"
    """For others to join it, or for the next message of its group."""
    INHIBITED = "inhibited"
    SILENCED = "silenced"
    IN_MAINTENANCE = "in_maintenance"
    ACKNOWLEDGED = "acknowledged"
    """Somebody was on it before anybody was told."""
    FLAPPING = "flapping"
    RATE_LIMITED = "rate_limited"
    NO_ROUTE = "no_route"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one alert.

    Attributes:
        standing: in a word.
        receivers: who was told of it, or will be.
        until: UTC milliseconds: when it is told, or looked at anew; None where nobody knows.
        by: names of what keeps it quiet: a rule of inhibition, numbers of silences, names of maintenance windows.
        source_id: the alert that inhibits it.
    """

    standing: Standing
    receivers: tuple[str, ...] = ()
    until: int | None = None
    by: tuple[str, ...] = ()
    source_id: int | None = None
