"""Silences: somebody said to keep quiet about something, from then until then."""

from collections.abc import Iterable
from dataclasses import dataclass

from alerts.notifier.active_alert import ActiveAlert, alert_matches
from alerts.rules.matchers import Matcher


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """What nobody is told of for a time. It is still looked at, and shown as silenced.

    Attributes:
        id: of its row.
        matchers: which alerts; all of them must agree.
        starts_at, ends_at: UTC milliseconds, the end not included.
        author: who said so.
        comment: why.
    """

    id: int
    matchers: tuple[Matcher, ...]
    starts_at: int
    ends_at: int
    author: str = ""
    comment: str = ""

    def covers(self, ts: int) -> bool:
        """Whether it holds at that moment."""
        return self.starts_at <= ts < self.ends_at


def silenced_by(alert: ActiveAlert, silences: Iterable[Silence], ts: int) -> tuple[Silence, ...]:
    """Those that hold for the alert at that moment."""
    return tuple(silence for silence in silences if silence.covers(ts) and alert_matches(silence.matchers, alert))
