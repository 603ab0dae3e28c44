"""A host's reading for scripts; the keys are fixed. Pure."""

from typing import Any

from alerts.thresholds import Finding
from fleet.finding_text import finding_title
from fleet.reading import HostReading, shown_address
from storage.utc import iso_utc


def reading_as_json(reading: HostReading) -> dict[str, Any]:
    """One host. Values, and the time they are from, are null unless they are current."""
    values = reading.headline
    numbers = {
        "cpu_percent": values.cpu_percent,
        "memory_percent": values.memory_percent,
        "disk_percent": values.disk_percent,
        "swap_percent": values.swap_percent,
        "load1": values.load1,
        "receive_bytes_per_second": values.receive_bytes_per_second,
        "transmit_bytes_per_second": values.transmit_bytes_per_second,
    }
    return {
        "name": reading.name,
        "state": reading.health.value,
        "reason": reading.reason.value if reading.reason else None,
        "detail": reading.detail,
        "timestamp": iso_utc(reading.ts) if reading.current and reading.ts is not None else None,
        **{name: _rounded(value) if reading.current else None for name, value in numbers.items()},
        "fullest_mount": values.fullest_mount if reading.current else None,
        "findings": [_finding(finding) for finding in reading.findings],
        "address": shown_address(reading.host),
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "metric": finding.metric,
        "severity": finding.severity.value,
        "value": _rounded(finding.value),
        "limit": finding.limit,
        "subject": finding.subject,
        "text": finding_title(finding),
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 3)
