"""Which alerts somebody asks for, and what became of one."""

from collections.abc import Collection
from dataclasses import dataclass

FOUND_LIMIT = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertQuery:
    """What must hold for an alert to be found; None asks for nothing. Times are UTC milliseconds.

    Attributes:
        firing: whether it goes on; False for those that are over.
        severity: "warning" or "critical".
        host_ids: on one of these hosts.
        rule: the name of its rule.
        since, until: it fired before `until`, and was not over at `since`.
        limit: the most that are found, those that fired last.
    """

    firing: bool | None = None
    severity: str | None = None
    host_ids: Collection[int] | None = None
    rule: str | None = None
    since: int | None = None
    until: int | None = None
    limit: int = FOUND_LIMIT


@dataclass(frozen=True, slots=True)
class Transition:
    """A row of `alert_transitions`: one thing that happened to an alert, or that a person did about it.

    Attributes:
        ts: when, UTC milliseconds.
        kind: fired, worse, better, resolved, acknowledged, taken_back.
        severity: how bad it was from then on.
        value: that decided it; None where a person acted, or where there is none.
        author: who acted; empty for the poller.
        comment: what they said; of a resolved one, why it is over.
    """

    ts: int
    kind: str
    severity: str
    value: float | None = None
    author: str = ""
    comment: str = ""
