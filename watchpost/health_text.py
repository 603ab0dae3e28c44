"""How hosts are, as coloured text with shapes. Pure."""

from rich.text import Text

from alerts.thresholds import Threshold
from fleet.reading import Health
from watchpost import palette
from watchpost.drawing import fit


def level_colour(value: float | None, threshold: Threshold, normal: str) -> str:
    """`normal` below the limits, else the colour of the severity."""
    verdict = None if value is None else threshold.judge(value)
    return palette.SEVERITY_COLOUR[verdict[0]] if verdict else normal


def health_text(health: Health) -> Text:
    """Shape and word: `▲ warning`."""
    return Text(f"{palette.HEALTH_SHAPE[health]} {health}", palette.HEALTH_COLOUR[health])


def count_text(counts: dict[Health, int], *, words: bool = True) -> Text:
    """How many hosts there are of each health. What there is none of is left out, except for the four main ones."""
    text = Text()
    for health in (Health.OK, Health.WARNING, Health.CRITICAL, Health.UNREACHABLE, Health.BLOCKED, Health.UNKNOWN):
        if not counts[health] and health in {Health.BLOCKED, Health.UNKNOWN}:
            continue
        colour = palette.HEALTH_COLOUR[health] if counts[health] else palette.TEXT_3
        text.append("   " if text else "")
        text.append(f"{palette.HEALTH_SHAPE[health]} {counts[health]}", f"bold {colour}")
        text.append(f" {health}" if words else "", palette.TEXT_2 if counts[health] else palette.TEXT_3)
    return text


def proportion_line(counts: dict[Health, int], width: int) -> Text:
    """A thin line across the screen, as long in each colour as there are hosts of it; no health loses its last cell."""
    total = sum(counts.values())
    if not total:
        return Text("━" * width, palette.TRACK)
    line = Text()
    present = [health for health in reversed(Health) if counts[health]]
    for health in present[1:]:
        line.append("━" * max(1, counts[health] * width // total), palette.HEALTH_COLOUR[health])
    first = Text("━" * max(0, width - line.cell_len), palette.HEALTH_COLOUR[present[0]])
    return fit(Text.assemble(first, line), width)
