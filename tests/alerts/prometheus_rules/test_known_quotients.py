"""The table of quotients against what the store computes."""

from fractions import Fraction

import numpy as np
import pytest

from alerts.prometheus_rules.known_names import KNOWN_NAMES
from alerts.prometheus_rules.known_quotients import ONE, QUOTIENTS, Quotient
from storage.catalogue import CATALOGUE
from storage.derive import Deriver
from storage.formulas import GROWTHS, SHARES
from storage.series import Layout, SeriesKey

SPAN_S = 10.0
EXACT = {(each.metric, each.grown): each for each in reversed(QUOTIENTS)}


@pytest.mark.parametrize("quotient", EXACT.values(), ids=lambda quotient: quotient.metric)
def test_each_is_what_the_store_computes(quotient: Quotient) -> None:
    names = sorted((quotient.above.keys() | quotient.below.keys()) - {ONE})
    labels = tuple((label, "x") for label in CATALOGUE[names[0]].labels)
    # Small enough for the percentages that have a ceiling, and every counter grows.
    numbers = {name: 1.0 + place / 8 for place, name in enumerate(names)}
    for name, share in SHARES.items():
        if name == quotient.metric:
            numbers[share.total] = 10.0
    layout = Layout(tuple(SeriesKey(name, labels) for name in names))
    now = np.array([[numbers[name] for name in names]])
    before = np.zeros_like(now) if quotient.grown else now
    deriver = Deriver(layout, quotient.metric)
    derived = deriver.between(np.array([SPAN_S]), before, now)[0]
    found = dict(zip(deriver.series, derived, strict=True))[SeriesKey(quotient.metric, labels)]
    per_second = SPAN_S if quotient.grown else 1.0

    def total(counts: dict[str, Fraction]) -> float:
        return sum(
            float(count) * (1.0 if name == ONE else numbers[name] / per_second) for name, count in counts.items()
        )

    assert found == pytest.approx(total(dict(quotient.above)) / total(dict(quotient.below)))


def test_every_derived_metric_that_is_a_sum_over_a_sum_is_there() -> None:
    assert {each.metric for each in QUOTIENTS} >= SHARES.keys() | GROWTHS.keys()


def test_every_known_name_stands_for_a_metric_and_labels_of_the_catalogue() -> None:
    for name, meanings in KNOWN_NAMES.items():
        for known in meanings:
            labels = CATALOGUE[known.metric].labels
            assert set(known.labels.values()) | {label for label, _ in known.added} <= set(labels), name
