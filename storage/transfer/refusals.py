"""What of a file could not be taken, counted by reason, with the first lines of each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from storage.printable import printable

LINES_SHOWN = 5
_TEXT_LIMIT = 120


class RefusalReason(StrEnum):
    """Why a line is not taken. Scripts may rely on the values."""

    LONG_LINE = "long_line"
    NOT_UTF8 = "not_utf8"
    CONTROL_CHARACTERS = "control_characters"
    BAD_LINE = "bad_line"
    UNKNOWN_METRIC = "unknown_metric"
    DERIVED_METRIC = "derived_metric"
    ROLLED_UP = "rolled_up"
    BAD_LABELS = "bad_labels"
    BAD_NUMBER = "bad_number"
    NOT_A_NUMBER = "not_a_number"
    BAD_TIME = "bad_time"
    NO_TIME = "no_time"
    BEFORE_1970 = "before_1970"
    IN_THE_FUTURE = "in_the_future"
    TOO_MANY_SERIES = "too_many_series"


@dataclass(slots=True)
class Refused:
    """All lines that one reason kept out.

    Attributes:
        lines: how many.
        first: the numbers of the first ones, from 1.
        example: what was wrong in the first one; harmless.
    """

    lines: int = 0
    first: list[int] = field(default_factory=list)
    example: str = ""


class Refusals:
    """Counts; its size does not grow with the file."""

    def __init__(self) -> None:
        self._by_reason: dict[RefusalReason, Refused] = {}

    def add(self, reason: RefusalReason, line: int, text: str) -> None:
        """One line is not taken because of `text`, a part of it."""
        refused = self._by_reason.setdefault(reason, Refused())
        if not refused.lines:
            refused.example = printable(text, _TEXT_LIMIT)
        refused.lines += 1
        if len(refused.first) < LINES_SHOWN:
            refused.first.append(line)

    def add_many(self, reason: RefusalReason, lines: Sequence[int], texts: Sequence[str]) -> None:
        """Several lines, oldest first."""
        for line, text in zip(lines[:LINES_SHOWN], texts, strict=False):
            self.add(reason, line, text)
        if more := len(lines) - LINES_SHOWN:
            self._by_reason[reason].lines += max(0, more)

    @property
    def found(self) -> Mapping[RefusalReason, Refused]:
        """By reason, in the order they were first met."""
        return self._by_reason


class RefusedError(ValueError):
    """A line, or a series, cannot be taken."""

    def __init__(self, reason: RefusalReason, text: str) -> None:
        super().__init__(text)
        self.reason = reason
        self.text = text
