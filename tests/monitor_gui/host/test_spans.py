"""How much of the past can be shown."""

import pytest

from monitor_gui.host.spans import SPANS, fitting_key, span_of

NOW_MS = 1_790_000_000_000


def test_each_is_longer_than_the_one_before() -> None:
    lengths = [span.length_ms for span in SPANS]
    assert lengths == sorted(lengths)
    assert [span.name for span in SPANS] == ["10m", "1h", "6h", "24h", "7d"]


@pytest.mark.parametrize(
    ("oldest_ms", "key"),
    [(NOW_MS - 60_000, "10m"), (NOW_MS - 569_000, "10m"), (NOW_MS - 580_000, "1h"), (None, "1h")],
    ids=["added a minute ago", "nearly ten minutes", "ten minutes", "nothing read yet"],
)
def test_a_host_that_was_just_added_is_shown_closer(oldest_ms: int | None, key: str) -> None:
    assert fitting_key(oldest_ms, NOW_MS) == key


def test_they_are_found_by_their_key() -> None:
    assert span_of("6h").length_ms == 6 * 3_600_000
    assert span_of("what").key == "1h"
