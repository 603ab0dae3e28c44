"""Draws what a fleet costs over its size: an SVG of three small charts, so that a page of text can show it."""

from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from benchmarks.fleet.course import Measured

WIDTH, HEIGHT, GAP = 300, 220, 20
_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 12, 40, 36
_BACKGROUND, _BORDER, _TEXT, _FAINT = "#ffffff", "#e3e7ee", "#161a22", "#6b7587"
_COLORS = ("#4361ee", "#0e9f85", "#d97614")
_TICKS = 4


class Chart(NamedTuple):
    """One quantity over the number of hosts.

    Attributes:
        title: with its unit.
        points: hosts and value, by the number of hosts.
        limit: the most it may be, the same for all sizes; None where there is none.
    """

    title: str
    points: Sequence[tuple[int, float]]
    limit: float | None = None


def draw_costs(measured: Iterable["Measured"], path: Path) -> None:
    """Writes the picture."""
    done = sorted(measured, key=lambda each: each.hosts)
    charts = (
        Chart("CPU, cores", [(each.hosts, _cores(each)) for each in done]),
        Chart("Memory, MB", [(each.hosts, each.memory_mb) for each in done]),
        Chart("Delay p99, s", [(each.hosts, each.delay_p99_s) for each in done], limit=1.0),
    )
    path.write_text(svg(charts), encoding="utf-8")


def svg(charts: Sequence[Chart]) -> str:
    """The picture as text."""
    width = len(charts) * (WIDTH + GAP) - GAP
    size = f'viewBox="0 0 {width} {HEIGHT}" width="{width}" height="{HEIGHT}"'
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="sans-serif" font-size="11">']
    for place, chart in enumerate(charts):
        parts.append(f'<g transform="translate({place * (WIDTH + GAP)} 0)">')
        parts += _chart(chart, _COLORS[place % len(_COLORS)])
        parts.append("</g>")
    return "\n".join([*parts, "</svg>", ""])


def _cores(measured: "Measured") -> float:
    return measured.cpu_ms_per_scrape * measured.stored / measured.span_s / 1000


def _chart(chart: Chart, color: str) -> Iterable[str]:
    most_hosts = max((hosts for hosts, _ in chart.points), default=1)
    most = nice_above(max([value for _, value in chart.points] + [chart.limit or 0.0]))

    def x(hosts: float) -> float:
        return round(_LEFT + (WIDTH - _LEFT - _RIGHT) * hosts / most_hosts, 1)

    def y(value: float) -> float:
        return round(HEIGHT - _BOTTOM - (HEIGHT - _TOP - _BOTTOM) * value / most, 1)

    yield (
        f'<rect x="0.5" y="0.5" width="{WIDTH - 1}" height="{HEIGHT - 1}" rx="8" fill="{_BACKGROUND}" '
        f'stroke="{_BORDER}"/>'
    )
    yield f'<text x="14" y="22" fill="{_TEXT}" font-weight="bold">{escape(chart.title)}</text>'
    for tick in range(_TICKS + 1):
        value = most * tick / _TICKS
        yield f'<line x1="{_LEFT}" x2="{WIDTH - _RIGHT}" y1="{y(value)}" y2="{y(value)}" stroke="{_BORDER}"/>'
        yield f'<text x="{_LEFT - 6}" y="{y(value) + 4}" text-anchor="end" fill="{_FAINT}">{value:g}</text>'
    if chart.limit is not None:
        at = y(chart.limit)
        yield f'<line x1="{_LEFT}" x2="{WIDTH - _RIGHT}" y1="{at}" y2="{at}" stroke="#cf2f3f" stroke-dasharray="4 3"/>'
    line = " ".join(f"{x(hosts)},{y(value)}" for hosts, value in chart.points)
    yield f'<polyline points="{line}" fill="none" stroke="{color}" stroke-width="2"/>'
    for hosts, value in chart.points:
        yield f'<circle cx="{x(hosts)}" cy="{y(value)}" r="3" fill="{color}"/>'
    for hosts in sorted({0, most_hosts // 2, most_hosts}):
        yield f'<text x="{x(hosts)}" y="{HEIGHT - 18}" text-anchor="middle" fill="{_FAINT}">{hosts:,}</text>'
    yield f'<text x="{WIDTH - _RIGHT}" y="{HEIGHT - 5}" text-anchor="end" fill="{_FAINT}">hosts</text>'


def nice_above(value: float) -> float:
    """The next number above that reads well: 1, 2, 4 or 8 and zeros."""
    if value <= 0:
        return 1.0
    step = 1.0
    while step > value:
        step /= 10
    while step * 10 < value:
        step *= 10
    return next(step * factor for factor in (1, 2, 4, 8, 10) if step * factor >= value)
