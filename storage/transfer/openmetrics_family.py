"""What OpenMetrics is told about a metric: its family, kind and unit. Pure."""

from storage.catalogue import CATALOGUE, Kind, Metric, Unit
from storage.rollup import Interval

_TOTAL = "_total"
_UNITS = {Unit.TIMESTAMP: "seconds", Unit.COUNT: "", Unit.PER_SECOND: ""}


def family_head(metric: Metric, interval: Interval) -> str:
    """The lines before the samples of a metric, each with its line end.

    The samples of a counter are called `X_total` and their family `X`. Where the catalogue has a gauge `X` as well
    (`custom`), or where the values are means, the counter is of unknown kind, and its family is called as itself.
    """
    kind, family = _kind(metric, interval)
    unit = _UNITS.get(metric.unit, metric.unit.value)
    lines = [f"# TYPE {family} {kind}\n"]
    # A unit has to be the end of the family's name.
    if unit and family.endswith(f"_{unit}"):
        lines.append(f"# UNIT {family} {unit}\n")
    return "".join([*lines, f"# HELP {family} {escaped(metric.help)}\n"])


def escaped(text: str) -> str:
    """A text as OpenMetrics writes it."""
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def _kind(metric: Metric, interval: Interval) -> tuple[str, str]:
    if metric.kind is not Kind.COUNTER:
        return "gauge", metric.name
    base = metric.name.removesuffix(_TOTAL)
    if interval is not Interval.RAW or base == metric.name or base in CATALOGUE:
        return "unknown", metric.name
    return "counter", base
