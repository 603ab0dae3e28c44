"""A rule: what is looked at, from when on it is too much, for how long, and for which hosts."""

from dataclasses import dataclass, field
from enum import StrEnum

from alerts.rules.signal import Signal


class Comparison(StrEnum):
    """On which side of a level the trouble lies."""

    ABOVE = ">"
    AT_LEAST = ">="
    BELOW = "<"
    AT_MOST = "<="
    EQUAL = "=="
    NOT_EQUAL = "!="

    def holds(self, value: float, level: float) -> bool:
        """Whether the value is on that side of the level; never for NaN, not even `!=`."""
        match self:
            case Comparison.ABOVE:
                return value > level
            case Comparison.AT_LEAST:
                return value >= level
            case Comparison.BELOW:
                return value < level
            case Comparison.AT_MOST:
                return value <= level
            case Comparison.EQUAL:
                return value == level
            case Comparison.NOT_EQUAL:
                return value < level or value > level


@dataclass(frozen=True, slots=True)
class Level:
    """From when on it is too much, and when it is well again.

    Attributes:
        limit: the value it is compared with.
        clear: once firing, it goes on until the value is on the good side of this one; None for the limit itself.
    """

    limit: float
    clear: float | None = None

    @property
    def until(self) -> float:
        """What a firing alert is compared with."""
        return self.limit if self.clear is None else self.clear


@dataclass(frozen=True, slots=True)
class Scope:
    """Which hosts: any of these. All empty means every host."""

    hosts: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()

    @property
    def everywhere(self) -> bool:
        """Whether nothing was named."""
        return not (self.hosts or self.groups or self.tags)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRule:
    """What a person says of a rule.

    Attributes:
        name: what it is called, and what an alert of it is called.
        signal: what is looked at.
        comparison: on which side the trouble lies.
        warning, critical: the levels; at least one of them is there.
        hold_s: for how long it has to be too much before anybody is told; `for` in Prometheus.
        keep_firing_s: for how long it has to be well before it counts as resolved.
        scope: which hosts.
        labels: added to those of the series; routes and silences look at them.
        annotations: texts with templates, such as `summary` and `description`.
        enabled: whether it is looked at.
        source: where it came from: "default", the name of a preset or of a rule file; empty for a person.
    """

    name: str
    signal: Signal
    comparison: Comparison = Comparison.ABOVE
    warning: Level | None = None
    critical: Level | None = None
    hold_s: float = 300.0
    keep_firing_s: float = 0.0
    scope: Scope = field(default_factory=Scope)
    labels: tuple[tuple[str, str], ...] = ()
    annotations: tuple[tuple[str, str], ...] = ()
    enabled: bool = True
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule(NewRule):
    """A row of `rules`."""

    id: int
    revision: int
    """Grows with every edit of any rule, so the poller sees at a glance what changed."""
