"""What is made of a layout, kept: many small ones, a few large ones."""

from collections.abc import Callable, Hashable
from functools import lru_cache
from typing import TypeVar

from storage.series import Layout

SMALL_KEPT = 8192
"""What 2,700 hosts with three layouts of their own need; compiled formulas of one are about 15 KB."""
LARGE_KEPT = 64
LARGE = 1024
"""Series. A host that invents ever new ones must not fill the memory: 8,192 of them are 3 MB compiled."""

Made = TypeVar("Made")


def kept_by_layout(make: Callable[..., Made]) -> Callable[..., Made]:
    """The same function of a layout and whatever else, with what it has made kept within bounds."""
    small, large = lru_cache(SMALL_KEPT)(make), lru_cache(LARGE_KEPT)(make)

    def kept(layout: Layout, *question: Hashable) -> Made:
        return (small if len(layout.series) <= LARGE else large)(layout, *question)

    return kept
