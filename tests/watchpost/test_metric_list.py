"""The list of metrics."""

from rich.console import Console

from storage.catalogue import CATALOGUE
from watchpost.metric_list import metric_table, metrics_as_json


def test_every_metric_is_listed_with_what_it_is() -> None:
    console = Console(width=300)
    with console.capture() as capture:
        console.print(metric_table())
    assert all(name in capture.get() and metric.help in capture.get() for name, metric in CATALOGUE.items())


def test_scripts_get_the_same() -> None:
    said = metrics_as_json()["metrics"]
    assert [metric["name"] for metric in said] == list(CATALOGUE)
    assert {"name", "kind", "unit", "labels", "help"} == set(said[0])
