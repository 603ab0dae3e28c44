from dataclasses import replace

from fleet.poller_figure_text import figure_lines, poller_name, rate_text
from storage.poller_figures import PollerFigures, PollerTrouble
from storage.pollers import Poller
from storage.quantities import ABSENT

POLLER = Poller("x", "ops-01", 7, "1", 0, 0, None, 41)
FULL = PollerFigures(
    hosts=1000, up=990, connecting=4, blocked=2,
    by_reason={"timeout": 6, "host_key_changed": 2, "of_a_later_version": 1},
    scrapes_total=123_456, scrapes_per_s=198.4, lost_total=12,
    failures_total={"refused": 30, "timeout": 31},
    delay_p50_ms=41.2, delay_p99_ms=1520.0, queue=17, commit_p50_ms=3.21, commit_p99_ms=12.0,
    sealing_lag_s=75.0, spool_rows=1200, spool_bytes=3_565_158, memory_bytes=64 * 2**20, cpu_s=95.0, cpu_percent=4.26,
    open_files=1044, workers=2,
)  # fmt: skip


def values(figures: PollerFigures) -> dict[str, str]:
    return {line.label: line.value for line in figure_lines(figures)}


def test_every_figure_has_its_unit() -> None:
    thin = "\N{NARROW NO-BREAK SPACE}"
    assert values(FULL) == {
        "Hosts": f"990 of 1{thin}000 up · 4 connecting · 2 blocked",
        "Not up": "no answer in time 6 · host key changed 2 · of_a_later_version 1",
        "Readings": f"198/s · 123{thin}456 since the start",
        "Delay": "41 ms · 99% within 1.5 s",
        "Waiting in memory": "17",
        "Commit": "3.2 ms · 99% within 12 ms",
        "Sealing behind by": "1 min 15 s",
        "Waiting on disk": f"1{thin}200 · 3.4 MiB",
        "Given up": "12",
        "Memory": "64.0 MiB",
        "CPU": "4.3% of a core · 1 min 35 s since the start",
        "Open files": f"1{thin}044",
        "Worker processes": "2",
        "Failures so far": "no answer in time 31 · connection refused 30",
    }


def test_what_is_not_known_is_a_dash_and_what_there_is_none_of_is_left_out() -> None:
    said = values(PollerFigures())
    assert said["Delay"] == said["Commit"] == said["Memory"] == said["Sealing behind by"] == ABSENT
    assert said["Readings"] == f"{ABSENT} · 0 since the start"
    assert said["Waiting on disk"] == "0"
    assert {"Not up", "Failures so far", "Worker processes"}.isdisjoint(said)


def test_the_figure_behind_a_trouble_is_marked() -> None:
    for trouble, label in {
        PollerTrouble.QUEUE_LONG: "Waiting in memory",
        PollerTrouble.SPOOL_IN_USE: "Waiting on disk",
        PollerTrouble.SEALING_BEHIND: "Sealing behind by",
        PollerTrouble.DELAY_HIGH: "Delay",
        PollerTrouble.READINGS_LOST: "Given up",
        PollerTrouble.WORKERS_DEAD: "Worker processes",
    }.items():
        bad = [line.label for line in figure_lines(PollerFigures(troubles=(trouble,))) if line.is_bad]
        assert bad == [label]


def test_of_many_reasons_only_the_most_frequent_are_named() -> None:
    reasons = {f"r{place}": place for place in range(1, 10)}
    assert values(PollerFigures(by_reason=reasons))["Not up"] == "r9 9 · r8 8 · r7 7 · r6 6 · r5 5 · r4 4 · other 6"


def test_a_poller_is_named_with_its_process_and_nothing_in_its_name_reaches_the_screen_as_such() -> None:
    assert poller_name(POLLER) == "ops-01, process 7"
    assert poller_name(replace(POLLER, name="ops-01")) == "ops-01, process 7"
    assert poller_name(replace(POLLER, name="east")) == "east on ops-01, process 7"
    assert "\x1b" not in poller_name(replace(POLLER, name="e\x1b[31m"))


def test_a_rate_has_one_digit_more_only_while_it_is_small() -> None:
    assert [rate_text(rate) for rate in (None, 0.0, 4.84, 1999.6)] == [ABSENT, "0.0/s", "4.8/s", "2\u202f000/s"]
