"""Limits and findings."""

import itertools

import pytest

from alerts.thresholds import DEFAULTS, Finding, Severity, Threshold, find, from_environment, worst
from storage.catalogue import CATALOGUE
from storage.errors import InvalidInputError
from storage.headline import headline
from storage.series import SeriesKey
from tests.recorded import key

CPU = key("cpu_usage_percent")
MEMORY = key("memory_used_percent")


def mount(name: str) -> SeriesKey:
    return key("filesystem_used_percent", mount=name)


def errors(interface: str) -> SeriesKey:
    return key("network_error_percent", interface=interface)


def judge(values: dict[SeriesKey, float]) -> tuple[Finding, ...]:
    return find(headline(values), DEFAULTS, values)


def test_severities_are_ordered_by_how_bad_they_are() -> None:
    assert sorted([Severity.CRITICAL, Severity.OK, Severity.WARNING]) == [
        Severity.OK,
        Severity.WARNING,
        Severity.CRITICAL,
    ]
    for better, worse in itertools.combinations(Severity, 2):
        assert better < worse
        assert better <= worse
        assert worse > better
        assert worse >= better
    assert Severity.WARNING <= Severity.WARNING
    assert Severity.WARNING >= Severity.WARNING


def test_the_defaults_are_those_that_the_documents_name() -> None:
    assert DEFAULTS.cpu == Threshold(80, 90)
    assert DEFAULTS.memory == Threshold(85, 95)
    assert DEFAULTS.disk == Threshold(80, 90)
    assert DEFAULTS.network_errors == Threshold(1, None)


@pytest.mark.parametrize(
    ("value", "severity"),
    [(0.0, None), (80.0, None), (80.1, Severity.WARNING), (90.0, Severity.WARNING), (90.1, Severity.CRITICAL)],
)
def test_what_is_above_a_limit_is_found_and_what_equals_it_is_not(value: float, severity: Severity | None) -> None:
    found = judge({CPU: value})
    assert [finding.severity for finding in found] == ([severity] if severity else [])


def test_a_host_of_which_nothing_is_known_has_no_findings() -> None:
    assert judge({}) == ()
    assert worst(()) is Severity.OK


def test_a_finding_names_the_limit_that_was_passed() -> None:
    assert judge({MEMORY: 96.0}) == (Finding("memory_used_percent", Severity.CRITICAL, 96.0, 95, ""),)
    assert judge({MEMORY: 86.0}) == (Finding("memory_used_percent", Severity.WARNING, 86.0, 85, ""),)


def test_every_full_file_system_is_named() -> None:
    found = judge({mount("/"): 85.0, mount("/var"): 99.0, mount("/home"): 10.0, mount("/srv"): 91.0})
    assert [(finding.subject, finding.severity) for finding in found] == [
        ("/var", Severity.CRITICAL),
        ("/srv", Severity.CRITICAL),
        ("/", Severity.WARNING),
    ]


def test_a_headline_alone_names_the_fullest_file_system() -> None:
    found = find(headline({mount("/"): 85.0, mount("/var"): 99.0, errors("eth0"): 2.0}), DEFAULTS)
    assert [(finding.metric, finding.subject) for finding in found] == [
        ("filesystem_used_percent", "/var"),
        ("network_error_percent", ""),
    ]


def test_every_bad_interface_is_named_and_none_is_critical() -> None:
    found = judge({errors("eth0"): 100.0, errors("eth1"): 1.0, errors("eth2"): 1.5})
    assert [(finding.subject, finding.severity) for finding in found] == [
        ("eth0", Severity.WARNING),
        ("eth2", Severity.WARNING),
    ]


def test_the_worst_comes_first() -> None:
    found = judge({CPU: 85.0, MEMORY: 96.0, mount("/"): 95.0, errors("eth0"): 5.0})
    assert [finding.metric for finding in found] == [
        "memory_used_percent",
        "filesystem_used_percent",
        "cpu_usage_percent",
        "network_error_percent",
    ]
    assert worst(found) is Severity.CRITICAL


def test_findings_are_about_metrics_of_the_catalogue() -> None:
    found = judge({CPU: 100.0, MEMORY: 100.0, mount("/"): 100.0, errors("eth0"): 100.0})
    assert all(finding.metric in CATALOGUE for finding in found)
    assert len(found) == 4


def test_without_variables_the_defaults_count() -> None:
    assert from_environment({}) == DEFAULTS
    assert from_environment({"CPU_THRESHOLD": "", "DISK_THRESHOLD": "  ", "HOME": "x"}) == DEFAULTS


@pytest.mark.parametrize("text", ["70", "70%", " 70 % ", "70.0"])
def test_a_variable_sets_the_limit_of_the_warning(text: str) -> None:
    assert from_environment({"CPU_THRESHOLD": text}).cpu == Threshold(70, 90)
    assert from_environment({"MEMORY_THRESHOLD": text}).memory == Threshold(70, 95)
    assert from_environment({"DISK_THRESHOLD": text}).disk == Threshold(70, 90)


def test_the_critical_limit_rises_with_a_higher_warning_limit() -> None:
    thresholds = from_environment({"CPU_THRESHOLD": "97.5"})
    assert thresholds.cpu == Threshold(97.5, 97.5)
    assert (thresholds.memory, thresholds.disk, thresholds.network_errors) == (
        DEFAULTS.memory,
        DEFAULTS.disk,
        DEFAULTS.network_errors,
    )


@pytest.mark.parametrize(
    "text", ["0", "0%", "-5", "100.1", "1000", "nan", "inf", "1e1", "high", "80%%", "٨٠", "8_0", "1,5", "\x1b[31m"]
)
def test_anything_else_is_refused_with_the_variable_and_what_is_allowed(text: str) -> None:
    with pytest.raises(InvalidInputError, match="DISK_THRESHOLD") as caught:
        from_environment({"DISK_THRESHOLD": text})
    assert "above 0 and up to 100" in caught.value.hint
    assert "\x1b" not in caught.value.message


def test_up_to_100_percent_is_allowed() -> None:
    assert from_environment({"MEMORY_THRESHOLD": "100"}).memory == Threshold(100, 100)
    assert from_environment({"MEMORY_THRESHOLD": "0.5"}).memory == Threshold(0.5, 95)
