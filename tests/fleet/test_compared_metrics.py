import pytest

from fleet.compared_metrics import DEFAULT_METRICS, Better, Together, better, together
from storage.catalogue import CATALOGUE, Kind


@pytest.mark.parametrize(
    ("metric", "how"),
    [
        ("network_receive_bytes_per_second", Together.SUM),
        ("disk_written_bytes_per_second", Together.SUM),
        ("filesystem_used_bytes", Together.SUM),
        ("filesystem_used_percent", Together.LARGEST),
        ("disk_await_seconds", Together.LARGEST),
        ("network_error_percent", Together.LARGEST),
        ("gpu_temperature_celsius", Together.LARGEST),
        ("cpu_mode_percent", Together.APART),
        ("tcp_connections", Together.APART),
        ("check_seconds", Together.APART),
        ("temperature_celsius", Together.APART),
        ("load1", Together.APART),
    ],
)
def test_series_are_taken_together_as_it_makes_sense(metric: str, how: Together) -> None:
    assert together(CATALOGUE[metric]) is how


def test_only_what_has_a_good_and_a_bad_way_is_judged() -> None:
    assert better("cpu_usage_percent") is Better.LESS
    assert better("check_up") is Better.MORE
    assert better("network_receive_bytes_per_second") is Better.NEITHER
    assert better("no such metric") is Better.NEITHER


@pytest.mark.parametrize("metric", DEFAULT_METRICS)
def test_what_is_compared_by_itself_is_there_and_no_counter(metric: str) -> None:
    assert CATALOGUE[metric].kind is not Kind.COUNTER


def test_every_metric_that_is_judged_is_in_the_catalogue() -> None:
    judged = [metric for metric in CATALOGUE if better(metric) is not Better.NEITHER]
    assert len(judged) == 34
