from hypothesis import given
from hypothesis import strategies as st

from storage.alerting.series_text import SERIES_LIMIT, short_series


def test_what_is_short_stays_as_it_is() -> None:
    assert short_series('mount="/"') == 'mount="/"'
    assert short_series("a" * SERIES_LIMIT) == "a" * SERIES_LIMIT


@given(st.text(min_size=200, max_size=3000))
def test_it_is_always_short_enough_and_stays_the_same_when_shortened_again(text: str) -> None:
    short = short_series(text * 3)
    assert len(short.encode(errors="replace")) <= SERIES_LIMIT
    assert short_series(short) == short


def test_texts_that_differ_only_at_their_end_are_told_apart() -> None:
    assert short_series("가" * 500 + "1") != short_series("가" * 500 + "2")
