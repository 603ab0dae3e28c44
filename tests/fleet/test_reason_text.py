"""Reasons in words."""

from fleet.reason_text import reason_text
from storage.reason import Reason


def test_every_reason_has_words_that_fit_a_cell() -> None:
    texts = [reason_text(reason) for reason in Reason]
    assert all(texts)
    assert len(set(texts)) == len(texts)
    assert max(map(len, texts)) <= 28
