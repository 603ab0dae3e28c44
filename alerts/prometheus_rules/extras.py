"""What PromQL cannot say of a rule, kept in an annotation so that it comes back."""

import re
from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

import msgspec

from alerts.prometheus_rules.refusal import Reason, UnmappedError
from alerts.rules.rule import NewRule

ANNOTATION = "watchpost_rule"
"""Its value is a JSON object: fields of the rule that are otherwise than the rest of it says."""
_FIRST_OF_TWO = re.compile(r"\{(?=\{)")
_KEPT = tuple(field.name for field in fields(NewRule) if field.name not in {"name", "source"})


def differing(wanted: NewRule, said: NewRule | None) -> str:
    """The fields in which a rule is not what has been said of it, as JSON; empty where there are none.

    Args:
        wanted: the rule.
        said: what the rest of it comes back as; None where it says nothing.
    """
    found = {
        name: msgspec.to_builtins(getattr(wanted, name))
        for name in _KEPT
        if said is None or getattr(wanted, name) != getattr(said, name)
    }
    # Prometheus takes annotations for templates, in which two braces begin something.
    return _FIRST_OF_TWO.sub(r"\\u007b", msgspec.json.encode(found).decode()) if found else ""


def fields_said(text: str) -> Mapping[str, Any]:
    """The fields.

    Raises:
        UnmappedError: it is no JSON object, or has a field that a rule has not.
    """
    try:
        said = msgspec.json.decode(text, type=dict[str, Any])
    except msgspec.DecodeError as error:
        raise _unreadable(str(error)) from None
    if unknown := sorted(set(said) - set(_KEPT)):
        raise _unreadable(f"a rule has no “{unknown[0]}”")
    return said


def with_extras(rule: NewRule, said: Mapping[str, Any]) -> NewRule:
    """The rule with these fields instead of its own.

    Raises:
        UnmappedError: one of them has a value of the wrong type.
    """
    try:
        typed = msgspec.convert({"name": rule.name, "signal": {"metric": ""}} | dict(said), NewRule)
    except msgspec.ValidationError as error:
        raise _unreadable(str(error)) from None
    return replace(rule, **{name: getattr(typed, name) for name in said})


def _unreadable(problem: str) -> UnmappedError:
    return UnmappedError(
        Reason.MALFORMED, f"“{ANNOTATION}” cannot be read: {problem}.", hint="Leave that annotation out."
    )
