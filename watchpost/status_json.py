"""A status report for scripts; the keys are fixed, and exit codes with them. Pure."""

from collections.abc import Iterable, Sequence
from typing import Any

from fleet.reading import Health
from watchpost.reading_json import reading_as_json
from watchpost.status_reading import Report

_CHECK_CODES = {
    Health.OK: 0,
    Health.WARNING: 1,
    Health.CRITICAL: 2,
    # The Monitoring Plugins' guidelines: a host that does not answer is a finding, and not a failure of the check.
    Health.UNREACHABLE: 2,
    Health.BLOCKED: 2,
    Health.UNKNOWN: 3,
}
_WORST_FIRST = (2, 1, 3, 0)


def status_as_json(reports: Iterable[Report]) -> dict[str, Any]:
    """The whole document."""
    return {"hosts": [report_as_json(report) for report in reports]}


def report_as_json(report: Report) -> dict[str, Any]:
    """One host."""
    return {**reading_as_json(report.reading), "source": report.source.value}


def exit_code(reports: Sequence[Report], *, check: bool) -> int:
    """0 when every host could be read, else 1; for a check what monitoring plugins return: 0, 1, 2 or 3."""
    if not check:
        return 0 if all(report.reading.current for report in reports) else 1
    codes = {_CHECK_CODES[report.reading.health] for report in reports}
    return next((code for code in _WORST_FIRST if code in codes), 3)
