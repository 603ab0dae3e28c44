"""The poller's own metrics in Prometheus's text format, made of its figures."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector

from poller.alerting.alert_figures import AlertFigures
from poller.health.distribution import Buckets
from poller.health.exposed import Exposed
from storage.poller_figures import PollerFigures, PollerHealth, PollerTrouble
from storage.reason import Reason

PREFIX = "watchpost_poller_"


@dataclass(frozen=True, slots=True)
class _One:
    """One number: the end of its name, whether it counts up, and what it means."""

    name: str
    is_counter: bool
    help: str


_NUMBERS: Mapping[str, _One] = {
    "hosts": _One("hosts", False, "Hosts that this poller reads."),
    "up": _One("hosts_up", False, "Hosts with a session that brings readings."),
    "connecting": _One("hosts_connecting", False, "Hosts that are being connected to, or wait for their turn."),
    "blocked": _One("hosts_blocked", False, "Hosts that wait for a person."),
    "scrapes_total": _One("scrapes_total", True, "Readings that arrived."),
    "stored_total": _One("stored_scrapes_total", True, "Readings that were committed."),
    "lost_total": _One("lost_total", True, "Readings and states that were given up."),
    "queue": _One("queue_length", False, "Readings and states that wait in memory."),
    "spool_rows": _One("spool_rows", False, "Readings and states that wait on the disk."),
    "spool_bytes": _One("spool_bytes", False, "What waits on the disk takes so much of it."),
    "sealing_lag_s": _One("sealing_lag_seconds", False, "For how long the oldest thing not sealed has been due."),
    "memory_bytes": _One("resident_memory_bytes", False, "Memory of all processes of the poller."),
    "cpu_s": _One("cpu_seconds_total", True, "CPU time of all processes of the poller."),
    "open_files": _One("open_files", False, "Descriptors in use by all processes of the poller."),
    "workers": _One("workers", False, "Processes that carry sessions; 0 where the poller's own does."),
    "epoch": _One("lease_epoch", False, "Grows whenever hosts were taken from this poller."),
    "is_leader": _One("leader", False, "Whether it does what only one poller of a database may: 1 or 0."),
}
"""By the fields of PollerFigures."""


def form_of(accepted: str) -> str:
    """The content type for a request's `Accept`: OpenMetrics where it asks for that, else Prometheus's own."""
    return str(choose_encoder(accepted)[1])


def exposition(exposed: Exposed, accepted: str = "") -> bytes:
    """The text, in the form of `form_of`."""
    # Of its own: the library's default one would tell of this process alone, and of the garbage collector.
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Told(exposed))
    return choose_encoder(accepted)[0](registry)


class _Told(Collector):
    def __init__(self, exposed: Exposed) -> None:
        self._exposed = exposed

    def describe(self) -> list[Metric]:
        """Nothing: that it is unique needs no proof."""
        return []

    def collect(self) -> Iterator[Metric]:
        exposed, figures = self._exposed, self._exposed.figures
        yield _labelled("build_info", "The program.", "version", {exposed.version: 1})
        yield _number(
            _One("start_time_seconds", False, "When it started, in seconds since 1970."), exposed.started_at_s
        )
        is_ready = figures.health in {PollerHealth.READY, PollerHealth.DEGRADED}
        yield _number(_One("ready", False, "Whether it does its work: 1 or 0."), is_ready)
        troubles = {trouble.value: int(trouble in figures.troubles) for trouble in PollerTrouble}
        yield _labelled("trouble", "Whether something is not as it should be: 1 or 0.", "trouble", troubles)
        for field, one in _NUMBERS.items():
            value = getattr(figures, field)
            if value is not None:
                yield _number(one, value)
        failing = {reason.value: figures.by_reason.get(reason.value, 0) for reason in Reason}
        yield _labelled("hosts_failing", "Hosts that are not up now, by reason.", "reason", failing)
        yield _failures(figures)
        yield from _alerts(exposed.alerts)
        yield _histogram("delay_seconds", "From the reading on the host to the commit.", exposed.delay)
        yield _histogram("commit_seconds", "How long the recorder's transactions take.", exposed.commit)


def _number(one: _One, value: float) -> Metric:
    if one.is_counter:
        return CounterMetricFamily(PREFIX + one.name, one.help, value=value)
    return GaugeMetricFamily(PREFIX + one.name, one.help, value=float(value))


def _labelled(name: str, text: str, label: str, values: Mapping[str, int]) -> Metric:
    family = GaugeMetricFamily(PREFIX + name, text, labels=[label])
    for word, value in values.items():
        family.add_metric([word], value)
    return family


def _failures(figures: PollerFigures) -> Metric:
    """Each reason from the start on, so that the first failure shows as a growth."""
    family = CounterMetricFamily(
        f"{PREFIX}host_failures_total",
        "Tries to reach a host that failed and sessions that ended by a failure, by reason.",
        labels=["reason"],
    )
    for reason in Reason:
        family.add_metric([reason.value], figures.failures_total.get(reason.value, 0))
    return family


def _alerts(alerts: AlertFigures) -> Iterator[Metric]:
    firing = {"warning": alerts.warnings, "critical": alerts.criticals}
    yield _labelled("alerts_firing", "Alerts that fire on these hosts, by severity.", "severity", firing)
    yield _number(_One("alert_changes_waiting", False, "Changes of alerts that are not written yet."), alerts.waiting)
    yield _number(_One("alert_changes_lost_total", True, "Changes of alerts that were given up."), alerts.lost)
    text = "CPU time for which readings were held against rules."
    yield _number(_One("evaluation_seconds_total", True, text), alerts.evaluation_s)


def _histogram(name: str, text: str, buckets: Buckets) -> Metric:
    counted, upper = [], 0
    for bound, count in zip((*buckets.bounds, None), buckets.counts, strict=True):
        upper += count
        counted.append(("+Inf" if bound is None else repr(bound), upper))
    family = HistogramMetricFamily(PREFIX + name, text)
    family.add_metric([], counted, buckets.total_s)
    return family
