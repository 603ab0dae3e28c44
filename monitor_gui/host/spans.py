"""How much of the past a host's page can show. Pure."""

from dataclasses import dataclass

from storage.translation import N_, _


@dataclass(frozen=True, slots=True)
class PageSpan:
    """One choice.

    Attributes:
        key: what it is called inside.
        length_ms: how long it is.
        text: what it is called, not yet translated.
    """

    key: str
    length_ms: int
    text: str

    @property
    def name(self) -> str:
        """What it is called."""
        return _(self.text)


SPANS = (
    PageSpan("1h", 3_600_000, N_("1h")),
    PageSpan("6h", 6 * 3_600_000, N_("6h")),
    PageSpan("24h", 24 * 3_600_000, N_("24h")),
)
"""Readings are kept for a day unless somebody has set it otherwise."""


def span_of(key: str) -> PageSpan:
    """The choice of that key, else the first."""
    return next((span for span in SPANS if span.key == key), SPANS[0])
