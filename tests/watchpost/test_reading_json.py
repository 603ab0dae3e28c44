"""A reading for scripts."""

import json
from dataclasses import replace

from alerts.thresholds import Finding, Severity
from fleet.reading import Health
from storage.reason import Reason
from tests.fleet.made_up import reading, stale
from watchpost.reading_json import reading_as_json

KEYS = {
    "name", "state", "reason", "detail", "timestamp", "cpu_percent", "memory_percent", "disk_percent", "swap_percent",
    "load1", "receive_bytes_per_second", "transmit_bytes_per_second", "fullest_mount", "findings", "address",
}  # fmt: skip


def test_the_keys_are_fixed() -> None:
    assert set(reading_as_json(reading("a"))) == KEYS
    assert set(reading_as_json(stale("a"))) == KEYS


def test_a_current_reading_has_its_values_and_their_time() -> None:
    said = reading_as_json(reading("web-1", cpu=34.56789))
    assert said["state"] == "ok"
    assert said["reason"] is None
    assert said["timestamp"] == "2026-09-21T14:13:18.000Z"
    assert said["cpu_percent"] == 34.568
    assert said["swap_percent"] is None
    assert said["fullest_mount"] == "/"
    assert said["address"] == "web-1.example"


def test_values_that_are_not_current_are_null() -> None:
    said = reading_as_json(replace(stale("gw"), reason=Reason.REFUSED))
    assert said["state"] == "unreachable"
    assert said["reason"] == "refused"
    assert said["cpu_percent"] is None
    assert said["timestamp"] is None
    json.dumps(said)


def test_findings_have_codes_and_a_text() -> None:
    finding = Finding("filesystem_used_percent", Severity.WARNING, 86.123456, 80, "/srv")
    said = reading_as_json(replace(reading("nas", Health.WARNING), findings=(finding,)))
    assert said["findings"] == [
        {
            "metric": "filesystem_used_percent",
            "severity": "warning",
            "value": 86.123,
            "limit": 80,
            "subject": "/srv",
            "text": "Disk /srv 86%, over 80%",
        }
    ]
