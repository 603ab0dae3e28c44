"""How much of the past can be shown."""

from monitor_gui.host.spans import SPANS, span_of


def test_an_hour_comes_first_and_each_is_longer() -> None:
    lengths = [span.length_ms for span in SPANS]
    assert lengths[0] == 3_600_000
    assert lengths == sorted(lengths)
    assert [span.name for span in SPANS] == ["1h", "6h", "24h"]


def test_they_are_found_by_their_key() -> None:
    assert span_of("6h").length_ms == 6 * 3_600_000
    assert span_of("what").key == "1h"
