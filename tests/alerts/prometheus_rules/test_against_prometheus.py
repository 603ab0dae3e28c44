"""What a real Prometheus makes of the same numbers, and of what is written for it."""

import json
import subprocess
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import yaml

from alerts.prometheus_rules.conditions import condition_of
from alerts.prometheus_rules.evaluation import Evaluation
from alerts.prometheus_rules.exporting import export_rules
from alerts.prometheus_rules.importing import import_rules
from alerts.prometheus_rules.promql import parse_promql
from alerts.rules.matchers import matches
from alerts.rules.rule import Level, NewRule, Scope
from alerts.rules.shipped_rules import shipped_rules
from alerts.rules.signal import Function, Signal
from storage.derive import Deriver
from storage.series import Layout, SeriesKey

HERE = Path(__file__).parent
NOW_S, STEP_S = 1200, 10
"""When it is looked, seconds after Prometheus' tests begin, and how often it reads."""

GAUGES = {
    "node_memory_MemTotal_bytes": 8192,
    "node_memory_MemAvailable_bytes": 2048,
    "node_memory_SwapTotal_bytes": 4096,
    "node_memory_SwapFree_bytes": 1024,
    'node_filesystem_size_bytes{mountpoint="/", fstype="ext4"}': 1000,
    'node_filesystem_free_bytes{mountpoint="/", fstype="ext4"}': 250,
    'node_filesystem_avail_bytes{mountpoint="/", fstype="ext4"}': 250,
    'node_filesystem_files{mountpoint="/", fstype="ext4"}': 640,
    'node_filesystem_files_free{mountpoint="/", fstype="ext4"}': 160,
    "node_load1": 3,
    "node_boot_time_seconds": 100,
    'node_uname_info{nodename="a"}': 1,
}
COUNTERS = {
    'node_cpu_seconds_total{cpu="0", mode="user"}': 0.25,
    'node_cpu_seconds_total{cpu="0", mode="system"}': 0.125,
    'node_cpu_seconds_total{cpu="0", mode="iowait"}': 0.125,
    'node_cpu_seconds_total{cpu="0", mode="idle"}': 0.5,
    'node_cpu_seconds_total{cpu="1", mode="user"}': 0.25,
    'node_cpu_seconds_total{cpu="1", mode="system"}': 0.125,
    'node_cpu_seconds_total{cpu="1", mode="iowait"}': 0,
    'node_cpu_seconds_total{cpu="1", mode="idle"}': 0.625,
    "node_vmstat_pswpin": 4,
    'node_disk_io_time_seconds_total{device="sda"}': 0.75,
    'node_disk_read_time_seconds_total{device="sda"}': 0.5,
    'node_disk_write_time_seconds_total{device="sda"}': 0.25,
    'node_disk_reads_completed_total{device="sda"}': 8,
    'node_disk_writes_completed_total{device="sda"}': 16,
    'node_network_receive_bytes_total{device="eth0"}': 1024,
    'node_network_receive_errs_total{device="eth0"}': 0.5,
    "node_pressure_memory_stalled_seconds_total": 0.25,
}
"""By how much each grows a second."""

OURS = {
    SeriesKey("memory_total_bytes"): 8192,
    SeriesKey("memory_available_bytes"): 2048,
    SeriesKey("swap_total_bytes"): 4096,
    SeriesKey("swap_free_bytes"): 1024,
    SeriesKey("filesystem_size_bytes", (("mount", "/"),)): 1000,
    SeriesKey("filesystem_free_bytes", (("mount", "/"),)): 250,
    SeriesKey("filesystem_available_bytes", (("mount", "/"),)): 250,
    SeriesKey("filesystem_inodes", (("mount", "/"),)): 640,
    SeriesKey("filesystem_inodes_free", (("mount", "/"),)): 160,
    SeriesKey("load1"): 3,
    SeriesKey("boot_time_seconds"): 100,
}
OUR_COUNTERS = {
    SeriesKey("cpu_seconds_total", (("mode", "user"),)): 0.5,
    SeriesKey("cpu_seconds_total", (("mode", "system"),)): 0.25,
    SeriesKey("cpu_seconds_total", (("mode", "iowait"),)): 0.125,
    SeriesKey("cpu_seconds_total", (("mode", "idle"),)): 1.125,
    SeriesKey("swap_in_bytes_total"): 4 * 4096,
    SeriesKey("disk_busy_seconds_total", (("device", "sda"),)): 0.75,
    SeriesKey("disk_read_seconds_total", (("device", "sda"),)): 0.5,
    SeriesKey("disk_write_seconds_total", (("device", "sda"),)): 0.25,
    SeriesKey("disk_reads_total", (("device", "sda"),)): 8,
    SeriesKey("disk_writes_total", (("device", "sda"),)): 16,
    SeriesKey("network_receive_bytes_total", (("interface", "eth0"),)): 1024,
    SeriesKey("network_receive_errors_total", (("interface", "eth0"),)): 0.5,
    SeriesKey("pressure_stalled_seconds_total", (("resource", "memory"),)): 0.25,
}
"""The same machine in our own names: CPU time of all cores, swapping in bytes."""

CPU = "node_cpu_seconds_total"
DISK_TIME = "(rate(node_disk_read_time_seconds_total[5m]) + rate(node_disk_write_time_seconds_total[5m]))"
DISK_REQUESTS = "(rate(node_disk_reads_completed_total[5m]) + rate(node_disk_writes_completed_total[5m]))"
VALUES = [
    "node_load1",
    "-node_load1 / 4 + 2",
    "(node_load1 + 1) * 3 - 2 ^ 3",
    '(node_load1 * on (instance) group_left (nodename) node_uname_info{nodename=~".+"})',
    "node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes",
    "(1 - node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes) * 100",
    "(node_memory_MemTotal_bytes - node_memory_MemAvailable_bytes) / 1024",
    "100 - 100 * node_memory_SwapFree_bytes / node_memory_SwapTotal_bytes",
    'node_filesystem_avail_bytes{fstype!~"tmpfs|overlay"} / node_filesystem_size_bytes{fstype!~"tmpfs|overlay"} * 100',
    "(node_filesystem_size_bytes - node_filesystem_free_bytes) / node_filesystem_size_bytes",
    "max by (instance) (1 - node_filesystem_avail_bytes / node_filesystem_size_bytes)",
    "node_filesystem_files_free / node_filesystem_files",
    "predict_linear(node_filesystem_avail_bytes[10m], 4 * 3600)",
    "min_over_time((node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes)[5m:1m])",
    "(time() - node_boot_time_seconds) / 60",
    f'100 - avg by (instance) (rate({CPU}{{mode="idle"}}[5m])) * 100',
    f'avg without (cpu, mode) (irate({CPU}{{mode="iowait"}}[5m]))',
    f'sum by (instance) (avg by (instance, mode) (rate({CPU}{{mode!="idle"}}[5m])))',
    f'sum by (instance) (rate({CPU}{{mode!~"idle|iowait"}}[5m])) / count by (instance) ({CPU}{{mode="idle"}})',
    f'sum by (instance) (rate({CPU}{{mode!="idle"}}[5m])) / sum by (instance) (rate({CPU}[5m])) * 100',
    f'sum by (instance) (rate({CPU}{{mode="user"}}[5m])) / count by (instance) (count by (instance, cpu) ({CPU}))',
    "rate(node_vmstat_pswpin[5m])",
    "increase(node_network_receive_errs_total[5m])",
    "sum by (instance, device) (rate(node_network_receive_bytes_total[5m])) * 8 / 1e6",
    "rate(node_disk_io_time_seconds_total[5m])",
    f"{DISK_TIME} / {DISK_REQUESTS}",
    "rate(node_pressure_memory_stalled_seconds_total[5m])",
]


@pytest.fixture(scope="module")
def our_values() -> dict[SeriesKey, float]:
    keys = (*OURS, *OUR_COUNTERS)
    deriver = Deriver(Layout(keys))
    before = [*OURS.values(), *(0.0 for _ in OUR_COUNTERS)]
    after = [*OURS.values(), *(rate * STEP_S for rate in OUR_COUNTERS.values())]
    derived = deriver.between(np.array([float(STEP_S)]), np.array([before]), np.array([after]))[0]
    return dict(zip(keys, after, strict=True)) | dict(zip(deriver.series, derived.tolist(), strict=True))


def our_value(signal: Signal, values: dict[SeriesKey, float]) -> float:
    """Of numbers that stay as they are, over any time."""
    (value,) = (
        value
        for key, value in values.items()
        if key.name == signal.metric and matches(signal.matchers, dict(key.labels))
    )
    seen = NOW_S - value if signal.function is Function.AGE else value
    return seen * signal.scale + signal.offset


def test_prometheus_has_the_same_values(our_values: dict[SeriesKey, float], tmp_path: Path) -> None:
    steps = NOW_S // STEP_S
    series = [{"series": with_instance(name), "values": f"{value}x{steps}"} for name, value in GAUGES.items()]
    series += [
        {"series": with_instance(name), "values": f"0+{rate * STEP_S}x{steps}"} for name, rate in COUNTERS.items()
    ]
    asked = []
    for expression in VALUES:
        signal = condition_of(parse_promql(f"{expression} > 0"), Evaluation({})).signal
        value = our_value(signal, our_values)
        same = {"expr": f"count(abs(({expression}) - {value!r}) < 1e-9)", "eval_time": f"{NOW_S}s"}
        asked.append(same | {"exp_samples": [{"labels": "{}", "value": 1}]})
    (tmp_path / "tests.yml").write_text(
        json.dumps({"tests": [{"interval": f"{STEP_S}s", "input_series": series, "promql_expr_test": asked}]}),
        encoding="utf-8",
    )
    done = promtool("test", "rules", str(tmp_path / "tests.yml"))
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("name", ["usual_rules.yml", "source_rules.yml"])
def test_prometheus_loads_the_rules_that_are_read_here(name: str) -> None:
    done = promtool("check", "rules", str(HERE / name))
    assert done.returncode == 0, done.stdout + done.stderr


def test_prometheus_loads_what_is_exported(tmp_path: Path) -> None:
    usual = (HERE / "usual_rules.yml").read_text(encoding="utf-8")
    awkward = NewRule(
        name='A "rule": 팀 # {{ x }}',
        signal=Signal(metric="load1", function=Function.DEPARTURE),
        warning=Level(3, 2),
        critical=Level(5, -1),
        scope=Scope(hosts=("a|b", 'c"d'), tags=("{{ $x",)),
        labels=(("team", "{{ $x }}"), ("이름", "x")),
        annotations=(("summary", '{{ $labels.instance }}: {{ $value | printf "%.1f" }} { { }}'), ("요약", "{{{{")),
    )
    enabled = NewRule(name="b", signal=Signal(metric="load1"), warning=Level(1), annotations=awkward.annotations[:1])
    rules = (*import_rules(usual, file="x", retention_s=1e9).mapped, awkward, enabled)
    path = tmp_path / "exported.yml"
    path.write_text(export_rules(rules), encoding="utf-8")
    done = promtool("check", "rules", str(path))
    assert done.returncode == 0, done.stdout + done.stderr
    levels = sum((rule.warning is not None) + (rule.critical is not None) for rule in rules)
    assert len(yaml.safe_load(path.read_text(encoding="utf-8"))["groups"][0]["rules"]) == levels


def test_prometheus_loads_the_rules_that_come_with_watchpost_and_they_come_back(tmp_path: Path) -> None:
    text = export_rules(shipped_rules())
    path = tmp_path / "shipped.yml"
    path.write_text(text, encoding="utf-8")
    done = promtool("check", "rules", str(path))
    assert done.returncode == 0, done.stdout + done.stderr
    back = import_rules(text, file="", retention_s=86_400, history_s=30 * 86_400).whole
    assert back == tuple(replace(rule, source="") for rule in shipped_rules())


def with_instance(series: str) -> str:
    name, _, labels = series.partition("{")
    return f'{name}{{instance="a:9100", {labels}' if labels else f'{name}{{instance="a:9100"}}'


def promtool(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["promtool", *arguments], check=False, capture_output=True, text=True)
