"""The tables of formulas against the catalogue."""

import pytest

from storage.catalogue import CATALOGUE, Kind
from storage.derive import Deriver
from storage.formulas import stored_sources
from tests.recorded import whole_catalogue

DERIVED = [metric for metric in CATALOGUE.values() if metric.kind is Kind.DERIVED]


def test_every_derived_metric_has_a_formula_and_every_formula_a_metric() -> None:
    assert {key.name for key in Deriver(whole_catalogue()).series} == {metric.name for metric in DERIVED}


@pytest.mark.parametrize("name", [metric.name for metric in DERIVED])
def test_a_derived_metric_comes_from_stored_ones_of_its_own_cadence(name: str) -> None:
    sources = [CATALOGUE[source] for source in stored_sources(name)]
    assert sources
    assert all(source.kind is not Kind.DERIVED for source in sources)
    assert {source.cadence for source in sources} == {CATALOGUE[name].cadence}


@pytest.mark.parametrize("name", [metric.name for metric in DERIVED])
def test_the_sources_of_a_metric_are_enough_to_compute_it(name: str) -> None:
    layout = whole_catalogue()
    reduced = type(layout)(tuple(key for key in layout.series if key.name in stored_sources(name)))
    assert name in {key.name for key in Deriver(reduced, name).series}


def test_labels_of_a_derived_metric_are_those_of_the_catalogue() -> None:
    for key in Deriver(whole_catalogue()).series:
        assert tuple(label for label, _ in key.labels) == CATALOGUE[key.name].labels


def test_a_stored_metric_is_its_own_source() -> None:
    assert stored_sources("load1") == {"load1"}
