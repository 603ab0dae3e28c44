"""What a check may find wrong."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is not as it must be.

    Attributes:
        table: where.
        row: id of the row; None where it is about more than one.
        text: what is wrong.
    """

    table: str
    row: int | None
    text: str
