"""The rule files that people have: how much of them is understood, and why not the rest."""

from pathlib import Path

import pytest

from alerts.prometheus_rules.exporting import export_rules
from alerts.prometheus_rules.importing import Import, import_rules
from alerts.prometheus_rules.refusal import Reason, RuleFileError
from alerts.rules.rule import Comparison, NewRule
from alerts.rules.signal import Function
from alerts.rules.template import parse_template, render

WEEK_S = 7 * 86_400.0
HERE = Path(__file__).parent

REFUSED = {
    "CpuIdle": (Reason.UNSUPPORTED_FUNCTION, "already a function over time"),
    "LoadPerCore": (Reason.NO_SUCH_ARITHMETIC, "number of cores"),
    "LoadPerCoreWithoutGrouping": (Reason.NO_SUCH_ARITHMETIC, "number of cores"),
    "SwappingBothWays": (Reason.NO_SUCH_ARITHMETIC, "swap_in_bytes_total, swap_out_bytes_total"),
    "MajorFaults": (Reason.NOT_MEASURED, "node_vmstat_pgmajfault"),
    "OomKill": (Reason.NOT_MEASURED, "node_vmstat_oom_kill"),
    "EccErrors": (Reason.NOT_MEASURED, "memory errors"),
    "DiskFullInADayAndLow": (Reason.SEVERAL_CONDITIONS, "two different values"),
    "DiskOfTheseKinds": (Reason.UNKNOWN_LABEL, "fstype"),
    "DiskReadsSlow": (Reason.NO_SUCH_ARITHMETIC, "disk_read_seconds_total"),
    "DiskError": (Reason.NOT_MEASURED, "node_filesystem_device_error"),
    "RaidDegraded": (Reason.NOT_MEASURED, "RAID"),
    "NetworkReceivesMuchInAll": (Reason.OVER_SERIES, "interface"),
    "NetworkErrorShareReceiving": (Reason.NO_SUCH_ARITHMETIC, "network_receive_errors_total"),
    "InterfaceDown": (Reason.NOT_MEASURED, "node_network_up"),
    "ConntrackFull": (Reason.NOT_MEASURED, "firewall"),
    "HostsDownTogether": (Reason.SEVERAL_CONDITIONS, "=="),
    "ClockDrifts": (Reason.UNSUPPORTED_FUNCTION, "abs()"),
    "ClockNotSynchronised": (Reason.NOT_MEASURED, "clock_skew_seconds"),
    "OpenFilesShare": (Reason.NO_SUCH_ARITHMETIC, "open_files_limit"),
    "ProcessesBlocked": (Reason.NOT_MEASURED, "processes by state"),
    "CollectorFails": (Reason.NOT_MEASURED, "node_exporter itself"),
    "Watchdog": (Reason.NEVER_OR_ALWAYS, "fires always"),
}
"""Of the usual rules: why not, by name."""


def imported(name: str) -> Import:
    return import_rules((HERE / name).read_text(encoding="utf-8"), file=name, retention_s=WEEK_S)


@pytest.fixture(scope="module")
def usual() -> Import:
    return imported("usual_rules.yml")


@pytest.fixture(scope="module")
def sources() -> Import:
    return imported("source_rules.yml")


def test_at_least_70_percent_of_the_usual_rules_are_taken_over(usual: Import) -> None:
    taken = sum(len(each.lines) for each in usual.imported)
    alerts = taken + len(usual.refused)
    print(f"{taken} of {alerts} rules are taken over: {100 * taken / alerts:.1f} %")  # noqa: T201 - the figure
    assert alerts >= 60
    assert taken / alerts >= 0.7


def test_each_of_the_others_is_refused_with_its_line_and_the_reason(usual: Import) -> None:
    lines = (HERE / "usual_rules.yml").read_text(encoding="utf-8").splitlines()
    for refusal in usual.refused:
        print(refusal)  # noqa: T201 - what is asked for
        reason, words = REFUSED[refusal.name]
        assert (refusal.reason, words in refusal.message) == (reason, True), refusal
        assert "expr:" in lines[refusal.line - 1]
    assert {refusal.name for refusal in usual.refused} == REFUSED.keys()


def test_a_file_with_one_that_is_refused_is_not_taken_over_as_a_whole(usual: Import) -> None:
    with pytest.raises(RuleFileError) as raised:
        _ = usual.whole
    assert raised.value.refusals == usual.refused


def test_all_rules_of_the_sources_are_taken_over(sources: Import) -> None:
    assert len(sources.whole) == 14


@pytest.mark.parametrize(
    ("name", "metric", "limit", "hold_s"),
    [
        ("HighCPUUsage", "cpu_mode_percent", 80, 300),
        ("CriticalCPUUsage", "cpu_usage_percent", 95, 120),
        ("HighMemoryUsage", "memory_used_percent", 85, 300),
        ("CriticalMemoryUsage", "memory_used_percent", 90, 180),
        ("DiskSpaceLow", "filesystem_used_percent", 85, 0),
        ("SwapInUse", "swap_used_bytes", 0, 0),
        ("OpenManagerHighCPU", "cpu_usage_percent", 80, 300),
        ("OpenManagerCriticalCPU", "cpu_usage_percent", 95, 120),
        ("OpenManagerHighMemory", "memory_used_percent", 85, 300),
        ("OpenManagerCriticalMemory", "memory_used_percent", 90, 180),
        ("OpenManagerDiskSpaceLow", "filesystem_used_percent", 85, 0),
        ("OpenManagerSwapInUse", "swap_used_percent", 0, 0),
    ],
)
def test_those_of_the_sources_say_what_they_said(
    sources: Import, name: str, metric: str, limit: float, hold_s: float
) -> None:
    rule = by_name(sources, name)
    level = (
        rule.critical
        if name.endswith(("CriticalCPU", "CriticalMemory", "CriticalCPUUsage", "CriticalMemoryUsage"))
        else rule.warning
    )
    assert level is not None
    assert (rule.signal.metric, rule.comparison, level.limit, rule.hold_s) == (metric, Comparison.ABOVE, limit, hold_s)


def test_a_host_that_is_down_is_one_that_is_not_read_for_so_long(sources: Import) -> None:
    rule = by_name(sources, "HostUnreachable")
    assert rule.critical is not None
    assert (rule.signal.function, rule.critical.limit, rule.hold_s) == (Function.UNREACHABLE, 60, 0)


def test_what_is_taken_over_comes_back_from_an_export(usual: Import, sources: Import) -> None:
    for found in (usual, sources):
        text = export_rules(found.mapped)
        assert import_rules(text, file=found.file, retention_s=WEEK_S).whole == found.mapped


def test_its_texts_can_be_rendered(usual: Import) -> None:
    labels = {"host": "web1", "mount": "/srv", "group": "web", "unit": "nginx.service"}
    texts = [render(parse_template(text), labels, 12.3456) for rule in usual.mapped for _, text in rule.annotations]
    assert "12.3 % over the last minutes." in texts
    assert "web1 of web has been down for 3 minutes" in texts
    assert "nginx.service has failed on web1" in texts
    assert not any("{{" in text for text in texts)


def by_name(found: Import, name: str) -> NewRule:
    return next(rule for rule in found.mapped if rule.name == name)
