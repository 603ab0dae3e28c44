import pytest

from storage.errors import InvalidInputError
from watchpost.duration import duration_text, parse_duration


@pytest.mark.parametrize(
    ("text", "seconds", "shown"),
    [
        ("0", 0, "0"),
        ("90s", 90, "90s"),
        ("120m", 7_200, "2h"),
        ("24h", 86_400, "24h"),
        ("1d", 86_400, "24h"),
        ("25h", 90_000, "25h"),
        ("7d", 604_800, "7d"),
        ("1w", 604_800, "7d"),
        ("2y", 63_072_000, "2y"),
        ("400d", 34_560_000, "400d"),
    ],
)
def test_spans_are_read_and_written(text: str, seconds: float, shown: str) -> None:
    assert parse_duration(text) == seconds
    assert duration_text(seconds) == shown
    assert parse_duration(shown) == seconds


@pytest.mark.parametrize("text", ["59s", "367d", "0s", "0"])
def test_limits_are_told(text: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        parse_duration(text, shortest_s=60, longest_s=366 * 86_400)
    assert refused.value.hint == "From 1m to 366d."


@pytest.mark.parametrize("text", ["", "7", "-7d", "7 days", "1.5h", "٣d", "7D", "9999999999d"])
def test_what_is_no_span_is_refused(text: str) -> None:
    with pytest.raises(InvalidInputError, match="no span"):
        parse_duration(text)
