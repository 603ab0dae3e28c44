"""Options that say what a rule is, and what they make of one."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, TypeVar

import typer

from alerts.rules.matchers import parse_matcher
from alerts.rules.rule import Comparison, Level, NewRule, Scope
from alerts.rules.signal import Function, Signal
from alerts.rules.soundness import UP
from storage.annotations import find_group
from storage.connection import Connection
from storage.errors import InvalidInputError, NotFoundError
from storage.hosts import find_host, list_hosts
from storage.printable import printable
from storage.similar_names import did_you_mean
from watchpost.duration import parse_duration

NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="Which rule; “watchpost alerts rules list” tells.")]
MetricOption = Annotated[
    str | None,
    typer.Option("--metric", metavar="METRIC", help="What is looked at, such as load1.", show_default=False),
]
WhereOption = Annotated[
    list[str] | None,
    typer.Option(
        "--where", metavar="LABEL=VALUE", help="Only these series; also !=, =~, !~; several times.", show_default=False
    ),
]
FunctionOption = Annotated[
    Function | None, typer.Option("--function", help="What is made of a series.", show_default=False)
]
WindowOption = Annotated[
    str | None,
    typer.Option("--window", metavar="SPAN", help="How far the function looks back.", show_default=False),
]
HorizonOption = Annotated[
    str | None, typer.Option("--horizon", metavar="SPAN", help="How far a forecast looks ahead.", show_default=False)
]
ScaleOption = Annotated[
    float | None, typer.Option("--scale", metavar="N", help="What the value is multiplied by.", show_default=False)
]
OffsetOption = Annotated[
    float | None, typer.Option("--offset", metavar="N", help="What is added after that.", show_default=False)
]
ComparisonOption = Annotated[
    Comparison | None,
    typer.Option(
        "--comparison", help="On which side of the levels the trouble lies; without it >.", show_default=False
    ),
]
WarningOption = Annotated[
    str | None,
    typer.Option(
        "--warning", metavar="N[:CLEAR]", help="The level, and where it is well again; none.", show_default=False
    ),
]
CriticalOption = Annotated[
    str | None,
    typer.Option("--critical", metavar="N[:CLEAR]", help="The same of the critical level.", show_default=False),
]
ForOption = Annotated[
    str | None,
    typer.Option("--for", metavar="SPAN", help="How long it has to be so, such as 5m or 0.", show_default=False),
]
KeepFiringOption = Annotated[
    str | None,
    typer.Option("--keep-firing", metavar="SPAN", help="How long it has to be well again.", show_default=False),
]
HostsOption = Annotated[
    list[str] | None,
    typer.Option("--host", metavar="HOST", help="Only on this host; several times.", show_default=False),
]
GroupsOption = Annotated[
    list[str] | None,
    typer.Option("--group", metavar="GROUP", help="Only on hosts of this group; several times.", show_default=False),
]
TagsOption = Annotated[
    list[str] | None,
    typer.Option("--tag", metavar="TAG", help="Only on hosts with this tag; several times.", show_default=False),
]
LabelsOption = Annotated[
    list[str] | None,
    typer.Option("--label", metavar="NAME=VALUE", help="A label of its alerts; several times.", show_default=False),
]
TextsOption = Annotated[
    list[str] | None,
    typer.Option(
        "--text",
        metavar="NAME=TEXT",
        help="Such as 'summary={{ $labels.host }} is at {{ $value }}'; several times.",
        show_default=False,
    ),
]

_NONE = "none"
_NUMBER = re.compile(
    r"([-+]?\d{1,18}(?:\.\d{0,18})?(?:[eE][-+]?\d{1,3})?)\s*(?:([kKMGT])(i?)(?:B(?:/s)?)?|%|B(?:/s)?)?", re.ASCII
)
_POWERS = {"k": 1, "K": 1, "M": 2, "G": 3, "T": 4}
AnyRule = TypeVar("AnyRule", bound=NewRule)


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleWords:
    """What was said of a rule; None for what nothing was said of, an empty text for none of a list."""

    metric: str | None = None
    where: Sequence[str] | None = None
    function: Function | None = None
    window: str | None = None
    horizon: str | None = None
    scale: float | None = None
    offset: float | None = None
    comparison: Comparison | None = None
    warning: str | None = None
    critical: str | None = None
    hold: str | None = None
    keep_firing: str | None = None
    hosts: Sequence[str] | None = None
    groups: Sequence[str] | None = None
    tags: Sequence[str] | None = None
    labels: Sequence[str] | None = None
    texts: Sequence[str] | None = None

    @property
    def says_nothing(self) -> bool:
        """Whether no option was given."""
        return self == RuleWords()

    def applied_to(self, rule: AnyRule, connection: Connection) -> AnyRule:
        """The rule with what was said of it. Whether it makes sense is seen when it is stored.

        Raises:
            InvalidInputError: a number, a span or a condition cannot be read.
            NotFoundError: there is no such host, group or tag.
        """
        return replace(
            rule,
            signal=self._signal(rule.signal),
            comparison=self.comparison or rule.comparison,
            warning=rule.warning if self.warning is None else parse_level(self.warning),
            critical=rule.critical if self.critical is None else parse_level(self.critical),
            hold_s=rule.hold_s if self.hold is None else parse_duration(self.hold),
            keep_firing_s=rule.keep_firing_s if self.keep_firing is None else parse_duration(self.keep_firing),
            scope=self._scope(rule.scope, connection),
            labels=rule.labels if self.labels is None else _pairs(self.labels),
            annotations=rule.annotations if self.texts is None else _merged(rule.annotations, _pairs(self.texts)),
        )

    def _signal(self, signal: Signal) -> Signal:
        metric = signal.metric if self.metric is None else self.metric.strip()
        function = self.function or signal.function
        if self.function is None and metric == UP:
            function = Function.UNREACHABLE
        matchers = signal.matchers if self.where is None else tuple(map(parse_matcher, filter(None, self.where)))
        return Signal(
            metric=metric,
            matchers=matchers,
            function=function,
            window_s=signal.window_s if self.window is None else parse_duration(self.window),
            horizon_s=signal.horizon_s if self.horizon is None else parse_duration(self.horizon),
            scale=signal.scale if self.scale is None else self.scale,
            offset=signal.offset if self.offset is None else self.offset,
        )

    def _scope(self, scope: Scope, connection: Connection) -> Scope:
        def known(said: Sequence[str] | None, before: tuple[str, ...], find: Callable[[str], str]) -> tuple[str, ...]:
            return before if said is None else tuple(dict.fromkeys(find(name) for name in said if name))

        return Scope(
            hosts=known(self.hosts, scope.hosts, lambda name: find_host(connection, name).name),
            groups=known(self.groups, scope.groups, lambda name: find_group(connection, name)),
            tags=known(self.tags, scope.tags, lambda name: find_tag(connection, name)),
        )


def parse_level(text: str) -> Level | None:
    """A level as people write it: `80`, `80:75`, `1MiB`, or `none`. Raises InvalidInputError."""
    said = text.strip()
    if said == _NONE:
        return None
    limit, colon, clear = said.partition(":")
    return Level(_number(limit), _number(clear) if colon else None)


def find_tag(connection: Connection, name: str) -> str:
    """The tag, if a host has it. Raises NotFoundError, with similar ones in the hint."""
    known = sorted({tag for host in list_hosts(connection) for tag in host.tags})
    if name in known:
        return name
    hint = did_you_mean(name, known, "“watchpost hosts edit NAME --tag TAG” gives a host a tag.")
    raise NotFoundError(f"No host has a tag “{printable(name)}”.", hint=hint)


def _number(text: str) -> float:
    match = _NUMBER.fullmatch(text.strip())
    if match is None:
        raise InvalidInputError(
            f"“{printable(text, 40)}” is no level.",
            hint="Write a number, such as 80 or 10MiB; 80:75 is well again at 75.",
        )
    return float(match[1]) * float(1024 if match[3] else 1000) ** _POWERS.get(match[2] or "", 0)


def _pairs(said: Iterable[str]) -> tuple[tuple[str, str], ...]:
    found = {}
    for each in filter(None, said):
        name, equals, value = each.partition("=")
        if not equals or not name.strip():
            raise InvalidInputError(f"“{printable(each, 80)}” is no NAME=VALUE.")
        found[name.strip()] = value
    return tuple(found.items())


def _merged(before: Iterable[tuple[str, str]], said: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Texts that were named take the place of those of the same name; an empty one takes it away."""
    return tuple((name, text) for name, text in (dict(before) | dict(said)).items() if text)
