"""Reasons in words."""

import pytest

from fleet.reason_text import reason_text, says_more, sentence_text
from poller.failure import SessionError
from storage.reason import Reason


def test_every_reason_has_words_that_fit_a_cell() -> None:
    texts = [reason_text(reason) for reason in Reason]
    assert all(texts)
    assert len(set(texts)) == len(texts)
    assert max(map(len, texts)) <= 28


@pytest.mark.parametrize("reason", list(Reason))
def test_a_poller_that_knows_nothing_more_exact_says_the_sentence(reason: Reason) -> None:
    said = SessionError(reason).message
    assert sentence_text(reason) == said
    assert said.endswith(".")
    assert not says_more(reason, said)


def test_what_a_poller_knows_beyond_that_is_more() -> None:
    assert says_more(Reason.REFUSED, "10.0.0.7:22 refuses connections.")
    assert says_more(None, "It fell.")
