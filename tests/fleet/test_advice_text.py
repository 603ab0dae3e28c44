"""Every reason comes with advice."""

import pytest

from fleet.advice_text import advice_text
from storage.reason import Reason


@pytest.mark.parametrize("reason", list(Reason))
def test_every_reason_has_a_sentence_that_says_what_to_do(reason: Reason) -> None:
    assert advice_text(reason).endswith((".", "?"))
    assert len(advice_text(reason)) < 160
