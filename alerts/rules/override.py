"""Where a rule has other levels than its own, and what it then is. Pure."""

from dataclasses import dataclass, replace
from enum import Enum
from typing import TypeVar

from alerts.rules.rule import Level, NewRule
from storage.alerting.threshold_rows import ThresholdScope

AnyRule = TypeVar("AnyRule", bound=NewRule)


class Own(Enum):
    """Stands for what the rule says itself."""

    OWN = "own"


OWN = Own.OWN


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """What is otherwise.

    Attributes:
        off: the rule is not looked at there; the rest says nothing then.
        warning, critical: the level there, None for no such level, OWN for that of the rule.
        hold_s: for how long it has to be too much there; None for as long as the rule says.
    """

    off: bool = False
    warning: Level | Own | None = OWN
    critical: Level | Own | None = OWN
    hold_s: float | None = None

    @property
    def says_nothing(self) -> bool:
        """Whether it leaves everything as it is."""
        return self == Override()


@dataclass(frozen=True, slots=True)
class PlacedOverride:
    """What is otherwise, and for whom.

    Attributes:
        scope: the kind of thing.
        target: the host's id, or the name of the tag, the group, the user.
        override: what is otherwise.
    """

    scope: ThresholdScope
    target: str
    override: Override


def overridden(rule: AnyRule, override: Override) -> AnyRule:
    """The rule as it is there. Whether it is off there, the caller looks at first."""
    return replace(
        rule,
        warning=rule.warning if isinstance(override.warning, Own) else override.warning,
        critical=rule.critical if isinstance(override.critical, Own) else override.critical,
        hold_s=rule.hold_s if override.hold_s is None else override.hold_s,
    )
