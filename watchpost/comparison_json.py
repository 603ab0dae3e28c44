"""Before and after for scripts; the keys are fixed. Pure."""

from collections.abc import Sequence
from typing import Any

from fleet.around import Around, Compared
from fleet.before_after import Change
from fleet.compared_side import Side
from storage.utc import iso_utc


def comparison_as_json(
    around: Around, hosts: Sequence[str], compared: Sequence[Compared], *, by_host: bool
) -> dict[str, Any]:
    """The spans, the hosts that were asked, and what was found by metric."""
    return {
        "before": _span(around.before),
        "after": _span(around.after),
        "hosts": list(hosts),
        "metrics": [_compared(each, by_host=by_host) for each in compared],
    }


def _compared(compared: Compared, *, by_host: bool) -> dict[str, Any]:
    found: dict[str, Any] = {
        "metric": compared.series.name,
        "labels": dict(compared.series.labels),
        "unit": compared.unit.value,
        "interval": compared.interval.value,
        **_change(compared.change),
        "only_one_side": list(compared.only_one_side),
    }
    if by_host:
        found["by_host"] = [{"host": name, **_change(change)} for name, change in compared.of_host.items()]
    return found


def _change(change: Change) -> dict[str, Any]:
    return {
        "before": _side(change.before),
        "after": _side(change.after),
        "change": change.difference,
        "change_percent": change.percent,
        "margin": change.margin,
        "verdict": change.verdict.value,
    }


def _side(side: Side) -> dict[str, Any]:
    return {
        "mean": side.mean,
        "p95": side.p95,
        "max": side.maximum,
        "readings": side.readings,
        "covered": round(side.covered, 4),
    }


def _span(span: tuple[int, int]) -> dict[str, str]:
    return {"from": iso_utc(span[0]), "to": iso_utc(span[1])}
