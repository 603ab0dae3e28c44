"""Colours and sizes, each under the name of what it is for. Pure; `docs/decisions/0009` says where they come from."""

from collections.abc import Mapping
from dataclasses import dataclass

SPACE_1, SPACE_2, SPACE_3, SPACE_4, SPACE_5, SPACE_6 = 4, 8, 12, 16, 24, 32
"""Pixels between things."""
RADIUS_CONTROL, RADIUS_CARD = 7, 11
TYPE_CAPTION, TYPE_SMALL, TYPE_BODY, TYPE_STRONG, TYPE_TITLE, TYPE_NUMBER = 11, 12, 13, 14, 20, 24
"""Pixels of type."""
SIDEBAR_WIDTH = 212


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """One theme, as `#RRGGBB`.

    Attributes:
        name: `dark` or `light`.
        bg: behind everything.
        surface: cards.
        border: around cards and controls.
        text_1: what is to be read.
        text_2: what explains it.
        text_3: what may be overlooked.
        accent: what can be acted on, and the first curve.
        on_accent: text on the accent.
        ok: nothing is wrong.
        warn: over a warning threshold.
        crit: over a critical threshold.
        off: nothing is known.
        sidebar: behind the navigation.
        raised: controls, and rows under the pointer.
        track: the empty part of a bar.
        selection: the page one is on, the filter that is chosen.
        selection_border: around the latter.
        crit_surface: a banner about something critical.
        crit_border: around it, and around critical tiles.
        warn_surface: a banner with a warning.
        warn_border: around it, and around tiles with a warning.
        grid: lines across a chart.
        charts: colours of curves, in the order of use.
    """

    name: str
    bg: str
    surface: str
    border: str
    text_1: str
    text_2: str
    text_3: str
    accent: str
    on_accent: str
    ok: str
    warn: str
    crit: str
    off: str
    sidebar: str
    raised: str
    track: str
    selection: str
    selection_border: str
    crit_surface: str
    crit_border: str
    warn_surface: str
    warn_border: str
    grid: str
    charts: tuple[str, ...]


DARK = Tokens(
    name="dark",
    bg="#0C0E13",
    surface="#14171F",
    border="#222733",
    text_1="#E8EBF2",
    text_2="#A6AFBF",
    text_3="#788294",
    accent="#7C93FF",
    on_accent="#0C0E13",
    ok="#3CC29A",
    warn="#F0B84A",
    crit="#F26A6A",
    off="#8892A4",
    sidebar="#0E1016",
    raised="#1B1F29",
    track="#232834",
    selection="#1A2140",
    selection_border="#3A4A8C",
    crit_surface="#2A1519",
    crit_border="#7A353B",
    warn_surface="#262014",
    warn_border="#6E5A2E",
    grid="#1D212B",
    charts=("#7C93FF", "#34C6AC", "#F2A65A", "#E879A8", "#B08CF5", "#5CC1EE", "#DCCB62", "#97A1B3"),
)
LIGHT = Tokens(
    name="light",
    bg="#F5F6F9",
    surface="#FFFFFF",
    border="#E3E7EE",
    text_1="#161A22",
    text_2="#4D5768",
    text_3="#6B7587",
    accent="#4361EE",
    on_accent="#FFFFFF",
    ok="#07805D",
    warn="#A66100",
    crit="#CF2F3F",
    off="#667284",
    sidebar="#FBFBFD",
    raised="#F0F2F6",
    track="#E6E9F0",
    selection="#E8ECFE",
    selection_border="#A9B8F8",
    crit_surface="#FEEFF0",
    crit_border="#E9A3AA",
    warn_surface="#FFF8EB",
    warn_border="#DDBE8A",
    grid="#EDF0F5",
    charts=("#4361EE", "#0E9F85", "#D97614", "#CF4A83", "#7C4DDB", "#1689C4", "#9A8411", "#667085"),
)

_ICON_OF_HEALTH: Mapping[str, str] = {
    "ok": "circle-check",
    "warning": "triangle-alert",
    "critical": "octagon-x",
    "blocked": "octagon-x",
    "unreachable": "dashed-ring",
    "unknown": "dashed-ring",
}


def health_colour(tokens: Tokens, health: str) -> str:
    """The colour of a `fleet.reading.Health`, by its value."""
    return {"ok": tokens.ok, "warning": tokens.warn, "critical": tokens.crit, "blocked": tokens.crit}.get(
        health, tokens.off
    )


def health_icon(health: str) -> str:
    """The shape that goes with it: a state is never told by its colour alone."""
    return _ICON_OF_HEALTH.get(health, "dashed-ring")


def mixed(first: str, second: str, share: float) -> str:
    """A colour between two, `share` of the way from the first to the second."""
    parts = (
        round(int(first[place : place + 2], 16) * (1 - share) + int(second[place : place + 2], 16) * share)
        for place in (1, 3, 5)
    )
    return "#" + "".join(f"{part:02X}" for part in parts)
