"""Before and after, as tables for people: values, the change, and what may be said of it. Pure."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from rich.table import Table
from rich.text import Text

from fleet.around import Compared
from fleet.before_after import Change, Verdict
from fleet.compared_metrics import Better, better
from fleet.compared_side import Side
from storage.catalogue import Unit
from storage.printable import printable
from storage.quantities import ABSENT, byte_count, byte_rate, milliseconds, percent, plain
from storage.rollup import Interval
from watchpost.console import table
from watchpost.palette import CRITICAL, OK

_WELL_COVERED = 0.95
_HUGE_PERCENT = 900
_NAMES_SHOWN = 10

_VALUE: Mapping[Unit, Callable[[float | None], str]] = {
    Unit.PERCENT: lambda value: percent(value, digits=1),
    Unit.BYTES: byte_count,
    Unit.BYTES_PER_SECOND: byte_rate,
    Unit.SECONDS: milliseconds,
}


def comparison_table(compared: Iterable[Compared], *, host: str | None = None) -> Table:
    """Two lines a quantity, before and after; of one host where one is named, else of all taken together."""
    lines = table("METRIC", "", "MEAN", "P95", "MAX", "CHANGE")
    for column in lines.columns[2:5]:
        column.justify = "right"
    for each in compared:
        change = each.change if host is None else each.of_host.get(host)
        if change is None:
            continue
        first, second = _change_texts(each, change)
        lines.add_row(Text(printable(str(each.series)), "bold"), Text("before"), *_cells(change.before, each), first)
        lines.add_row(Text(""), Text("after"), *_cells(change.after, each), second)
    return lines


def notes(compared: Sequence[Compared]) -> list[str]:
    """What has to be known to judge the numbers, a sentence each."""
    said: list[str] = []
    if any(each.change.verdict is Verdict.WITHIN_NOISE for each in compared):
        said.append("“within the noise”: no more than means differ by chance, as the twelfths of each side show.")
    about: dict[str, list[str]] = {}
    for each in compared:
        for note in _notes(each):
            about.setdefault(note, []).append(printable(str(each.series)))
    for note, names in about.items():
        said.append(f"{note}." if len(names) == len(compared) else f"{note}: {', '.join(names)}.")
    return said


def _notes(compared: Compared) -> Iterator[str]:
    sides = (("before", compared.change.before), ("after", compared.change.after))
    short = [f"{percent(side.covered * 100)} of the time {name}" for name, side in sides if _is_short(side)]
    if short:
        yield f"Readings for only {' and '.join(short)}"
    if compared.interval is not Interval.RAW:
        yield f"From means of {compared.interval.value} rather than from each reading"
    if left_out := compared.only_one_side:
        more = f" and {len(left_out) - _NAMES_SHOWN} more" if len(left_out) > _NAMES_SHOWN else ""
        shown = ", ".join(printable(name) for name in left_out[:_NAMES_SHOWN])
        yield f"Left out, with readings on one side only ({shown}{more})"


def _is_short(side: Side) -> bool:
    return side.covered < _WELL_COVERED


def _cells(side: Side, compared: Compared) -> list[Text]:
    return [Text(_value(value, compared.unit)) for value in (side.mean, side.p95, side.maximum)]


def _value(value: float | None, unit: Unit) -> str:
    return _VALUE.get(unit, plain)(value)


def _change_texts(compared: Compared, change: Change) -> tuple[Text, Text]:
    """The difference, and below it what may be said of it."""
    if change.difference is None:
        return Text(ABSENT), Text(_missing(change))
    difference = _signed(change.difference, compared.unit) + _relative(change)
    if change.verdict is Verdict.NOT_ENOUGH_DATA:
        return Text(difference), Text("not enough data")
    if change.verdict is Verdict.WITHIN_NOISE:
        return Text(difference), Text("within the noise")
    word, colour = _judgement(compared.series.name, change.difference)
    return Text(difference, colour), Text(word, colour)


def _missing(change: Change) -> str:
    sides = (("before", change.before), ("after", change.after))
    return f"no readings {' and '.join(name for name, side in sides if side.mean is None)}"


def _judgement(metric: str, difference: float) -> tuple[str, str]:
    direction = better(metric)
    if direction is Better.NEITHER:
        return ("more" if difference > 0 else "less"), "bold"
    is_better = (difference < 0) is (direction is Better.LESS)
    return ("better", OK) if is_better else ("worse", CRITICAL)


def _signed(difference: float, unit: Unit) -> str:
    sign = "+" if difference > 0 else "\N{MINUS SIGN}" if difference < 0 else "±"
    if unit is Unit.PERCENT:
        return f"{sign}{plain(abs(difference), 1)} points"
    return f"{sign}{_value(abs(difference), unit)}"


def _relative(change: Change) -> str:
    if change.percent is None:
        return ""
    if change.percent > _HUGE_PERCENT:
        return f" ({change.percent / 100 + 1:.0f} times)"
    return f" ({'+' if change.percent > 0 else ''}{change.percent:.0f}%)".replace("-", "\N{MINUS SIGN}")
