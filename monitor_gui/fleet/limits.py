"""Which colour a value has: by the limit that it is over. Pure."""

import math

from alerts.thresholds import Severity, Threshold
from monitor_gui.theme.tokens import Tokens


def over(value: float | None, threshold: Threshold) -> Severity | None:
    """Which limit a value is over; None where it is fine or not known."""
    if value is None or not math.isfinite(value):
        return None
    verdict = threshold.judge(value)
    return verdict[0] if verdict else None


def tint(severity: Severity | None, usual: str, tokens: Tokens) -> str:
    """The colour of that severity, else the usual one."""
    if severity is Severity.CRITICAL:
        return tokens.crit
    return tokens.warn if severity is Severity.WARNING else usual


def share(percent: float | None) -> float:
    """A percentage as a share between 0 and 1; 0 where it is not known."""
    return 0.0 if percent is None or not math.isfinite(percent) else min(max(percent / 100, 0.0), 1.0)
