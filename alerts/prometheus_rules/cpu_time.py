"""CPU time by core and mode, as node_exporter counts it, turned into shares of all CPU time. Pure."""

from dataclasses import replace
from fractions import Fraction

from alerts.prometheus_rules.known_names import RAW_CPU
from alerts.prometheus_rules.ratio import ONE, Atom, Linear, Ratio
from alerts.prometheus_rules.refusal import Reason, UnmappedError
from alerts.rules.matchers import Matcher, Operator, matches
from storage.formulas import CPU_CORE_USAGE, CPU_MODE_SHARE, CPU_USAGE, IDLE_MODES, WHOLE_CPU_MODES

SHARE = "share of CPU time"
"""The mean over the cores."""
CORES_BUSY = "cores' worth of CPU time"
"""The sum over the cores."""
CORES = "cores"
"""How many there are."""
EACH_CORE = "each core"
"""Whatever was counted of it; only good for counting cores."""
CPU_LABELS = frozenset({"cpu", "mode"})
_NAMES = frozenset({RAW_CPU, SHARE, CORES_BUSY, CORES, EACH_CORE})
_IOWAIT = "Here a core that waits for a disk counts as idle."


def is_cpu_time(atom: Atom) -> bool:
    """Whether it is one of those that only this module knows."""
    return atom.metric in _NAMES


def modes_of(atom: Atom) -> frozenset[str]:
    """The modes that its matchers choose."""
    of_mode = [matcher for matcher in atom.matchers if matcher.label == "mode"]
    return frozenset(mode for mode in WHOLE_CPU_MODES if matches(of_mode, {"mode": mode}))


def aggregated(atom: Atom, labels: frozenset[str], kept: frozenset[str], operator: str) -> tuple[Atom, frozenset[str]]:
    """What `avg`, `sum` or `count` makes of it, and the labels that are left.

    Args:
        atom: one of this module's.
        labels: those of `cpu` and `mode` that its series still have.
        kept: those of them that the aggregation keeps.
        operator: of the aggregation.

    Raises:
        UnmappedError: it gives nothing that is measured.
    """
    lost, left = labels - kept, labels & kept
    if not lost:
        return atom, labels
    single = len(modes_of(atom)) == 1
    if operator == "count":
        return _counted(atom, lost, left)
    of_all_cores = "cpu" not in lost or not _on_cores(atom)
    if operator == "sum" and atom.metric in (RAW_CPU, SHARE) and of_all_cores:
        return replace(atom, metric=CORES_BUSY if "cpu" in lost else atom.metric), left
    if operator == "avg" and atom.metric == RAW_CPU and of_all_cores and (single or "mode" not in lost):
        return replace(atom, metric=SHARE if "cpu" in lost else RAW_CPU), left
    if operator in ("max", "min") and lost == {"mode"} and single:
        return atom, left
    raise _nothing(operator, lost)


def _counted(atom: Atom, lost: frozenset[str], left: frozenset[str]) -> tuple[Atom, frozenset[str]]:
    """Cores are counted by one mode of each, or by each one of them that was counted before."""
    if not _on_cores(atom):
        if atom.metric == RAW_CPU and left == {"cpu"}:
            return replace(atom, metric=EACH_CORE), left
        if atom.metric == EACH_CORE or (atom.metric == RAW_CPU and not left and len(modes_of(atom)) == 1):
            return replace(atom, metric=CORES), left
    raise _nothing("count", lost)


def _nothing(operator: str, lost: frozenset[str]) -> UnmappedError:
    return UnmappedError(
        Reason.OVER_SERIES,
        f"“{operator}” over {' and '.join(sorted(lost))} of CPU time is nothing that is measured here.",
        hint="avg by (instance) of one mode is: cpu_mode_percent; and of all but idle: cpu_usage_percent.",
    )


def quotient(above: Ratio, below: Ratio) -> Ratio | None:
    """Cores' worth of time over the number of cores, or over that of all modes, as a share; None for anything else."""
    upper, lower = above.alone, below.alone
    if upper is None or lower is None or upper[0].metric != CORES_BUSY:
        return None
    whole = lower[0].metric == CORES_BUSY and modes_of(lower[0]) == WHOLE_CPU_MODES
    same = replace(lower[0], metric=CORES_BUSY, matchers=upper[0].matchers) == upper[0]
    if lower[0].metric == CORES or (whole and same):
        return Ratio({replace(upper[0], metric=SHARE): upper[1] / lower[1]})
    return None


def without_cpu_time(ratio: Ratio, labels: frozenset[str]) -> tuple[Ratio, str]:
    """The same in metrics of the catalogue, and what is not quite the same.

    Raises:
        UnmappedError: it is a share that is not measured.
    """
    if any(atom.metric in (CORES, EACH_CORE) for atom in (*ratio.above, *ratio.below)):
        raise UnmappedError(Reason.NO_SUCH_ARITHMETIC, "The number of cores is no metric here.")
    if any(is_cpu_time(atom) for atom in ratio.below):
        raise _unmeasured()
    above: dict[Atom, Fraction] = {}
    note = ""
    for atom, count in ratio.above.items():
        parts: Linear = {atom: Fraction(1)}
        if is_cpu_time(atom):
            parts, note = _measured(atom, labels & CPU_LABELS)
        for part, times in parts.items():
            # The number 1 is one below the line as well as above it.
            if part == ONE and ratio.below != {ONE: ratio.below.get(ONE)}:
                raise _unmeasured()
            above[part] = above.get(part, Fraction(0)) + times * count
    return Ratio({atom: count for atom, count in above.items() if count}, ratio.below), note


def _measured(atom: Atom, labels: frozenset[str]) -> tuple[Linear, str]:
    if not atom.grown:
        raise UnmappedError(
            Reason.NO_SUCH_ARITHMETIC, "CPU time since boot says nothing by itself.", hint="Put it into rate()."
        )
    modes = modes_of(atom)
    known = replace(atom, grown=False)
    percent = Fraction(1, 100)
    if atom.metric == RAW_CPU:
        return _of_a_core(known, modes, labels)
    if atom.metric != SHARE:
        raise UnmappedError(
            Reason.NO_SUCH_ARITHMETIC,
            "It compares cores' worth of CPU time, and here it is a share of all cores.",
            hint="Use avg by (instance) instead of sum, or divide by the number of cores.",
        )
    if "mode" in labels:
        return {replace(known, metric=CPU_MODE_SHARE): percent}, ""
    rest = WHOLE_CPU_MODES - modes
    usage, one = replace(known, metric=CPU_USAGE, matchers=()), Fraction(1)
    if len(modes) == 1:
        return {_of_mode(known, modes): percent}, ""
    if len(rest) == 1:
        return {ONE: one, _of_mode(known, rest): -percent}, ""
    if rest == IDLE_MODES:
        return {usage: percent}, ""
    if modes == IDLE_MODES:
        return {ONE: one, usage: -percent}, ""
    raise _unmeasured()


def _of_a_core(atom: Atom, modes: frozenset[str], labels: frozenset[str]) -> tuple[Linear, str]:
    if "mode" in labels and len(modes) > 1:
        raise _unmeasured()
    usage = replace(atom, metric=CPU_CORE_USAGE, matchers=_on_cores(atom))
    if modes in (frozenset({"idle"}), IDLE_MODES):
        return {ONE: Fraction(1), usage: Fraction(-1, 100)}, _IOWAIT if modes != IDLE_MODES else ""
    if modes in (WHOLE_CPU_MODES - {"idle"}, WHOLE_CPU_MODES - IDLE_MODES):
        return {usage: Fraction(1, 100)}, _IOWAIT if "iowait" in modes else ""
    raise _unmeasured()


def _on_cores(atom: Atom) -> tuple[Matcher, ...]:
    return tuple(matcher for matcher in atom.matchers if matcher.label == "cpu")


def _of_mode(atom: Atom, modes: frozenset[str]) -> Atom:
    (mode,) = modes
    return replace(atom, metric=CPU_MODE_SHARE, matchers=(Matcher("mode", Operator.EQUAL, mode),))


def _unmeasured() -> UnmappedError:
    return UnmappedError(
        Reason.NO_SUCH_ARITHMETIC,
        "This share of CPU time is no metric here.",
        hint="There are cpu_usage_percent, cpu_mode_percent of each mode, and cpu_core_usage_percent.",
    )
