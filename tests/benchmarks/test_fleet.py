"""What the bench of a fleet makes of what it saw."""

import json
from xml.etree import ElementTree as ET

import pytest

from benchmarks.fleet.cost_plot import Chart, nice_above, svg
from benchmarks.fleet.course import growth_percent
from benchmarks.fleet.truth import hosts_out_of_reach


def test_growth_is_that_of_the_last_third_over_the_first() -> None:
    assert growth_percent([100.0, 100.0, 300.0, 105.0, 110.0, 110.0]) == pytest.approx(10)
    assert growth_percent([100.0]) == 0


@pytest.mark.parametrize(
    ("value", "above"), [(0.0, 1.0), (0.3, 0.4), (0.81, 1.0), (1.0, 1.0), (95.0, 100.0), (812, 1000)]
)
def test_an_axis_ends_at_a_number_that_reads_well(value: float, above: float) -> None:
    assert nice_above(value) == pytest.approx(above)


def test_the_picture_is_sound_and_has_a_point_for_each_size() -> None:
    charts = [Chart("CPU, cores", [(100, 0.1), (1000, 0.3)]), Chart("Delay <p99>, s", [(100, 0.5), (1000, 0.6)], 1.0)]
    picture = ET.fromstring(svg(charts))  # noqa: S314 - it is ours
    circles = picture.findall(".//{http://www.w3.org/2000/svg}circle")
    assert len(circles) == 4


def label(kind: str, host: str, start: str, end: str, *reasons: str) -> bytes:
    expected = [{"what": "host_state", "severity": "", "subject": "", "reasons": list(reasons)}]
    return json.dumps({"kind": kind, "hosts": [host], "start": start, "end": end, "expected": expected}).encode()


def test_a_host_is_excused_for_what_kept_it_from_being_read_in_that_time_alone() -> None:
    labels = [
        label("host_down", "off", "2026-03-01T11:50:00.000Z", "2026-03-01T12:02:00.000Z", "timeout"),
        label("host_down", "back", "2026-03-01T11:00:00.000Z", "2026-03-01T11:59:00.000Z", "timeout"),
        label("host_down", "later", "2026-03-01T12:03:00.000Z", "2026-03-01T12:30:00.000Z", "timeout"),
        label(
            "host_key_changed", "blocked", "2026-03-01T11:00:00.000Z", "2026-03-01T11:10:00.000Z", "host_key_changed"
        ),
        label("cpu_saturation", "busy", "2026-03-01T11:50:00.000Z", "2026-03-01T12:30:00.000Z"),
    ]
    noon = 1_772_366_400_000
    assert hosts_out_of_reach(labels, noon, noon + 180_000) == {"off", "blocked"}
