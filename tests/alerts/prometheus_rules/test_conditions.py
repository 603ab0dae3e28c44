"""What expressions of PromQL are here."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.prometheus_rules.conditions import Condition, condition_of
from alerts.prometheus_rules.evaluation import Evaluation
from alerts.prometheus_rules.promql import parse_promql
from alerts.prometheus_rules.refusal import Reason, UnmappedError
from alerts.rules.matchers import Matcher, Operator
from alerts.rules.rule import Comparison, Scope
from alerts.rules.signal import Function, Signal

IDLE = 'avg by (instance) (rate(node_cpu_seconds_total{mode="idle"}[5m]))'
CPU = "node_cpu_seconds_total"
CORES = f'count by (instance) ({CPU}{{mode="idle"}})'
CORES_ONE_BY_ONE = f"count by (instance) (count by (instance, cpu) ({CPU}))"
AVAILABLE, TOTAL = "node_memory_MemAvailable_bytes", "node_memory_MemTotal_bytes"
USED = "memory_used_percent"


def condition(expression: str, **recorded: str) -> Condition:
    return condition_of(
        parse_promql(expression), Evaluation({name: parse_promql(text) for name, text in recorded.items()})
    )


def said(expression: str) -> str:
    """Signal, comparison and limit in one line."""
    found = condition(expression)
    signal = found.signal
    chosen = "{" + ",".join(map(str, signal.matchers)) + "}" if signal.matchers else ""
    times = [f"{signal.window_s:g}"] if signal.window_s else []
    times += [f"+{signal.horizon_s:g}"] if signal.horizon_s else []
    seen = f"{signal.metric}{chosen}"
    if signal.function is not Function.LATEST:
        seen = f"{signal.function}({' '.join([seen, *times])})"
    scaled = seen if signal.scale == 1 else f"{seen}*{signal.scale:g}"
    moved = f"{scaled}{signal.offset:+g}" if signal.offset else scaled
    return f"{moved} {found.comparison} {found.limit:g}"


def refusal(expression: str, **recorded: str) -> Reason:
    with pytest.raises(UnmappedError) as raised:
        condition(expression, **recorded)
    assert raised.value.message
    return raised.value.reason


@pytest.mark.parametrize(
    ("expression", "meaning"),
    [
        ("cpu_usage_percent > 80", "cpu_usage_percent > 80"),
        ("80 < cpu_usage_percent", "cpu_usage_percent > 80"),
        ("80 >= cpu_usage_percent", "cpu_usage_percent <= 80"),
        ("0 == unit_up", "unit_up == 0"),
        ('{__name__="load1"} != 0', "load1 != 0"),
        ("(((load1))) > ((4 * 2))", "load1 > 8"),
        ("load1 > 2 ^ 3", "load1 > 8"),
        ("load1 > -(-4)", "load1 > 4"),
        ("-load1 < -4", "load1*-1 < -4"),
        ("load1 * 2 + 1 > 3 * 3", "load1*2+1 > 9"),
        ("(load1 + 1) * 2 > 9", "load1*2+2 > 9"),
        ("load1 / 4 - 1 > 0.5", "load1*0.25-1 > 0.5"),
        ("sort_desc(load1) > 1", "load1 > 1"),
        ('filesystem_used_percent{mount="/"} > 85', 'filesystem_used_percent{mount="/"} > 85'),
        (
            'node_filesystem_free_bytes{mountpoint=~"/srv|/var"} < 5e9',
            'filesystem_free_bytes{mount=~"/srv|/var"} < 5e+09',
        ),
        ('node_network_speed_bytes{device!="lo"} < 1e8', 'network_speed_bytes{interface!="lo"} < 1e+08'),
        ('node_tcp_connection_states{state="time_wait"} > 9', 'tcp_connections{state="TIME_WAIT"} > 9'),
        ('node_filesystem_files_free{fstype!~"tmpfs|overlay", device!~"rootfs"} < 9', "filesystem_inodes_free < 9"),
        ("node_filesystem_size_bytes{fstype!=''} < 9", "filesystem_size_bytes < 9"),
    ],
)
def test_one_metric_and_numbers(expression: str, meaning: str) -> None:
    assert said(expression) == meaning


@pytest.mark.parametrize(
    ("expression", "meaning"),
    [
        (f"(1 - {AVAILABLE} / {TOTAL}) * 100 > 85", f"{USED} > 85"),
        (f"100 - {AVAILABLE} / {TOTAL} * 100 > 85", f"{USED} > 85"),
        (f"({TOTAL} - {AVAILABLE}) / {TOTAL} * 100 > 85", f"{USED} > 85"),
        (f"100 * ({TOTAL} - {AVAILABLE}) / {TOTAL} > 85", f"{USED} > 85"),
        (f"1 - ({AVAILABLE} / {TOTAL}) > 0.85", f"{USED}*0.01 > 0.85"),
        (f"{AVAILABLE} / {TOTAL} < 0.1", f"{USED}*-0.01+1 < 0.1"),
        (f"{AVAILABLE} < 0.1 * {TOTAL}", f"{USED} > 90"),
        (f"{TOTAL} * 0.1 > {AVAILABLE}", f"{USED} > 90"),
        (f"{AVAILABLE} / 0.1 <= {TOTAL}", f"{USED} >= 90"),
        (f"{TOTAL} - {AVAILABLE} > 1e9", "memory_used_bytes > 1e+09"),
        ("node_memory_SwapTotal_bytes - node_memory_SwapFree_bytes > 0", "swap_used_bytes > 0"),
        ("node_filesystem_files_free / node_filesystem_files * 100 < 5", "filesystem_inodes_used_percent*-1+100 < 5"),
        (
            "node_filesystem_avail_bytes / on (instance, mountpoint) node_filesystem_size_bytes < 0.1",
            "filesystem_used_percent*-0.01+1 < 0.1",
        ),
        (f"{AVAILABLE} * 8 / ({TOTAL} * 8) < 0.1", f"{USED}*-0.01+1 < 0.1"),
    ],
)
def test_a_share_is_known_however_it_is_written(expression: str, meaning: str) -> None:
    assert said(expression) == meaning


@pytest.mark.parametrize(
    ("expression", "meaning"),
    [
        (f"100 - {IDLE} * 100 > 80", 'average(cpu_mode_percent{mode="idle"} 300)*-1+100 > 80'),
        (f"1 - {IDLE} > 0.8", 'average(cpu_mode_percent{mode="idle"} 300)*-0.01+1 > 0.8'),
        (
            'sum by (instance) (avg by (instance, mode) (rate(node_cpu_seconds_total{mode!="idle"}[5m]))) > 0.8',
            'average(cpu_mode_percent{mode="idle"} 300)*-0.01+1 > 0.8',
        ),
        (
            'avg without (cpu, mode) (irate(node_cpu_seconds_total{mode="iowait"}[5m])) > 0.1',
            'cpu_mode_percent{mode="iowait"}*0.01 > 0.1',
        ),
        (
            f'sum by (instance) (rate({CPU}{{mode!~"idle|iowait"}}[5m])) / {CORES} > 0.9',
            "average(cpu_usage_percent 300)*0.01 > 0.9",
        ),
        (
            f'sum by (instance) (rate({CPU}{{mode!="idle"}}[5m])) / sum by (instance) (rate({CPU}[5m])) > 0.9',
            'average(cpu_mode_percent{mode="idle"} 300)*-0.01+1 > 0.9',
        ),
        (
            f'sum by (instance) (rate({CPU}{{mode="user"}}[5m])) / {CORES_ONE_BY_ONE} > 0.9',
            'average(cpu_mode_percent{mode="user"} 300)*0.01 > 0.9',
        ),
        (
            f'1 - sum by (instance) (avg by (instance, mode) (rate({CPU}{{mode=~"idle|iowait"}}[5m]))) > 0.9',
            "average(cpu_usage_percent 300)*0.01 > 0.9",
        ),
        (
            'avg by (instance, mode) (rate(node_cpu_seconds_total{mode!="idle"}[5m])) > 0.5',
            'average(cpu_mode_percent{mode!="idle"} 300)*0.01 > 0.5',
        ),
        (
            '1 - rate(node_cpu_seconds_total{mode="idle", cpu="0"}[5m]) > 0.9',
            'average(cpu_core_usage_percent{cpu="0"} 300)*0.01 > 0.9',
        ),
        (
            'sum without (mode) (rate(node_cpu_seconds_total{mode!~"idle|iowait"}[5m])) > 0.9',
            "average(cpu_core_usage_percent 300)*0.01 > 0.9",
        ),
    ],
)
def test_cpu_time_is_known_however_it_is_written(expression: str, meaning: str) -> None:
    assert said(expression) == meaning


@pytest.mark.parametrize(
    ("expression", "meaning"),
    [
        ("rate(node_network_receive_errs_total[5m]) > 1", "average(network_receive_errors_per_second 300) > 1"),
        ("irate(node_network_receive_errs_total[5m]) > 1", "network_receive_errors_per_second > 1"),
        ("increase(node_network_receive_errs_total[5m]) > 9", "average(network_receive_errors_per_second 300)*300 > 9"),
        (
            'sum by (instance) (rate(node_network_receive_bytes_total{device="eth0"}[1m])) * 8 > 9',
            'average(network_receive_bytes_per_second{interface="eth0"} 60)*8 > 9',
        ),
        ("rate(node_vmstat_pswpin[5m]) * 4096 > 9", "average(swap_in_bytes_per_second 300) > 9"),
        ("rate(node_disk_io_time_seconds_total[5m]) > 0.9", "average(disk_busy_percent 300)*0.01 > 0.9"),
        (
            "rate(node_pressure_io_stalled_seconds_total[5m]) > 0.1",
            'average(pressure_stalled_percent{resource="io"} 300)*0.01 > 0.1',
        ),
        ("avg_over_time(node_load5[10m]) > 4", "average(load5 600) > 4"),
        ("max_over_time(load1[10m]) > 4", "highest(load1 600) > 4"),
        ("last_over_time(load1[10m]) > 4", "load1 > 4"),
        (f"min_over_time(({AVAILABLE} / {TOTAL})[10m:1m]) < 0.1", "highest(memory_used_percent 600)*-0.01+1 < 0.1"),
        (f"avg_over_time(({IDLE})[1h:5m]) < 0.1", 'average(cpu_mode_percent{mode="idle"} 3600)*0.01 < 0.1'),
        ("deriv(node_filesystem_avail_bytes[1h]) < -9", "change(filesystem_available_bytes 3600) < -9"),
        ("deriv((1 - node_load1)[1h:]) < -9", "change(load1 3600)*-1 < -9"),
        ("delta(temperature_celsius[10m]) > 15", "change(temperature_celsius 600)*600 > 15"),
        (
            "predict_linear(node_filesystem_avail_bytes[6h], 4*3600) < 0",
            "forecast(filesystem_available_bytes 21600 +14400) < 0",
        ),
        (
            "predict_linear(filesystem_used_percent[1d], 86400) > 100",
            "forecast(filesystem_used_percent 86400 +86400) > 100",
        ),
        ("time() - node_boot_time_seconds < 600", "age(boot_time_seconds) < 600"),
        ("(node_time_seconds - node_boot_time_seconds) / 3600 < 1", "age(boot_time_seconds)*0.000277778 < 1"),
        ("absent(node_load1)", "absence(load1 300) > 0"),
        ("absent_over_time(node_load1[10m]) == 1", "absence(load1 600) == 1"),
        ("up == 0", "unreachable(up) > 0"),
        ("up < 1", "unreachable(up) > 0"),
        ("1 != up", "unreachable(up) > 0"),
        ("absent(up)", "unreachable(up) > 0"),
    ],
)
def test_functions(expression: str, meaning: str) -> None:
    assert said(expression) == meaning


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        ("nonsense_total > 1", Reason.UNKNOWN_METRIC),
        ("job:load:avg > 1", Reason.UNKNOWN_METRIC),
        ("node_md_disks > 1", Reason.NOT_MEASURED),
        ('node_load1{env="prod"} > 1', Reason.UNKNOWN_LABEL),
        ('load1{mount="/"} > 1', Reason.UNKNOWN_LABEL),
        ('node_filesystem_free_bytes{fstype="ext4"} < 1', Reason.UNKNOWN_LABEL),
        ('node_filesystem_free_bytes{fstype!~"tmpfs|nfs.*"} < 1', Reason.UNKNOWN_LABEL),
        ('node_systemd_unit_state{state="activating"} == 1', Reason.UNKNOWN_LABEL),
        ('load1{instance=~"web.*"} > 1', Reason.NO_SUCH_SCOPE),
        ('load1{instance="a"} > 1 and load1{instance="b"} > 1', Reason.SEVERAL_CONDITIONS),
        ("load1 offset 1h > 1", Reason.UNSUPPORTED_FUNCTION),
        ("load1 - load1 offset 1h > 1", Reason.UNSUPPORTED_FUNCTION),
        ("load1 @ 5 > 1", Reason.UNSUPPORTED_FUNCTION),
        ("abs(load1) > 1", Reason.UNSUPPORTED_FUNCTION),
        ("rate(load1[5m]) > 1", Reason.UNSUPPORTED_FUNCTION),
        ("changes(boot_time_seconds[5m]) > 0", Reason.UNSUPPORTED_FUNCTION),
        ("quantile_over_time(0.9, load1[5m]) > 0", Reason.UNSUPPORTED_FUNCTION),
        ("min_over_time(rate(network_receive_bytes_total[5m])[1h:]) > 0", Reason.UNSUPPORTED_FUNCTION),
        ("absent(load1 + 1)", Reason.UNSUPPORTED_FUNCTION),
        ("avg(load1) > 1", Reason.OVER_HOSTS),
        ("avg by (job) (load1) > 1", Reason.OVER_HOSTS),
        ("max without (instance) (load1) > 1", Reason.OVER_HOSTS),
        (f"{AVAILABLE} / on (job) {TOTAL} < 0.1", Reason.OVER_HOSTS),
        ("topk(3, load1) > 1", Reason.UNSUPPORTED_FUNCTION),
        ("count by (instance) (filesystem_used_percent > 90) > 1", Reason.SEVERAL_CONDITIONS),
        ("count by (instance) (filesystem_used_percent) > 1", Reason.OVER_SERIES),
        ("sum by (instance) (rate(node_network_receive_bytes_total[5m])) > 1", Reason.OVER_SERIES),
        ("max by (instance) (filesystem_used_percent) < 10", Reason.OVER_SERIES),
        ("100 - max by (instance) (filesystem_used_percent) > 10", Reason.OVER_SERIES),
        ('sum by (instance) (rate(node_cpu_seconds_total{mode!="idle"}[5m])) > 3', Reason.NO_SUCH_ARITHMETIC),
        ('node_load1 / count by (instance) (node_cpu_seconds_total{mode="idle"}) > 2', Reason.NO_SUCH_ARITHMETIC),
        ('avg by (instance) (node_cpu_seconds_total{mode="idle"}) > 2', Reason.NO_SUCH_ARITHMETIC),
        ('avg by (instance) (rate(node_cpu_seconds_total{mode="idle", cpu="0"}[5m])) > 2', Reason.OVER_SERIES),
        ('max by (instance) (rate(node_cpu_seconds_total{mode="idle"}[5m])) > 2', Reason.OVER_SERIES),
        ("load1 * load5 > 1", Reason.NO_SUCH_ARITHMETIC),
        ("load1 / load5 > 1", Reason.NO_SUCH_ARITHMETIC),
        ("load1 + load5 > 1", Reason.NO_SUCH_ARITHMETIC),
        ("load1 > load5", Reason.NO_SUCH_ARITHMETIC),
        ("load1 % 2 > 1", Reason.NO_SUCH_ARITHMETIC),
        ("10 ^ 10 ^ 3 < load1", Reason.NO_SUCH_ARITHMETIC),
        ("rate(disk_reads_total[5m]) + rate(disk_writes_total[1m]) > 1", Reason.NO_SUCH_ARITHMETIC),
        (f"({TOTAL} - node_memory_MemFree_bytes) / {TOTAL} > 0.9", Reason.NO_SUCH_ARITHMETIC),
        ('filesystem_free_bytes{mount="/"} / filesystem_size_bytes < 0.1', Reason.NO_SUCH_ARITHMETIC),
        ("vector(time()) > 5", Reason.NO_SUCH_ARITHMETIC),
        ("sum(up) < 3", Reason.OVER_HOSTS),
        ("up * 2 < 1", Reason.NO_SUCH_ARITHMETIC),
        ("avg_over_time(up[5m]) < 0.5", Reason.NO_SUCH_ARITHMETIC),
        ("up == 1", Reason.NEVER_OR_ALWAYS),
        ("up >= 0", Reason.NEVER_OR_ALWAYS),
        ("load1", Reason.NO_COMPARISON),
        ("vector(1)", Reason.NEVER_OR_ALWAYS),
        ("vector(1) > 0", Reason.NEVER_OR_ALWAYS),
        ("node_uname_info > 0", Reason.NEVER_OR_ALWAYS),
        ("absent(load1) < 1", Reason.NEVER_OR_ALWAYS),
        ("load1 > bool 1", Reason.NEVER_OR_ALWAYS),
        ("load1 > NaN", Reason.NEVER_OR_ALWAYS),
        ("load1 > Inf", Reason.NEVER_OR_ALWAYS),
        ("load1 / 0 > 1", Reason.NEVER_OR_ALWAYS),
        ("load1 > 1 or load5 > 1", Reason.SEVERAL_CONDITIONS),
        ("load1 > 1 unless load5 > 1", Reason.SEVERAL_CONDITIONS),
        ("load1 > 1 and load5 > 1", Reason.SEVERAL_CONDITIONS),
        ("load1 < 1 and load1 > 2", Reason.SEVERAL_CONDITIONS),
        ("(load1 > 1) * 2 > 1", Reason.SEVERAL_CONDITIONS),
        ("filesystem_used_percent > 1 and on (instance) filesystem_used_percent < 5", Reason.SEVERAL_CONDITIONS),
        ('node_load1 * on (instance) group_left () node_uname_info{release="6.1"} > 1', Reason.UNKNOWN_LABEL),
    ],
)
def test_what_cannot_be_said_is_refused_with_the_reason(expression: str, reason: Reason) -> None:
    assert refusal(expression) is reason


def test_hosts_are_those_of_the_labels() -> None:
    assert condition('node_load1{instance=~"a:9100|b:9100", job="node"} > 1').scope == Scope(hosts=("a", "b"))
    assert condition(
        'node_load1 * on (instance) group_left (nodename) node_uname_info{nodename="a"} > 1'
    ).scope == Scope(hosts=("a",))


def test_labels_of_texts_are_those_of_the_metric() -> None:
    assert dict(condition("node_filesystem_free_bytes < 1").renamed)["mountpoint"] == "mount"
    assert dict(condition("node_network_speed_bytes < 1").renamed)["device"] == "interface"
    assert dict(condition("load1 < 1").renamed)["instance"] == "host"


def test_the_highest_of_several_is_each_of_them() -> None:
    found = condition("max by (instance) (filesystem_used_percent) > 90")
    assert found.signal == Signal(metric="filesystem_used_percent")
    assert "alert of its own" in found.notes[0]
    assert said("100 - max by (instance) (filesystem_used_percent) < 10") == "filesystem_used_percent*-1+100 < 10"


def test_a_guard_that_says_nothing_here_is_left_out() -> None:
    swap = "(1 - node_memory_SwapFree_bytes / node_memory_SwapTotal_bytes) * 100 > 80"
    assert said(f"node_memory_SwapTotal_bytes > 0 and {swap}") == "swap_used_percent > 80"
    guarded = condition(
        "filesystem_used_percent > 90 and on (instance, mountpoint) node_filesystem_readonly{x='y'} == 0"
    )
    assert guarded.signal.metric == "filesystem_used_percent"
    assert "Read-only" in guarded.notes[-1]


def test_a_guard_that_says_something_is_not() -> None:
    assert refusal(f"{TOTAL} > 0 and node_memory_SwapFree_bytes < 5") is Reason.SEVERAL_CONDITIONS
    assert refusal("filesystem_used_percent > 90 and node_filesystem_readonly == 1") is Reason.NOT_MEASURED


def test_two_limits_on_the_same_side_are_the_stricter_one() -> None:
    assert said("load1 > 1 and load1 > 3") == "load1 > 3"
    assert said("load1 >= 3 and load1 > 3") == "load1 > 3"
    assert said("load1 < 1 and load1 <= 1") == "load1 < 1"


def test_a_band_keeps_both_limits() -> None:
    found = condition("load1 > 80 and load1 <= 95")
    assert (found.comparison, found.limit, found.band) == (Comparison.ABOVE, 80, (Comparison.AT_MOST, 95))


def test_a_recorded_name_is_its_expression() -> None:
    found = condition('busy{instance="a"} > 5', busy="load1 * 2")
    assert (found.signal, found.scope) == (Signal(metric="load1", scale=2), Scope(hosts=("a",)))


def test_what_is_recorded_from_itself_is_refused() -> None:
    assert refusal("a > 5", a="b + 1", b="a + 1") is Reason.NEVER_OR_ALWAYS


def test_a_tower_of_recorded_names_is_looked_at_once_each() -> None:
    tower = {f"r{floor}": f"r{floor - 1} + r{floor - 1}" for floor in range(1, 19)}
    found = condition("r18 > 5", r0="load1", **tower)
    assert found.signal == Signal(metric="load1", scale=2.0**18)


def test_what_is_not_quite_the_same_is_told() -> None:
    assert "df" in condition("node_filesystem_avail_bytes / node_filesystem_size_bytes < 0.1").notes[0]
    assert "4 KiB" in condition("rate(node_vmstat_pswpin[5m]) > 1").notes[0]
    assert "each host that had it" in condition("absent(load1)").notes[0]
    assert "least squares" in condition("predict_linear(load1[1h], 60) > 1").notes[0]
    assert condition(f"{AVAILABLE} / {TOTAL} < 0.1").notes == ()


@given(
    scale=st.integers(1, 10**6),
    turned=st.booleans(),
    offset=st.integers(-999, 999),
    limit=st.integers(-999, 999),
    used=st.integers(0, 100),
)
def test_a_share_fires_exactly_when_its_arithmetic_does(
    scale: int, turned: bool, offset: int, limit: int, used: int
) -> None:
    times = Fraction(-scale if turned else scale, 1000)
    found = condition(f"({AVAILABLE} / {TOTAL}) * {float(times)!r} + {offset} > {limit}")
    exact = times * Fraction(100 - used, 100) + offset - limit
    value = found.signal.scale * used + found.signal.offset
    if abs(exact) > Fraction(1, 10**9):
        assert found.comparison.holds(value, found.limit) is (exact > 0)


def test_matchers_stay_as_they_are() -> None:
    found = condition(r'filesystem_used_percent{mount=~"/a\\.b", mount!="/c\"d"} > 1')
    assert found.signal.matchers == (
        Matcher("mount", Operator.MATCHES, r"/a\.b"),
        Matcher("mount", Operator.NOT_EQUAL, '/c"d'),
    )
