import json

import pytest

from benchmarks.figure import Figure, show

WITHIN = Figure("probe_cpu_ms", 1.23456, 2.3, "ms", "by the clock")
BEYOND = Figure("probe_memory_mb", 20.0, 14.0, "MB", "by the kernel")
TO_COMPARE = Figure("node_exporter_cpu_ms", 9.0, None, "ms", "beside it")


def test_a_figure_is_fine_up_to_its_limit_or_without_one() -> None:
    assert WITHIN.ok
    assert TO_COMPARE.ok
    assert Figure("x_ms", 2.3, 2.3, "ms", "").ok
    assert not BEYOND.ok


def test_one_missed_limit_is_a_miss_and_is_shown_as_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert show([WITHIN, TO_COMPARE])
    assert not show([WITHIN, BEYOND])
    assert "MISSED" in capsys.readouterr().out


def test_the_last_line_is_json_with_a_key_for_each_figure(capsys: pytest.CaptureFixture[str]) -> None:
    show([WITHIN, TO_COMPARE])
    assert json.loads(capsys.readouterr().out.splitlines()[-1]) == {
        "probe_cpu_ms": {"value": 1.235, "limit": 2.3, "unit": "ms", "ok": True},
        "node_exporter_cpu_ms": {"value": 9.0, "limit": None, "unit": "ms", "ok": True},
    }
