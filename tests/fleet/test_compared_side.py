"""One side of a comparison."""

import math

import numpy as np
import pytest

from fleet.compared_metrics import Together
from fleet.compared_side import NOTHING, PIECES, HostSide, host_side, quantities, standard_error, together
from storage.queries import SeriesPoints
from tests.fleet.compared import SPAN, START, buckets, points
from tests.recorded import key

NAME = "network_receive_bytes_per_second"
GAP_MS = 60_000.0


def side(series: SeriesPoints, how: Together = Together.APART, span: tuple[int, int] = SPAN) -> HostSide:
    (readings,) = quantities([series], how).values()
    return host_side(readings, span, GAP_MS)


def test_interfaces_are_added_up_at_each_moment() -> None:
    found = quantities([points(NAME, [1, 2, 3], interface="a"), points(NAME, [10, 20], interface="b")], Together.SUM)
    assert list(found) == [key(NAME)]
    assert found[key(NAME)].value.tolist() == [11, 22, 3]


def test_of_file_systems_the_fullest_of_each_moment_counts() -> None:
    name = "filesystem_used_percent"
    found = quantities([points(name, [50, 90], mount="/"), points(name, [60, 40], mount="/var")], Together.LARGEST)
    assert found[key(name)].value.tolist() == [60, 90]


def test_checks_are_kept_apart_with_their_names() -> None:
    series = [points("check_seconds", [1], check="a"), points("check_seconds", [2], check="b")]
    assert list(quantities(series, Together.APART)) == [series[0].key, series[1].key]
    assert quantities([], Together.SUM) == {}


def test_a_single_interface_goes_by_the_name_of_all_of_them() -> None:
    assert list(quantities([points(NAME, [1], interface="a")], Together.SUM)) == [key(NAME)]


def test_mean_percentile_and_largest_of_readings_are_exact() -> None:
    values = np.random.default_rng(1).permutation(np.arange(1.0, 721.0))
    found = side(points("load1", values.tolist())).side
    assert (found.mean, found.p95, found.maximum, found.readings) == (360.5, 684.0, 720.0, 720)
    assert found.covered == 1.0


@pytest.mark.parametrize("count", [1, 2, 19, 20, 21, 100, 719])
def test_95_of_100_readings_do_not_exceed_the_percentile(count: int) -> None:
    values = np.random.default_rng(count).normal(size=count)
    p95 = side(points("load1", values.tolist())).side.p95
    assert p95 == np.sort(values)[math.ceil(0.95 * count) - 1]


def test_the_mean_of_equal_readings_is_just_that() -> None:
    found = side(points("load1", [0.1] * 717)).side
    assert found.mean == found.p95 == found.maximum == 0.1


def test_readings_outside_of_the_span_are_left_out() -> None:
    found = side(points("load1", [9.0, 1.0, 2.0], first=-5), span=(START, START + 5_000)).side
    assert (found.mean, found.readings) == (1.0, 1)


def test_a_bucket_that_reaches_over_the_end_is_left_out() -> None:
    series = buckets("load1", [1.0, 2.0, 9.0], [1.0, 2.0, 9.0], [12, 12, 12])
    assert side(series, span=(START, START + 150_000)).side.mean == 1.5
    assert side(series, span=(START + 1, START + 180_000)).side.mean == 5.5


def test_buckets_weigh_as_much_as_they_have_readings() -> None:
    found = side(buckets("load1", [1.0, 4.0], [3.0, 8.0], [30, 10])).side
    assert (found.mean, found.p95, found.maximum, found.readings) == (1.75, 4.0, 8.0, 40)


def test_of_several_interfaces_in_buckets_the_largest_sum_of_means_is_told() -> None:
    series = [buckets(NAME, [1.0, 2.0], [9.0, 2.0], [12, 12], interface=name) for name in ("a", "b")]
    (readings,) = quantities(series, Together.SUM).values()
    assert host_side(readings, SPAN, GAP_MS).side.maximum == 4.0
    assert host_side(readings, SPAN, GAP_MS).side.readings == 24


def test_infinite_readings_are_left_out() -> None:
    found = side(points("load1", [1.0, math.inf, -math.inf, 3.0])).side
    assert (found.mean, found.maximum, found.readings) == (2.0, 3.0, 2)


def test_numbers_too_large_to_be_added_do_no_harm() -> None:
    found = side(points("load1", [1.7e308] * 720))
    assert found.side.mean == 1.7e308
    assert together([found, found]).mean is None
    assert standard_error([found, found]) is None


@pytest.mark.parametrize(
    ("series", "covered"),
    [
        (points("load1", [1.0] * 360), 0.5),
        (points("load1", [1.0] * 360, first=1_800), 0.5),
        (points("load1", [1.0] * 60, step=60), 1.0),
        (points("load1", [1.0] * 30, step=120), 0.0),
        (points("load1", [1.0]), 0.0),
        (buckets("load1", [1.0] * 15, [1.0] * 15, [12] * 15), 0.25),
    ],
    ids=["first half", "second half", "every minute", "too far apart", "one", "buckets"],
)
def test_the_share_of_the_time_with_readings_is_told(series: SeriesPoints, covered: float) -> None:
    assert side(series).side.covered == pytest.approx(covered, abs=0.01)


def test_without_readings_there_is_nothing_to_say() -> None:
    found = host_side(NOTHING, SPAN, GAP_MS)
    assert (found.side.mean, found.side.p95, found.side.maximum, found.side.readings, found.side.covered) == (
        None,
        None,
        None,
        0,
        0.0,
    )
    assert together([]).mean is None
    assert standard_error([]) is None


def test_every_host_weighs_the_same_however_often_it_is_read() -> None:
    often, seldom = side(points("load1", [1.0] * 720)), side(points("load1", [3.0] * 72, step=50))
    both = together([often, seldom])
    assert (both.mean, both.p95, both.maximum, both.readings) == (2.0, 3.0, 3.0, 792)


def test_the_mean_of_a_steady_quantity_does_not_wander() -> None:
    assert standard_error([side(points("load1", [1.0] * 720))]) == pytest.approx(0, abs=1e-12)


def test_how_far_a_mean_wanders_follows_from_the_pieces() -> None:
    values = np.repeat(np.arange(PIECES), 60).astype(float)
    expected = np.arange(PIECES).std(ddof=1) / math.sqrt(PIECES)
    assert standard_error([side(points("load1", values.tolist()))]) == pytest.approx(expected)


def test_what_hosts_have_in_common_is_not_averaged_away_and_what_they_do_not_is() -> None:
    wave = np.repeat(np.arange(PIECES), 60).astype(float)
    one, same, opposite = (side(points("load1", values.tolist())) for values in (wave, wave + 100, -wave))
    assert standard_error([one, same]) == pytest.approx(standard_error([one]))
    assert standard_error([one, opposite]) == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize(
    "series",
    [points("load1", [1.0, 2.0] * 150), points("load1", [1.0] * 11, step=300)],
    ids=["five pieces", "eleven readings"],
)
def test_too_little_tells_nothing(series: SeriesPoints) -> None:
    assert standard_error([side(series)]) is None


def test_a_span_of_one_millisecond_can_be_looked_at() -> None:
    assert side(points("load1", [1.0]), span=(START, START + 1)).side.mean == 1.0
