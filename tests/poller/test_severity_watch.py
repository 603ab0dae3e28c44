"""A host's severity in the poller's log."""

import numpy as np

from alerts.thresholds import Severity
from poller.severity_watch import HOLD, Judged, SeverityWatch, step
from storage.host import Host
from storage.scrape import Cadence, Scrape, Vector
from storage.series import Layout, SeriesKey


def test_one_busy_reading_is_no_news() -> None:
    judged = step(step(Judged(), Severity.CRITICAL), Severity.OK)
    assert judged.severity is Severity.OK


def test_a_severity_counts_once_enough_scrapes_in_a_row_agree() -> None:
    judged = Judged()
    for _ in range(HOLD):
        assert judged.severity is Severity.OK
        judged = step(judged, Severity.WARNING)
    assert judged.severity is Severity.WARNING


def test_flapping_between_two_severities_settles_on_neither() -> None:
    judged = Judged()
    for _ in range(10):
        judged = step(step(judged, Severity.WARNING), Severity.CRITICAL)
    assert judged.severity is Severity.OK


def busy(ts: int, busy_s: float, idle_s: float) -> Scrape:
    layout = Layout(
        (SeriesKey("cpu_seconds_total", (("mode", "user"),)), SeriesKey("cpu_seconds_total", (("mode", "idle"),)))
    )
    vector = Vector(Cadence.FAST, layout, np.array([busy_s, idle_s]))
    return Scrape(host_id=1, ts=ts, session_at=0, vectors=(vector,))


def test_a_host_that_stays_busy_turns_critical_and_one_that_calms_down_turns_ok() -> None:
    watch = SeverityWatch()
    watch.follow([Host(id=1, name="web", address="web", revision=1)])
    said = [watch.take(busy(n * 5000, busy_s=n * 5.0, idle_s=0.0), 5.0) for n in range(5)]
    assert said[-1] is Severity.CRITICAL
    said = [watch.take(busy(25_000 + n * 5000, busy_s=20.0, idle_s=5.0 + n * 5.0), 5.0) for n in range(5)]
    assert said[-1] is Severity.OK


def test_a_counter_that_jumps_across_a_gap_is_not_judged() -> None:
    watch = SeverityWatch()
    watch.take(busy(0, 0.0, 0.0), 5.0)
    for n in range(5):
        said = watch.take(busy(3_600_000 * (n + 1), 3600.0 * (n + 1), 0.0), 5.0)
    assert said is Severity.OK
