"""An alert as the notifier sees it: with its labels, whoever's poller found it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from alerts.rules.matchers import Matcher, Operator, holds
from alerts.thresholds import Severity

TAG = "tag"
"""A host has several tags; a condition on this label looks at all of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ActiveAlert:
    """One that fires, or that has been resolved lately. Times are UTC milliseconds.

    Attributes:
        id: of its row; the same for as long as it fires.
        key: the same whenever the same rule fires for the same series; empty where that is not told.
        labels: `alertname`, `host`, `group`, `severity`, `metric`, those of the series and those of the rule.
        tags: of its host.
        severity: how bad it is, or was last.
        fired_at: when it began to fire.
        changed_at: when it fired, got worse or better, or was resolved.
        resolved_at: None while it fires.
        acknowledged: whether somebody has said to be on it.
        behind: the jump host for whose sake its host cannot be reached; empty where it is not known to be one's fault.
    """

    id: int
    key: str = ""
    labels: Mapping[str, str]
    tags: tuple[str, ...] = ()
    severity: Severity
    fired_at: int
    changed_at: int
    resolved_at: int | None = None
    acknowledged: bool = False
    behind: str = ""

    @property
    def firing(self) -> bool:
        """Whether it goes on."""
        return self.resolved_at is None

    @property
    def identity(self) -> str:
        """What is remembered of it is remembered under this: when it fires again, it is the same one."""
        return self.key or str(self.id)


def alert_matches(matchers: Iterable[Matcher], alert: ActiveAlert) -> bool:
    """Whether all conditions hold for its labels and its host's tags."""
    for matcher in matchers:
        if matcher.label == TAG:
            if not _tag_matches(matcher, alert.tags):
                return False
        elif not holds(matcher, alert.labels.get(matcher.label, "")):
            return False
    return True


def _tag_matches(matcher: Matcher, tags: tuple[str, ...]) -> bool:
    # "Not Seoul" means that none of them is.
    among = tags or ("",)
    negated = matcher.operator in (Operator.NOT_EQUAL, Operator.MATCHES_NOT)
    return (all if negated else any)(holds(matcher, tag) for tag in among)
