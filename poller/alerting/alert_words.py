"""Says in the log what fires and what is well again, a few lines at a time: a thousand hosts may vanish at once."""

import time
from collections import Counter
from collections.abc import Callable, Mapping

import structlog

from storage.alerting.alert_change import AlertChange, ChangeKind

LINES = 20
SPAN_S = 10.0
"""Within which so many lines are told one by one; the rest in one line, once it is over."""

_EVENTS: Mapping[ChangeKind, str] = {
    ChangeKind.FIRED: "alert_fired",
    ChangeKind.WORSE: "alert_worse",
    ChangeKind.BETTER: "alert_better",
    ChangeKind.RESOLVED: "alert_resolved",
}
_log = structlog.get_logger()


class AlertWords:
    """For the event loop's thread."""

    def __init__(self, name_of: Callable[[int], str], clock: Callable[[], float] = time.monotonic) -> None:
        """Takes what a host is called, and a clock that never goes back, in seconds."""
        self._name_of = name_of
        self._clock = clock
        self._began = clock()
        self._told = 0
        self._untold: Counter[str] = Counter()

    def tell(self, change: AlertChange) -> None:
        """Says what has happened, now or later."""
        self.catch_up()
        if self._told >= LINES:
            self._untold[change.kind.value] += 1
            return
        self._told += 1
        log = _log.info if change.kind in (ChangeKind.RESOLVED, ChangeKind.BETTER) else _log.warning
        log(
            _EVENTS[change.kind],
            rule=change.rule_name,
            host=self._name_of(change.host_id),
            series=change.series,
            severity=change.severity,
            value=change.value,
            **({"resolution": change.resolution} if change.resolution else {}),
        )

    def catch_up(self) -> None:
        """Says what was left out, once it is time to; to be called now and then."""
        if self._clock() - self._began < SPAN_S:
            return
        if self._untold:
            _log.warning("alerts_changed", **self._untold)
        self._began, self._told = self._clock(), 0
        self._untold.clear()
