"""Which announced series are kept."""

import pytest

from poller.stream.layout_choice import SERIES_LIMIT, BadLayoutError, choose_series
from storage.scrape import Cadence
from storage.series import SeriesKey


def kept(*rows: list[str], cadence: Cadence = Cadence.FAST) -> tuple[SeriesKey, ...]:
    return choose_series(list(rows), cadence).layout.series


def test_what_the_catalogue_knows_is_kept_in_order() -> None:
    wire = choose_series([["load1"], ["cpu_seconds_total", "mode", "user"]], Cadence.FAST)
    assert wire.layout.series == (SeriesKey("load1"), SeriesKey("cpu_seconds_total", (("mode", "user"),)))
    assert wire.kept is None
    assert wire.counters.tolist() == [False, True]


@pytest.mark.parametrize(
    "row",
    [
        ["unheard_of"],
        ["cpu_usage_percent"],
        ["load1", "cpu", "0"],
        ["cpu_seconds_total"],
        ["cpu_seconds_total", "cpu", "0"],
        ["boot_time_seconds"],
    ],
    ids=["unknown", "derived", "label too many", "label missing", "another label", "of another group"],
)
def test_a_series_that_is_not_as_the_catalogue_has_it_is_left_out(row: list[str]) -> None:
    wire = choose_series([["load1"], row, ["load5"]], Cadence.FAST)
    assert [str(key) for key in wire.layout.series] == ["load1", "load5"]
    assert wire.sent == 3
    assert wire.kept is not None
    assert wire.kept.tolist() == [0, 2]


def test_a_series_announced_twice_counts_once() -> None:
    assert kept(["load1"], ["load1"]) == (SeriesKey("load1"),)


def test_labels_are_made_harmless_and_short() -> None:
    key, _ = kept(["filesystem_size_bytes", "mount", "/mnt/\x1b[31m" + "a" * 999], cadence=Cadence.SLOW)
    ((_, mount),) = key.labels
    assert mount.startswith("/mnt/\ufffd[31m")
    assert len(mount) == 255


@pytest.mark.parametrize(
    "rows", [[["load1"]] * (SERIES_LIMIT + 1), [[]], [["load1", "x"]]], ids=["too many", "no name", "half a pair"]
)
def test_a_layout_that_no_probe_sends_is_refused(rows: list[list[str]]) -> None:
    with pytest.raises(BadLayoutError):
        choose_series(rows, Cadence.FAST)


def test_a_layout_may_be_as_long_as_the_limit() -> None:
    rows = [["cpu_core_idle_seconds_total", "cpu", str(cpu)] for cpu in range(SERIES_LIMIT)]
    assert len(choose_series(rows, Cadence.FAST).layout.series) == SERIES_LIMIT


def test_numbers_of_a_persons_own_keep_the_check_and_the_series_they_are_of() -> None:
    own = ["custom_total", "check", "api", "series", 'requests_total{code="200"}']
    keys = kept(own, ["custom", "series", "x", "check", "api"], ["unit_up", "unit", "ssh"], cadence=Cadence.CHECKS)
    assert [str(key) for key in keys] == [
        'custom_total{check="api",series="requests_total{code=\\"200\\"}"}',
        'unit_up{unit="ssh"}',
    ]


def test_the_skew_of_the_clock_stands_last_in_the_slow_group_and_is_not_the_hosts_to_tell() -> None:
    wire = choose_series([["clock_skew_seconds"], ["boot_time_seconds"]], Cadence.SLOW)
    assert [key.name for key in wire.layout.series] == ["boot_time_seconds", "clock_skew_seconds"]
    assert (wire.sent, len(wire.counters)) == (2, 2)


def test_machines_that_differ_share_what_they_have_in_common() -> None:
    common = ["network_receive_bytes_total", "interface", "only here"]
    (small,) = kept(common)
    large = kept(common, ["load5"])
    assert large[0] is small
