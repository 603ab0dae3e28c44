"""A host's severity in the poller's log."""

import numpy as np
from msgspec.structs import replace

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


CPU = Layout(tuple(SeriesKey("cpu_seconds_total", (("mode", mode),)) for mode in ("user", "idle")))


def busy(ts: int, busy_s: float, idle_s: float) -> Scrape:
    vector = Vector(Cadence.FAST, CPU, np.array([busy_s, idle_s]))
    return Scrape(host_id=1, ts=ts, session_at=0, vectors=(vector,))


def judged(watch: SeverityWatch, *scrapes: Scrape) -> Severity:
    for scrape in scrapes:
        watch.take(scrape, 5.0)
        watch.judge()
    return watch.severity(1)


def test_a_host_that_stays_busy_turns_critical_and_one_that_calms_down_turns_ok() -> None:
    watch = SeverityWatch()
    watch.follow([Host(id=1, name="web", address="web", revision=1)])
    busy_ones = (busy(n * 5000, busy_s=n * 5.0, idle_s=0.0) for n in range(5))
    assert judged(watch, *busy_ones) is Severity.CRITICAL
    calm_ones = (busy(25_000 + n * 5000, busy_s=20.0, idle_s=5.0 + n * 5.0) for n in range(5))
    assert judged(watch, *calm_ones) is Severity.OK


def test_a_counter_that_jumps_across_a_gap_is_not_judged() -> None:
    hourly = (busy(3_600_000 * n, 3600.0 * n, 0.0) for n in range(6))
    assert judged(SeverityWatch(), *hourly) is Severity.OK


def test_a_full_disk_makes_a_host_critical_though_it_is_read_only_every_half_minute() -> None:
    mount = (("mount", "/"),)
    names = ("filesystem_size_bytes", "filesystem_free_bytes", "filesystem_available_bytes")
    full = Vector(Cadence.SLOW, Layout(tuple(SeriesKey(name, mount) for name in names)), np.array([100.0, 1.0, 1.0]))
    scrapes = [busy(n * 5000, busy_s=0.0, idle_s=n * 5.0) for n in range(5)]
    scrapes[0] = replace(scrapes[0], vectors=(*scrapes[0].vectors, full))
    assert judged(SeverityWatch(), *scrapes) is Severity.CRITICAL


def test_hosts_of_one_layout_are_judged_together_and_not_mixed_up() -> None:
    watch = SeverityWatch()
    for n in range(5):
        watch.take(busy(n * 5000, busy_s=n * 5.0, idle_s=0.0), 5.0)
        watch.take(replace(busy(n * 5000, busy_s=0.0, idle_s=n * 5.0), host_id=2), 5.0)
        watch.judge()
    assert watch.severity(1) is Severity.CRITICAL
    assert watch.severity(2) is Severity.OK
