"""A rule as it holds on one host. Apart from the database, which workers do not have."""

from dataclasses import dataclass

from alerts.rules.rule import Comparison, Level, Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class AppliedRule:
    """A rule with the levels that hold on one host.

    Attributes:
        rule: as it was written.
        warning, critical: the levels there; at least one of them is there.
        hold_s: for how long it has to be too much there.
        owner: the user whose own levels these are; empty for those of all.
    """

    rule: Rule
    warning: Level | None = None
    critical: Level | None = None
    hold_s: float = 0.0
    owner: str = ""

    @property
    def comparison(self) -> Comparison:
        """On which side of a level the trouble lies."""
        return self.rule.comparison

    @property
    def keep_firing_s(self) -> float:
        """For how long it has to be well before it counts as resolved."""
        return self.rule.keep_firing_s
