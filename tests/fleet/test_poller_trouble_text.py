from fleet.poller_trouble_text import poller_trouble_text
from storage.poller_figures import PollerTrouble

FOOTER_CHARACTERS = 28
"""As many as the footer of the window has room for."""


def test_every_trouble_has_words_of_its_own_that_fit_the_footer() -> None:
    texts = [poller_trouble_text(trouble) for trouble in PollerTrouble]
    assert len(set(texts)) == len(texts)
    assert all(0 < len(text) <= FOOTER_CHARACTERS for text in texts)
