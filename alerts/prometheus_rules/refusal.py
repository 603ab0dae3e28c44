"""Why something in a rule file is not taken over: a code, the place, a sentence and what to do."""

from dataclasses import dataclass
from enum import StrEnum

from storage.errors import InvalidInputError


class Reason(StrEnum):
    """Codes; the same in every language and version."""

    MALFORMED = "malformed"
    """Prometheus would not load it either."""
    UNKNOWN_METRIC = "unknown_metric"
    NOT_MEASURED = "not_measured"
    """Known, and nothing that is read from hosts."""
    UNKNOWN_LABEL = "unknown_label"
    NO_SUCH_SCOPE = "no_such_scope"
    """Hosts are chosen in a way that a rule here cannot say."""
    UNSUPPORTED_FUNCTION = "unsupported_function"
    OVER_HOSTS = "over_hosts"
    """One number of several hosts."""
    OVER_SERIES = "over_series"
    """One number of several series of a host."""
    NO_SUCH_ARITHMETIC = "no_such_arithmetic"
    """Metrics put together in a way that gives no metric of the catalogue."""
    SEVERAL_CONDITIONS = "several_conditions"
    NO_COMPARISON = "no_comparison"
    NEVER_OR_ALWAYS = "never_or_always"
    TEMPLATE = "template"
    UNSOUND = "unsound"
    """Understood, and it makes no sense: levels the wrong way round, a `for` longer than anything is kept."""


class UnmappedError(InvalidInputError):
    """An expression, or a part of one, that a rule here cannot say."""

    def __init__(self, reason: Reason, message: str, *, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Refusal:
    """One rule, or one line, that is not taken over.

    Attributes:
        file: its name, as the caller said it.
        line: from 1.
        name: of the rule; empty where it has none.
        reason: as a code.
        message: what is wrong, in a sentence.
        hint: what to do; may be empty.
    """

    file: str
    line: int
    name: str
    reason: Reason
    message: str
    hint: str = ""

    def __str__(self) -> str:
        """As compilers write it: `node.yml:12: HostDown: …`."""
        rule = f" {self.name}:" if self.name else ""
        return f"{self.file}:{self.line}:{rule} {self.message} {self.hint}".rstrip()


class RuleFileError(InvalidInputError):
    """A rule file of which nothing is taken over.

    Attributes:
        refusals: what is wrong with it, in the order of the file; at least one.
    """

    def __init__(self, refusals: tuple[Refusal, ...], *, hint: str = "") -> None:
        first, more = refusals[0], len(refusals) - 1
        rest = f" ({more} more)" if more else ""
        super().__init__(f"{first.file}:{first.line}: {first.message}{rest}", hint=hint or first.hint)
        self.refusals = refusals
