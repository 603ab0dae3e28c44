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
    PageSpan("10m", 600_000, N_("10m")),
    PageSpan("1h", 3_600_000, N_("1h")),
    PageSpan("6h", 6 * 3_600_000, N_("6h")),
    PageSpan("24h", 24 * 3_600_000, N_("24h")),
    PageSpan("7d", 7 * 24 * 3_600_000, N_("7d")),
)


USUAL, YOUNG = "1h", "10m"
_YOUNG_MS = 570_000
"""A host that was added just now is shown closer, or its first minutes would be a speck at the edge."""


def span_of(key: str) -> PageSpan:
    """The choice of that key, else the usual one."""
    by_key = {span.key: span for span in SPANS}
    return by_key.get(key, by_key[USUAL])


def fitting_key(oldest_ms: int | None, now_ms: int) -> str:
    """What to show where nobody has chosen: the last hour, or less of a host that has not been read for so long."""
    return YOUNG if oldest_ms is not None and now_ms - oldest_ms < _YOUNG_MS else USUAL
