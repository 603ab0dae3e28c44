"""Rates and percentages from stored values."""

import math
from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from storage.catalogue import CATALOGUE, Kind, Unit
from storage.derive import STEP_BACK_S, Deriver, deriver_for, elapsed, longest_gap_s
from storage.scrape import Cadence
from storage.series import Layout, SeriesKey
from tests.recorded import cpu, key, whole_catalogue

Values = Mapping[SeriesKey, float]


def derive(before: Values, after: Values, elapsed_s: float = 5.0) -> dict[SeriesKey, float]:
    """What is derived from two readings of the same series."""
    deriver = Deriver(Layout(tuple(after)))
    found = deriver.compute(np.array([elapsed_s]), np.array([list(before.values()), list(after.values())]))
    return dict(zip(deriver.series, found[0].tolist(), strict=True))


def alone(reading: Values) -> dict[SeriesKey, float]:
    """What is derived from a single reading."""
    deriver = Deriver(Layout(tuple(reading)))
    found = deriver.rows(np.empty(0), np.array([list(reading.values())]))
    return dict(zip(deriver.series, found[0].tolist(), strict=True))


def grow(counters: Values) -> dict[SeriesKey, float]:
    """What is derived over 5 s in which counters grow from 100 by these amounts."""
    return derive(dict.fromkeys(counters, 100.0), {series: 100.0 + value for series, value in counters.items()})


def network(**growth: float) -> dict[SeriesKey, float]:
    names = ("receive_packets", "transmit_packets", "receive_errors", "transmit_errors")
    return {key(f"network_{name}_total", interface="eth0"): growth.get(name, 0.0) for name in names}


def disk(**growth: float) -> dict[SeriesKey, float]:
    names = ("read_seconds", "write_seconds", "reads", "writes", "busy_seconds")
    return {key(f"disk_{name}_total", device="sda"): growth.get(name, 0.0) for name in names}


def test_a_counter_gives_its_growth_by_the_second() -> None:
    found = grow({key("network_receive_bytes_total", interface="eth0"): 5_000.0})
    assert found == {key("network_receive_bytes_per_second", interface="eth0"): 1_000.0}


def test_cpu_usage_is_everything_but_idle_and_iowait() -> None:
    found = grow(cpu(user=2, nice=1, system=1, idle=10, iowait=4, irq=0.5, softirq=0.5, steal=1))
    assert found[key("cpu_usage_percent")] == pytest.approx(30)
    assert found[key("cpu_mode_percent", mode="user")] == pytest.approx(10)
    assert found[key("cpu_mode_percent", mode="iowait")] == pytest.approx(20)


def test_guest_time_is_not_counted_twice() -> None:
    found = grow(cpu(user=5, idle=5, guest=4, guest_nice=0))
    assert found[key("cpu_usage_percent")] == pytest.approx(50)
    assert found[key("cpu_mode_percent", mode="guest")] == pytest.approx(40)


def test_cpu_usage_works_with_the_few_modes_that_other_systems_have() -> None:
    assert grow(cpu(user=1, nice=0, system=1, idle=8))[key("cpu_usage_percent")] == pytest.approx(20)


def test_cpu_usage_needs_idle_time() -> None:
    assert grow(cpu(user=1, system=1)) == {}


@pytest.mark.parametrize("mode", ["idle", "iowait"])
def test_a_small_step_back_of_idle_time_counts_as_no_idle_time(mode: str) -> None:
    modes = cpu(user=5.0, idle=0.0, iowait=0.0) | cpu(**{mode: -0.02})
    assert grow(modes)[key("cpu_usage_percent")] == 100
    assert grow(modes)[key("cpu_mode_percent", mode=mode)] == 0


def test_a_large_step_back_of_idle_time_is_a_reset() -> None:
    assert math.isnan(grow(cpu(user=5.0, idle=-STEP_BACK_S - 1))[key("cpu_usage_percent")])


def test_a_small_step_back_of_any_other_mode_is_a_reset() -> None:
    assert math.isnan(grow(cpu(user=-0.01, idle=5.0))[key("cpu_usage_percent")])


def test_cpu_time_that_stands_still_gives_no_usage() -> None:
    assert math.isnan(grow(cpu(user=0, idle=0))[key("cpu_usage_percent")])


def test_each_core_has_its_own_usage() -> None:
    found = grow(
        {
            key("cpu_core_busy_seconds_total", cpu="0"): 4.0,
            key("cpu_core_idle_seconds_total", cpu="0"): 1.0,
            key("cpu_core_busy_seconds_total", cpu="1"): 1.0,
            key("cpu_core_idle_seconds_total", cpu="1"): -0.01,
        }
    )
    assert found[key("cpu_core_usage_percent", cpu="0")] == pytest.approx(80)
    assert found[key("cpu_core_usage_percent", cpu="1")] == 100


def test_await_is_the_mean_time_of_reads_and_writes() -> None:
    found = grow(disk(read_seconds=0.3, write_seconds=0.5, reads=10, writes=30))
    assert found[key("disk_await_seconds", device="sda")] == pytest.approx(0.02)


def test_await_without_reads_and_writes_is_0() -> None:
    assert grow(disk())[key("disk_await_seconds", device="sda")] == 0


def test_await_is_absent_where_the_times_were_reset_although_nothing_moved() -> None:
    assert math.isnan(grow(disk(read_seconds=-1))[key("disk_await_seconds", device="sda")])


def test_a_disk_is_never_busier_than_all_the_time() -> None:
    assert grow(disk(busy_seconds=2.5))[key("disk_busy_percent", device="sda")] == pytest.approx(50)
    assert grow(disk(busy_seconds=5.2))[key("disk_busy_percent", device="sda")] == 100


def test_network_errors_are_a_share_of_all_packets_good_or_bad() -> None:
    found = grow(network(receive_packets=70, transmit_packets=25, receive_errors=4, transmit_errors=1))
    assert found[key("network_error_percent", interface="eth0")] == pytest.approx(5)


def test_a_link_on_which_every_packet_breaks_has_100_percent_errors() -> None:
    assert grow(network(receive_errors=7))[key("network_error_percent", interface="eth0")] == 100


def test_a_link_without_traffic_has_no_errors() -> None:
    assert grow(network())[key("network_error_percent", interface="eth0")] == 0


@pytest.mark.parametrize(("speed", "used"), [(1_000.0, 40.0), (math.nan, math.nan), (0.0, math.nan)])
def test_bandwidth_used_is_that_of_the_busier_direction(speed: float, used: float) -> None:
    before = {
        key("network_receive_bytes_total", interface="eth0"): 0.0,
        key("network_transmit_bytes_total", interface="eth0"): 0.0,
        key("network_speed_bytes", interface="eth0"): speed,
    }
    after = dict(zip(before, (500.0, 2_000.0, speed), strict=True))
    found = derive(before, after)[key("network_bandwidth_used_percent", interface="eth0")]
    assert found == pytest.approx(used, nan_ok=True)


def test_used_memory_is_total_less_available() -> None:
    found = alone({key("memory_total_bytes"): 1_000.0, key("memory_available_bytes"): 250.0})
    assert found == {key("memory_used_bytes"): 750.0, key("memory_used_percent"): 75.0}


def test_a_host_without_swap_uses_none_of_it() -> None:
    found = alone({key("swap_total_bytes"): 0.0, key("swap_free_bytes"): 0.0})
    assert set(found) == {key("swap_used_bytes"), key("swap_used_percent")}
    assert all(math.isnan(value) for value in found.values())


def filesystem(size: float, free: float, available: float, inodes: float, inodes_free: float) -> dict[SeriesKey, float]:
    names = ("size_bytes", "free_bytes", "available_bytes", "inodes", "inodes_free")
    values = (size, free, available, inodes, inodes_free)
    return {key(f"filesystem_{name}", mount="/"): value for name, value in zip(names, values, strict=True)}


def test_a_file_system_is_as_full_as_df_says() -> None:
    found = alone(filesystem(size=1_000, free=400, available=350, inodes=100, inodes_free=25))
    assert found[key("filesystem_used_bytes", mount="/")] == 600
    assert found[key("filesystem_used_percent", mount="/")] == pytest.approx(100 * 600 / 950)
    assert found[key("filesystem_inodes_used_percent", mount="/")] == 75


def test_a_file_system_without_an_inode_limit_uses_none_of_it() -> None:
    found = alone(filesystem(size=1_000, free=400, available=350, inodes=0, inodes_free=0))
    assert math.isnan(found[key("filesystem_inodes_used_percent", mount="/")])


def test_the_first_reading_has_percentages_of_gauges_but_no_rates() -> None:
    layout = Layout((key("memory_total_bytes"), key("memory_available_bytes"), key("interrupts_total")))
    deriver = Deriver(layout)
    found = deriver.rows(np.array([5.0]), np.array([[100.0, 50.0, 0.0], [100.0, 20.0, 10.0]]))
    columns = dict(zip(deriver.series, found.T.tolist(), strict=True))
    assert columns[key("memory_used_percent")] == [50.0, 80.0]
    assert columns[key("interrupts_per_second")] == pytest.approx([math.nan, 2.0], nan_ok=True)


def test_no_readings_give_no_rows() -> None:
    deriver = Deriver(whole_catalogue())
    nothing = np.empty((0, len(whole_catalogue().series)))
    assert deriver.rows(np.empty(0), nothing).shape == (0, len(deriver.series))


def test_a_layout_that_allows_nothing_gives_empty_rows() -> None:
    assert Deriver(Layout((key("load1"),))).rows(np.array([5.0]), np.ones((2, 1))).shape == (2, 0)


def test_a_metric_alone_has_the_values_it_has_among_all() -> None:
    layout = whole_catalogue()
    values = np.cumsum(np.random.default_rng(7).random((5, len(layout.series))), axis=0)
    spans = np.full(4, 5.0)
    everything = dict(zip(Deriver(layout).series, Deriver(layout).rows(spans, values).T, strict=True))
    for metric in (name for name, entry in CATALOGUE.items() if entry.kind is Kind.DERIVED):
        deriver = Deriver(layout, metric)
        for series, column in zip(deriver.series, deriver.rows(spans, values).T, strict=True):
            np.testing.assert_array_equal(column, everything[series])


def test_many_hosts_at_once_have_the_values_they_have_alone() -> None:
    layout = whole_catalogue()
    deriver = deriver_for(layout)
    before = np.random.default_rng(3).random((8, len(layout.series)))
    after = before + np.random.default_rng(4).random(before.shape) - 0.1
    spans = np.array([5.0, 1.0, np.nan, 60.0, 5.0, 5.0, 0.5, 2.0])
    together = deriver.between(spans, before, after)
    for host in range(8):
        single = deriver.compute(spans[host : host + 1], np.stack((before[host], after[host])))
        np.testing.assert_array_equal(single[0], together[host])


def test_layouts_of_the_same_content_share_one_deriver() -> None:
    assert deriver_for(whole_catalogue()) is deriver_for(Layout.parse(whole_catalogue().content))


def test_a_rate_beyond_what_a_float_can_hold_is_no_value() -> None:
    found = derive({key("interrupts_total"): 0.0}, {key("interrupts_total"): 1.7e308}, elapsed_s=0.001)
    assert math.isnan(found[key("interrupts_per_second")])


def test_cpu_times_whose_sum_a_float_cannot_hold_give_nothing_infinite() -> None:
    found = derive(cpu(user=0, nice=0, idle=0), cpu(user=1.7e308, nice=1.7e308, idle=1.7e308))
    assert not any(math.isinf(value) for value in found.values())


@pytest.mark.parametrize("next_ts", [0, -5_000, 61_000])
def test_no_time_a_step_back_and_a_long_gap_give_no_span(next_ts: int) -> None:
    assert np.isnan(elapsed(np.array([0, next_ts]), np.array([7, 7]), 60.0)).all()


def test_a_span_ends_where_its_session_ends() -> None:
    spans = elapsed(np.array([0, 5_000, 10_000, 15_500]), np.array([1, 1, 2, 2]), 60.0)
    np.testing.assert_array_equal(spans, [5.0, np.nan, 5.5])


def test_a_host_that_is_read_rarely_may_have_longer_spans() -> None:
    assert longest_gap_s(5.0) == 60.0
    assert longest_gap_s(300.0) == 900.0


WHOLE = whole_catalogue(Cadence.FAST)
COUNTERS = [index for index, series in enumerate(WHOLE.series) if CATALOGUE[series.name].kind is Kind.COUNTER]
STEPS = st.sampled_from([0.0, 0.01, 1.0, 250.0, 1e9, -0.01, -2.0, -1e6, math.nan])
ROWS = st.lists(st.lists(STEPS, min_size=len(WHOLE.series), max_size=len(WHOLE.series)), min_size=2, max_size=6)
SPANS = st.sampled_from([0, 1, 1_000, 5_000, 60_000, 60_001, 10**9])


def walk(steps: list[list[float]]) -> NDArray[np.float64]:
    """Values that move by these steps; an absent one comes back where it was."""
    array = np.array(steps)
    values = 1e7 + np.cumsum(np.nan_to_num(array), axis=0)
    values[np.isnan(array)] = np.nan
    return values


@settings(deadline=None)
@given(
    steps=ROWS, spans=st.lists(SPANS, min_size=5, max_size=5), sessions=st.lists(st.booleans(), min_size=6, max_size=6)
)
def test_resets_gaps_and_absent_values_never_give_a_negative_rate_or_a_spike(
    steps: list[list[float]], spans: list[int], sessions: list[bool]
) -> None:
    values = walk(steps)
    ts = np.cumsum([0, *spans])[: len(values)]
    seconds = elapsed(ts, np.cumsum(sessions)[: len(values)], 60.0)
    deriver = deriver_for(WHOLE)
    found = deriver.compute(seconds, values)
    assert not (found < 0).any()
    assert not np.isinf(found).any()
    for series, column in zip(deriver.series, found.T, strict=True):
        if CATALOGUE[series.name].unit is Unit.PERCENT and series.name != "network_bandwidth_used_percent":
            assert not (column > 100).any()
    columns = dict(zip(deriver.series, found.T, strict=True))
    for index in COUNTERS:
        rate = columns.get(
            key(WHOLE.series[index].name.replace("_total", "_per_second"), **dict(WHOLE.series[index].labels))
        )
        if rate is not None:
            growth = np.diff(values[:, index])
            expected = np.where(growth >= 0, growth / seconds, np.nan)
            np.testing.assert_allclose(rate, expected, rtol=1e-9)


@settings(deadline=None)
@given(steps=ROWS)
def test_nothing_is_computed_from_a_counter_that_fell(steps: list[list[float]]) -> None:
    values = walk(steps)
    deriver = deriver_for(WHOLE)
    columns = dict(zip(deriver.series, deriver.compute(np.full(len(values) - 1, 5.0), values).T, strict=True))
    place = {series: index for index, series in enumerate(WHOLE.series)}
    fell = np.diff(values, axis=0) < 0
    for device in ("reads", "writes", "read_seconds", "write_seconds"):
        reset = fell[:, place[key(f"disk_{device}_total", device="device0")]]
        assert np.isnan(columns[key("disk_await_seconds", device="device0")][reset]).all()
    for mode in ("user", "nice", "system", "irq", "softirq", "steal"):
        reset = fell[:, place[key("cpu_seconds_total", mode=mode)]]
        assert np.isnan(columns[key("cpu_usage_percent")][reset]).all()
