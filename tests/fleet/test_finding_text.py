"""Findings in words."""

import pytest

from alerts.thresholds import DEFAULTS, Finding, Severity, find
from fleet.finding_text import finding_meaning, finding_title
from storage.headline import headline
from storage.series import SeriesKey
from watchpost.finding_line import finding_line

SRV = Finding("filesystem_used_percent", Severity.WARNING, 86.0, 80.0, "/srv")


def test_a_title_says_what_where_and_how_much() -> None:
    assert finding_title(SRV) == "Disk /srv 86%, over 80%"
    assert finding_title(Finding("cpu_usage_percent", Severity.CRITICAL, 97.2, 90.0)) == "CPU 97%, over 90%"


def test_a_value_just_over_its_limit_is_said_precisely() -> None:
    assert finding_title(Finding("cpu_usage_percent", Severity.WARNING, 80.25, 80.0)) == "CPU 80.25%, over 80%"


def test_a_meaning_says_what_to_type() -> None:
    assert "`du -xh /srv | sort -h`" in finding_meaning(SRV)


def test_the_line_has_the_shape_of_its_severity() -> None:
    assert finding_line(SRV).plain == "▲ Disk /srv 86%, over 80%"


@pytest.mark.parametrize(
    "key",
    [
        SeriesKey("cpu_usage_percent"),
        SeriesKey("memory_used_percent"),
        SeriesKey("filesystem_used_percent", (("mount", "/"),)),
        SeriesKey("network_error_percent", (("interface", "eth0"),)),
    ],
)
def test_everything_that_can_be_found_has_a_meaning(key: SeriesKey) -> None:
    values = {key: 99.0}
    (finding,) = find(headline(values), DEFAULTS, values)
    assert finding_meaning(finding)
    assert finding.metric not in finding_title(finding)


def test_a_mount_with_escapes_in_its_name_is_tamed() -> None:
    finding = Finding("filesystem_used_percent", Severity.WARNING, 86.0, 80.0, "/\x1b[31m[red]")
    assert "\x1b" not in finding_line(finding).plain
    assert "[red]" in finding_line(finding).plain
    assert "\x1b" not in finding_meaning(finding)
