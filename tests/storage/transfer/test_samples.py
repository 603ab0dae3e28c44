"""Numbers and moments of lines, checked."""

import math

import numpy as np
import pytest

from storage.transfer.refusals import RefusalReason, Refusals
from storage.transfer.samples import FUTURE_MS, Cut, Samples, checked_samples

NOW_MS = 1_790_000_000_000


def checked(values: list[str], ts: list[int] | None = None) -> tuple[Samples, dict[RefusalReason, list[int]]]:
    refusals = Refusals()
    lines = list(range(10, 10 + len(values)))
    moments = np.array(ts or [NOW_MS] * len(values), dtype=np.int64)
    found = checked_samples(Cut(lines, lines, moments, values), NOW_MS, refusals)
    return found, {reason: refused.first for reason, refused in refusals.found.items()}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1", 1.0),
        ("-0.0", -0.0),
        ("1e-320", 1e-320),
        ("+Inf", math.inf),
        ("-inf", -math.inf),
        ("0.1", 0.1),
        (".5", 0.5),
    ],
)
def test_numbers_are_taken_as_they_are(text: str, value: float) -> None:
    (found,) = checked([text])[0].value.tolist()
    assert (found, math.copysign(1, found)) == (value, math.copysign(1, value))


@pytest.mark.parametrize("text", ["", "abc", "1,5", "1_000", " 1", "1e999", "-1e999", "٣", "0x10", "1.0.0", "\x00"])
def test_what_is_no_number_is_refused_and_the_others_are_not(text: str) -> None:
    found, refused = checked(["1", text, "2"])
    assert refused == {RefusalReason.BAD_NUMBER: [11]}
    assert found.value.tolist() == [1.0, 2.0]
    assert found.series.tolist() == [10, 12]


@pytest.mark.parametrize("text", ["NaN", "nan", "-nan"])
def test_nan_is_no_value(text: str) -> None:
    assert checked([text])[1] == {RefusalReason.NOT_A_NUMBER: [10]}


def test_moments_before_1970_and_in_the_future_are_refused() -> None:
    found, refused = checked(["1"] * 4, [-1, 0, NOW_MS + FUTURE_MS, NOW_MS + FUTURE_MS + 1])
    assert found.ts.tolist() == [0, NOW_MS + FUTURE_MS]
    assert refused == {RefusalReason.BEFORE_1970: [10], RefusalReason.IN_THE_FUTURE: [13]}


def test_only_the_first_lines_are_kept_and_all_are_counted() -> None:
    refusals = Refusals()
    lines = list(range(1000))
    checked_samples(Cut(lines, lines, np.zeros(1000, dtype=np.int64), ["x"] * 1000), NOW_MS, refusals)
    (refused,) = refusals.found.values()
    assert (refused.lines, refused.first, refused.example) == (1000, [0, 1, 2, 3, 4], "x")
