"""A measured figure, and the page that shows them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """One number.

    Attributes:
        name: a key for machines: snake_case, unit last.
        value: what was measured.
        limit: the most it may be; None for one that is there to compare with.
        unit: as people write it.
        how: how it was taken, in a sentence.
    """

    name: str
    value: float
    limit: float | None
    unit: str
    how: str

    @property
    def ok(self) -> bool:
        """True when it is within its limit, or has none."""
        return self.limit is None or self.value <= self.limit


def show(figures: Sequence[Figure]) -> bool:
    """Prints a table, and last of all one line of JSON. Returns whether every figure is within its limit."""
    rows = [("figure", "value", "limit", "", "how"), *map(_row, figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    for name, value, limit, verdict, how in rows:
        print(f"{name:<{widths[0]}}  {value:>{widths[1]}}  {limit:>{widths[2]}}  {verdict:<{widths[3]}}  {how}")
    print(json.dumps({figure.name: _entry(figure) for figure in figures}))
    return all(figure.ok for figure in figures)


def _row(figure: Figure) -> tuple[str, str, str, str, str]:
    limit = "-" if figure.limit is None else f"{figure.limit:g} {figure.unit}"
    verdict = "" if figure.limit is None else ("ok" if figure.ok else "MISSED")
    return figure.name, f"{_rounded(figure.value):g} {figure.unit}", limit, verdict, figure.how


def _entry(figure: Figure) -> dict[str, object]:
    return {"value": _rounded(figure.value), "limit": figure.limit, "unit": figure.unit, "ok": figure.ok}


def _rounded(value: float) -> float:
    """Four significant digits: more would be noise."""
    return float(f"{value:.4g}")
