"""What the bench of a fleet makes of what it saw."""

from xml.etree import ElementTree as ET

import pytest

from benchmarks.fleet.cost_plot import Chart, nice_above, svg
from benchmarks.fleet.course import growth_percent


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
