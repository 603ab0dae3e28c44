"""Which alerts a silence, a maintenance window or a route is about: options, and how much they cover."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Annotated

import typer

from alerts.notifier.active_alert import TAG, ActiveAlert, alert_matches
from alerts.rules.matchers import Matcher, Operator, parse_matcher
from alerts.thresholds import Severity
from storage.host import Host

HostOption = Annotated[str | None, typer.Option("--host", metavar="HOST", help="On this host.", show_default=False)]
GroupOption = Annotated[
    str | None, typer.Option("--group", metavar="GROUP", help="On hosts of this group.", show_default=False)
]
TagOption = Annotated[
    str | None, typer.Option("--tag", metavar="TAG", help="On hosts with this tag.", show_default=False)
]
RuleOption = Annotated[str | None, typer.Option("--rule", metavar="RULE", help="Of this rule.", show_default=False)]
MatchOption = Annotated[
    list[str] | None,
    typer.Option(
        "--match",
        metavar="CONDITION",
        help="On a label, as host=~web.*, mount!=/srv, severity=warning; may be given several times.",
        show_default=False,
    ),
]
_OF_HOSTS = frozenset({"host", "group", TAG})


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much conditions cover.

    Attributes:
        alerts: that fire now.
        hosts: that are registered, as far as the conditions are about hosts.
        of_hosts: how many there are.
    """

    alerts: int
    hosts: int
    of_hosts: int

    @property
    def is_wide(self) -> bool:
        """Whether it is about more than half of several hosts."""
        return self.of_hosts > 1 and self.hosts * 2 > self.of_hosts

    def __str__(self) -> str:
        alerts = "1 alert" if self.alerts == 1 else f"{self.alerts} alerts"
        return f"{self.hosts} of {self.of_hosts} hosts, and {alerts} of those that fire now"


def matchers_from(
    *, host: str | None, group: str | None, tag: str | None, rule: str | None, match: Sequence[str] | None
) -> tuple[Matcher, ...]:
    """The conditions that were given. Raises InvalidInputError."""
    named = {"host": host, "group": group, TAG: tag, "alertname": rule}
    plain = [Matcher(label, Operator.EQUAL, value) for label, value in named.items() if value is not None]
    return (*plain, *(parse_matcher(text) for text in match or ()))


def matchers_text(matchers: Iterable[Matcher]) -> str:
    """`host="web-1", severity="critical"`, or `everything`."""
    return ", ".join(str(matcher) for matcher in matchers) or "everything"


def coverage(matchers: Sequence[Matcher], alerts: Iterable[ActiveAlert], hosts: Sequence[Host]) -> Coverage:
    """How much conditions cover of what fires, and of what there is."""
    of_hosts = [matcher for matcher in matchers if matcher.label in _OF_HOSTS]
    return Coverage(
        alerts=sum(alert.firing and alert_matches(matchers, alert) for alert in alerts),
        hosts=sum(alert_matches(of_hosts, _quiet(host)) for host in hosts),
        of_hosts=len(hosts),
    )


def _quiet(host: Host) -> ActiveAlert:
    labels = {"host": host.name, "group": host.group or ""}
    return ActiveAlert(id=0, labels=labels, tags=host.tags, severity=Severity.OK, fired_at=0, changed_at=0)
