"""What PromQL's functions make of a term. Pure."""

from dataclasses import replace
from fractions import Fraction

from alerts.prometheus_rules.known_names import RAW_CPU
from alerts.prometheus_rules.ratio import ONE, Ratio
from alerts.prometheus_rules.recognition import Recognised, recognised
from alerts.prometheus_rules.refusal import Reason, UnmappedError
from alerts.prometheus_rules.term import Term
from alerts.rules.signal import Function
from storage.catalogue import CATALOGUE, Kind

GROWTHS = frozenset({"rate", "irate", "increase"})
OVER_TIME = {
    "avg_over_time": Function.AVERAGE,
    "min_over_time": Function.LOWEST,
    "max_over_time": Function.HIGHEST,
    "last_over_time": Function.LATEST,
    "deriv": Function.CHANGE,
    "delta": Function.CHANGE,
    "predict_linear": Function.FORECAST,
}
_OPPOSITE = {Function.LOWEST: Function.HIGHEST, Function.HIGHEST: Function.LOWEST}
_FORECAST = "The forecast is by a fit that one burst does not bend, where Prometheus takes least squares."
_CHANGE = "The slope is taken over the whole time, not between its first and last reading."


def grown(term: Term, function: str, window_s: float) -> Term:
    """`rate`, `irate` or `increase` of a counter.

    Raises:
        UnmappedError: it is no counter.
    """
    alone = term.ratio.alone
    if alone is None:
        raise UnmappedError(Reason.UNSUPPORTED_FUNCTION, f"{function}() is only understood of one counter.")
    atom, count = alone
    metric = CATALOGUE.get(atom.metric)
    if atom.metric != RAW_CPU and (metric is None or metric.kind is not Kind.COUNTER):
        raise UnmappedError(
            Reason.UNSUPPORTED_FUNCTION,
            f"{function}() is for counters, and “{atom.metric}” is none.",
            hint="deriv() says how fast a gauge rises.",
        )
    newest = function == "irate"
    seen = replace(
        atom,
        function=Function.LATEST if newest else Function.AVERAGE,
        window_s=0.0 if newest else window_s,
        grown=True,
    )
    times = count * Fraction(str(window_s)) if function == "increase" else count
    return replace(term, ratio=Ratio({seen: times}))


def over_time(term: Term, function: str, window_s: float, horizon_s: float = 0.0) -> Term:
    """A function of `OVER_TIME` over a term, which may be put together of several series.

    Raises:
        UnmappedError: it is already one over time, or no metric of the catalogue.
    """
    found = recognised(term.ratio, term.labels)
    wanted = OVER_TIME[function]
    notes = _notes(term, found, function)
    if wanted is Function.LATEST:
        return _of(term, found, notes)
    if found.scale < 0:
        wanted = _OPPOSITE.get(wanted, wanted)
    if found.atom.function is not Function.LATEST and not (
        found.atom.function is Function.AVERAGE and wanted is Function.AVERAGE
    ):
        raise UnmappedError(
            Reason.UNSUPPORTED_FUNCTION,
            f"{function}() of what is already a function over time is nothing that is watched here.",
        )
    seen = replace(found.atom, function=wanted, window_s=window_s, horizon_s=horizon_s)
    offset = Fraction(0) if wanted is Function.CHANGE else found.offset
    scale = found.scale * (Fraction(str(window_s)) if function == "delta" else 1)
    return _of(term, Recognised(seen, scale, offset), notes)


def _of(term: Term, found: Recognised, notes: tuple[str, ...]) -> Term:
    above = {found.atom: found.scale} | ({ONE: found.offset} if found.offset else {})
    labels = term.labels & frozenset(CATALOGUE[found.atom.metric].labels)
    return replace(term, ratio=Ratio(above), labels=labels, notes=notes)


def _notes(term: Term, found: Recognised, function: str) -> tuple[str, ...]:
    own = {"predict_linear": _FORECAST, "delta": _CHANGE}.get(function, "")
    return tuple(dict.fromkeys(filter(None, (*term.notes, found.note, own))))
