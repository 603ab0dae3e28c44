"""The alerts of a poller in numbers."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertFigures:
    """Numbers of one moment.

    Attributes:
        warnings, criticals: how many fire.
        waiting: changes that are not written yet.
        lost: changes that were given up since the start.
        evaluation_s: CPU seconds since the start for which readings were held against rules.
    """

    warnings: int = 0
    criticals: int = 0
    waiting: int = 0
    lost: int = 0
    evaluation_s: float = 0.0
