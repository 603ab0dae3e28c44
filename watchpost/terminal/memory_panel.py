"""Memory and swap of one host. Pure."""

from rich.text import Text

from fleet.host_view import HostView
from storage.quantities import byte_count, byte_rate, byte_share, percent
from watchpost import palette
from watchpost.drawing import area, fit, spread, thin_bar
from watchpost.health_text import level_colour

CHART_HEIGHT = 4


def memory_panel(view: HostView, width: int) -> list[Text]:
    """Use now, its last hour, what it is made of, and swap."""
    limit = view.moment.thresholds.memory
    used, total = view.value("memory_used_bytes"), view.value("memory_total_bytes")
    share = view.reading.headline.memory_percent
    colour = level_colour(share, limit, palette.TEXT)
    left = Text.assemble((percent(share), f"bold {colour}"), (" used", palette.TEXT_2))
    chart = area(
        view.curve(view.history.memory, width),
        CHART_HEIGHT,
        lambda value: level_colour(value, limit, palette.MEMORY),
        top=100.0,
    )
    return [
        spread(left, _of(used, total), width),
        *chart,
        _parts(view, ("available", "cached"), width),
        _parts(view, ("free", "buffers"), width),
        *_swap(view, width),
    ]


def _parts(view: HostView, names: tuple[str, str], width: int) -> Text:
    """Two kinds of memory, each in half of the line."""
    half = width // 2
    cells = [
        spread(
            Text(name, palette.TEXT_3), Text(byte_count(view.value(f"memory_{name}_bytes")), palette.TEXT_2), half - 1
        )
        for name in names
    ]
    return Text("  ").join(cells)


def _swap(view: HostView, width: int) -> list[Text]:
    total, used = view.value("swap_total_bytes"), view.value("swap_used_bytes")
    if not total:
        return [spread(Text("swap", palette.TEXT_3), Text("none", palette.TEXT_3), width)]
    share = view.reading.headline.swap_percent
    moved = " · ".join(
        f"{arrow} {byte_rate(view.value(f'swap_{way}_bytes_per_second'))}" for way, arrow in (("in", "↓"), ("out", "↑"))
    )
    name = Text.assemble(("swap ", palette.TEXT_2), (percent(share), f"bold {palette.TEXT}"))
    return [
        spread(name, _of(used, total), width),
        thin_bar(share, width, palette.SWAP),
        fit(moved, width, style=palette.TEXT_3, right=True),
    ]


def _of(used: float | None, total: float | None) -> Text:
    """`51.8 / 64.0 GiB`, the part in bold."""
    part, _, whole = byte_share(used, total).partition(" / ")
    return Text.assemble((part, f"bold {palette.TEXT}"), (f" / {whole}", palette.TEXT_3))
