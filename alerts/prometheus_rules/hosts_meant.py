"""Which hosts the labels of an expression mean. Pure."""

import re
from collections.abc import Iterable

from alerts.prometheus_rules.known_names import EXPORTER_JOBS
from alerts.prometheus_rules.refusal import Reason, UnmappedError
from alerts.rules.matchers import Matcher, Operator, matches
from alerts.rules.rule import Scope
from storage.printable import printable

_HOST_LABELS = frozenset({"instance", "host", "hostname", "nodename"})
_GROUP_LABELS = frozenset({"job", "group"})
_TAG = "tag"
SCOPE_LABELS = _HOST_LABELS | _GROUP_LABELS | {_TAG}
RENAMED_LABELS = (("instance", "host"), ("hostname", "host"), ("nodename", "host"), ("job", "group"))
"""What these labels of an alert are called here."""

_PORT = re.compile(r":\d{1,5}", re.ASCII)
_ANY_PORT = re.compile(r"(?:\((?:\?:)?:(?:\d+|\\d\+|\.\*|\.\+|\[0-9\]\+)\)\??|:(?:\d+|\\d[+*]|\.\*|\.\+|\[0-9\]\+))$")
_SIGNS = re.compile(r"(?<!\\)[*+?()\[\]{}^$]|\\[a-zA-Z0-9]")
_EVERYTHING = frozenset({".+", ".*"})


def scope_of(matchers: Iterable[Matcher]) -> tuple[Scope, tuple[str, ...]]:
    """The hosts, and what is to be said about how they were understood.

    Args:
        matchers: on `SCOPE_LABELS` only.

    Raises:
        UnmappedError: they choose hosts by something else than names.
    """
    named: dict[str, tuple[str, ...]] = {}
    notes = []
    for matcher in matchers:
        if chooses_all(matcher) or _is_exporter(matcher):
            continue
        names = _names(matcher)
        kind = "hosts" if matcher.label in _HOST_LABELS else "groups" if matcher.label in _GROUP_LABELS else "tags"
        if matcher.label == "job":
            listed = ", ".join(printable(name, 60) for name in names)
            notes.append(f"The job is taken for the group of that name: {listed}.")
        if named and (kind not in named or named[kind] != names):
            raise UnmappedError(
                Reason.NO_SUCH_SCOPE,
                "It chooses hosts by two conditions at once.",
                hint="Choose by instance or by job.",
            )
        named[kind] = names
    return Scope(**named), tuple(notes)


def chooses_all(matcher: Matcher) -> bool:
    """Whether it leaves nothing out that has the label at all."""
    return (matcher.operator is Operator.MATCHES and matcher.value in _EVERYTHING) or (
        matcher.operator is Operator.NOT_EQUAL and not matcher.value
    )


def _is_exporter(matcher: Matcher) -> bool:
    return matcher.label == "job" and any(matches([matcher], {"job": job}) for job in EXPORTER_JOBS)


def _names(matcher: Matcher) -> tuple[str, ...]:
    bare = matcher.label in _HOST_LABELS
    if matcher.operator is Operator.EQUAL and matcher.value:
        return (_without_port(matcher.value) if bare else matcher.value,)
    if matcher.operator is Operator.MATCHES:
        names = [_alternative(part, bare=bare) for part in _alternatives(matcher.value)]
        if all(names):
            return tuple(dict.fromkeys(name for name in names if name))
    raise UnmappedError(
        Reason.NO_SUCH_SCOPE,
        f"“{printable(str(matcher), 80)}” chooses hosts by a pattern.",
        hint="Name them, as in instance=~“web1|web2”, or give them a group or a tag.",
    )


def _alternatives(pattern: str) -> list[str]:
    whole = re.fullmatch(r"\((?:\?:)?([^()]*)\)(.*)", pattern, re.DOTALL)
    if whole is None:
        return re.split(r"(?<!\\)\|", pattern)
    ending = whole[2]
    return [f"{part}{ending}" for part in re.split(r"(?<!\\)\|", whole[1])] if "|" not in ending else [pattern]


def _alternative(pattern: str, *, bare: bool) -> str | None:
    """The name that an alternative stands for; None where it stands for many."""
    name = _ANY_PORT.sub("", pattern) if bare else pattern
    if not name or _SIGNS.search(name) or ("." in name and not bare and re.search(r"(?<!\\)\.", name)):
        return None
    return re.sub(r"\\(.)", r"\1", name, flags=re.DOTALL)


def _without_port(instance: str) -> str:
    """`[::1]:9100` is `::1`, `web1:9100` is `web1`, and `::1` is itself."""
    address, _, port = instance.rpartition(":")
    if not address or not _PORT.fullmatch(f":{port}"):
        return instance.removeprefix("[").removesuffix("]")
    if address.startswith("[") and address.endswith("]"):
        return address[1:-1]
    return instance if ":" in address else address
