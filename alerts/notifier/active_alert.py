"""An alert as the notifier sees it: with its labels, whoever's poller found it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from alerts.rules.matchers import Matcher, Operator, matches
from alerts.thresholds import Severity

TAG = "tag"
"""A host has several tags; a condition on this label looks at all of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ActiveAlert:
    """One that fires, or that has been resolved lately. Times are UTC milliseconds.

    Attributes:
        id: of its row; the same for as long as it fires.
        labels: `alertname`, `host`, `group`, `severity`, those of the series and those of the rule.
        tags: of its host.
        severity: how bad it is, or was last.
        fired_at: when it began to fire.
        changed_at: when it fired, got worse or better, or was resolved.
        resolved_at: None while it fires.
        acknowledged: whether somebody has said to be on it.
    """

    id: int
    labels: Mapping[str, str]
    tags: tuple[str, ...] = ()
    severity: Severity
    fired_at: int
    changed_at: int
    resolved_at: int | None = None
    acknowledged: bool = False

    @property
    def firing(self) -> bool:
        """Whether it goes on."""
        return self.resolved_at is None


def alert_matches(matchers: Iterable[Matcher], alert: ActiveAlert) -> bool:
    """Whether all conditions hold for its labels and its host's tags."""
    conditions = tuple(matchers)
    on_labels = tuple(matcher for matcher in conditions if matcher.label != TAG)
    return matches(on_labels, alert.labels) and all(
        _tag_matches(matcher, alert.tags) for matcher in conditions if matcher.label == TAG
    )


def _tag_matches(matcher: Matcher, tags: tuple[str, ...]) -> bool:
    # "Not Seoul" means that none of them is.
    among = tags or ("",)
    negated = matcher.operator in (Operator.NOT_EQUAL, Operator.MATCHES_NOT)
    return (all if negated else any)(matches([matcher], {TAG: tag}) for tag in among)
