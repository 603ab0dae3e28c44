"""Which columns of a layout lie in one block: those that are read together, neighbours in the layout."""

from storage.layout_cache import kept_by_layout
from storage.series import Layout

_SMALLEST = 3
"""Columns: below it a block costs more than it spares."""
_LARGEST = 64


@kept_by_layout
def family_ends(layout: Layout) -> tuple[int, ...]:
    """Before which places of a layout its families end; the last one is its length. Only those who write need it."""
    ends: list[int] = []
    start = 0
    for place, (before, key) in enumerate(zip(layout.series, layout.series[1:], strict=False), start=1):
        length = place - start
        if length >= _LARGEST or (length >= _SMALLEST and _family(before.name) != _family(key.name)):
            ends.append(place)
            start = place
    return (*ends, len(layout.series))


def _family(name: str) -> str:
    """`cpu_core_busy_seconds_total` is of the cores, `disk_reads_total` of the disks."""
    return name[:8] if name.startswith("cpu_core") else name.partition("_")[0]
