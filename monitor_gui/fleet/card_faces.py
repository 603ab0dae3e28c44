"""What the cards above the hosts say. Pure; what is not known is a dash and never a zero."""

import math
from dataclasses import dataclass, field

from fleet.curve_grid import HOUR_MS
from fleet.curves import FleetCurves
from fleet.fleet_totals import FleetTotals, change_within
from fleet.points import Points
from monitor_gui.fleet.limits import over, tint
from monitor_gui.fleet.sparkline import bounds
from monitor_gui.reading.look import FleetLook
from monitor_gui.theme.tokens import Tokens
from storage.printable import printable
from storage.quantities import ABSENT, percent
from storage.translation import _

_BINARY = ("B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB")
_BITS = ("b/s", "kb/s", "Mb/s", "Gb/s", "Tb/s", "Pb/s")
_LONGEST_CHANGE = 7
_MINUS = "\N{MINUS SIGN}"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CardFace:
    """One card.

    Attributes:
        value: the number, large.
        unit: what follows it, small.
        caption: the line below.
        curve: the last hour.
        bounds: the values at the bottom and the top of the curve.
        tint: the colour of the curve.
        end: UTC milliseconds at its right edge.
        tip: more of it, plain.
    """

    value: str = ABSENT
    unit: str = ""
    caption: str = ""
    curve: Points = field(default_factory=Points)
    bounds: tuple[float, float] = (0.0, 1.0)
    tint: str = ""
    end: int = 0
    tip: str = ""


def cpu_face(totals: FleetTotals, look: FleetLook, tokens: Tokens) -> CardFace:
    """CPU in use, the mean of all hosts."""
    curve = look.curves.average_cpu
    change = _change(curve, look.curves)
    return CardFace(
        value=percent(totals.cpu_percent, digits=1).removesuffix("%"),
        unit="%",
        caption=change_text(change),
        curve=curve,
        bounds=bounds(curve, 5.0),
        tint=tokens.accent,
        end=look.moment.now_ms,
        tip=_("The mean of all hosts that are read now."),
    )


def memory_face(totals: FleetTotals, look: FleetLook, tokens: Tokens) -> CardFace:
    """Memory in use, of all hosts together."""
    used, total = totals.memory_used_bytes, totals.memory_total_bytes
    value, unit = amount(used, total)
    curve = look.curves.memory_used_bytes
    caption = ""
    if used is not None and total:
        change = _change(curve, look.curves)
        share = f"{percent(used / total * 100).removesuffix('%')} %"
        caption = " · ".join(
            part for part in (share, change_text(None if change is None else change / total * 100)) if part
        )
    return CardFace(
        value=value,
        unit=unit,
        caption=caption,
        curve=curve,
        bounds=bounds(curve, (total or 0.0) / 100),
        tint=tokens.charts[1],
        end=look.moment.now_ms,
        tip=_("Memory in use on all hosts together, and how much they have."),
    )


def network_face(totals: FleetTotals, look: FleetLook, tokens: Tokens) -> CardFace:
    """Traffic of all hosts, in and out together, in bits as networks are sold."""
    ways = (totals.receive_bytes_per_second, totals.transmit_bytes_per_second)
    known = [way for way in ways if way is not None]
    value, unit = bit_rate(sum(known) if known else None)
    (received, its_unit), (sent, unit_of_sent) = (bit_rate(way) for way in ways)
    same = its_unit == unit_of_sent or received == ABSENT
    caption = f"↓ {received}{'' if same else f' {its_unit}'}  ↑ {sent} {unit_of_sent}".rstrip() if known else ""
    curve = look.curves.network_bytes_per_second
    return CardFace(
        value=value,
        unit=unit,
        caption=caption,
        curve=curve,
        bounds=bounds(curve),
        tint=tokens.charts[5],
        end=look.moment.now_ms,
        tip=_("Received and sent by all hosts together."),
    )


def disk_face(totals: FleetTotals, look: FleetLook, tokens: Tokens) -> CardFace:
    """The file system with the least room."""
    fullest = totals.fullest
    curve = look.curves.fullest_disk_percent
    percentage = fullest.percent if fullest else None
    where = f"{printable(fullest.host, 80)} · {printable(fullest.mount, 80)}" if fullest else ""
    return CardFace(
        value=percent(percentage).removesuffix("%"),
        unit="%",
        caption=where,
        curve=curve,
        bounds=bounds(curve, 2.0),
        tint=tint(over(percentage, look.moment.thresholds.disk), tokens.charts[5], tokens),
        end=look.moment.now_ms,
        tip=where or _("The file system with the least room, of all hosts."),
    )


def change_text(change: float | None) -> str:
    """`+2.1 % vs 1 h ago`, of a percentage; empty where the hour before is not known."""
    if change is None:
        return ""
    figure = f"{abs(change):.1f}"
    if figure == "0.0":
        return _("as 1 h ago")
    if len(figure) > _LONGEST_CHANGE:
        return ""
    return _("{change} % vs 1 h ago").format(change=f"{'+' if change > 0 else _MINUS}{figure}")


def amount(used: float | None, total: float | None) -> tuple[str, str]:
    """A part and the whole as a number and what follows it: `2.81`, `/ 4.6 TiB`."""
    whole, unit = three_figures(total, 1024, _BINARY)
    part, its_unit = three_figures(used, 1024, _BINARY)
    if part == ABSENT:
        return ABSENT, ""
    if whole == ABSENT:
        return part, its_unit
    whole = whole[:-1] if whole[-3:-2] == "." else whole
    return part, f"/ {whole} {unit}" if its_unit == unit else f"{its_unit} / {whole} {unit}"


def bit_rate(bytes_per_second: float | None) -> tuple[str, str]:
    """A number and its unit, from bytes a second: `3.92`, `Gb/s`."""
    return three_figures(None if bytes_per_second is None else bytes_per_second * 8, 1000, _BITS)


def three_figures(value: float | None, step: int, units: tuple[str, ...]) -> tuple[str, str]:
    """A number with three figures at the most, and the unit that allows it."""
    if value is None or not math.isfinite(value):
        return ABSENT, ""
    place = 0
    # 999.5 and more would be shown as four figures.
    while value >= min(step, 999.5) and place < len(units) - 1:
        value /= step
        place += 1
    if value >= 1e6:
        return f"{value:.0e}", units[place]
    digits = 0 if place == 0 or value >= 99.95 else 1 if value >= 9.995 else 2
    return f"{value:.{digits}f}", units[place]


def _change(curve: Points, curves: FleetCurves) -> float | None:
    """By how much a curve has risen within the hour; not told before it is that of the whole fleet."""
    return None if curves.missing else change_within(curve.values.tolist(), curve.ts.tolist(), HOUR_MS)
