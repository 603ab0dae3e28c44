"""Which sums over sums of series are metrics of the catalogue: the formulas of `storage`, and what comes close."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from storage.catalogue import CATALOGUE
from storage.formulas import GROWTHS, SHARES

Counts = Mapping[str, Fraction]
"""Coefficients by name of the metric; the empty name is the number 1."""

ONE = ""
_NO_RESERVE = "Watchpost's percentage is df's: the same where no blocks are kept for root, else a little different."
_RATIO_OF_SUMS = "Here it is the mean of the ratios of all readings in that time, there the ratio of their sums."


@dataclass(frozen=True, slots=True)
class Quotient:
    """A metric as a sum over a sum.

    Attributes:
        metric: its name in the catalogue.
        above, below: the sums.
        grown: whether it is of what counters grow by, each second.
        note: what is not quite the same; empty for the same thing.
    """

    metric: str
    above: Counts
    below: Counts
    grown: bool = False
    note: str = ""


def plain(metric: str) -> Quotient:
    """A metric as it is."""
    return Quotient(metric, {metric: Fraction(1)}, {ONE: Fraction(1)})


def _shares() -> Iterator[Quotient]:
    for name, share in SHARES.items():
        if not share.percent:
            yield Quotient(name, _counts(1, share.total, -1, share.free), _counts(1, ONE))
            continue
        used = _counts(100, share.total, -100, share.free)
        usable = () if share.usable is None else (-1, share.free, 1, share.usable)
        yield Quotient(name, used, _counts(1, share.total, *usable))


def _growths() -> Iterator[Quotient]:
    for name, growth in GROWTHS.items():
        if not all(counter in CATALOGUE for counter in growth.above + growth.below):
            continue
        above = dict.fromkeys(growth.above, Fraction(growth.scale))
        below = dict.fromkeys(growth.below, Fraction(1)) or _counts(1, ONE)
        yield Quotient(name, above, below, grown=True, note=_RATIO_OF_SUMS if growth.below else "")


def _near() -> Iterator[Quotient]:
    """What people write, and what differs from it by little; each with a note that says so."""
    size = "filesystem_size_bytes"
    for left in ("filesystem_available_bytes", "filesystem_free_bytes"):
        yield Quotient("filesystem_used_percent", _counts(100, size, -100, left), _counts(1, size), note=_NO_RESERVE)
    total = "memory_total_bytes"
    parts = ("memory_free_bytes", "memory_buffers_bytes", "memory_cached_bytes")
    counted = {total: Fraction(100)} | dict.fromkeys(parts, Fraction(-100))
    yield Quotient(
        "memory_used_percent",
        counted,
        _counts(1, total),
        note="The kernel's estimate of what is available stands for free, buffers and cache.",
    )
    errors = ("network_receive_errors_total", "network_transmit_errors_total")
    packets = ("network_receive_packets_total", "network_transmit_packets_total")
    yield Quotient(
        "network_error_percent",
        dict.fromkeys(errors, Fraction(100)),
        dict.fromkeys(packets, Fraction(1)),
        grown=True,
        note="Here broken packets count as packets. " + _RATIO_OF_SUMS,
    )


def _counts(*pairs: int | str) -> Counts:
    numbers, names = pairs[::2], pairs[1::2]
    total: dict[str, Fraction] = {}
    for count, name in zip(numbers, names, strict=True):
        total[str(name)] = total.get(str(name), Fraction(0)) + Fraction(count)
    return {name: count for name, count in total.items() if count}


QUOTIENTS: tuple[Quotient, ...] = (*_shares(), *_growths(), *_near())
"""The exact ones come first."""
