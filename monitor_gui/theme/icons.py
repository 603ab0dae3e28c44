"""Icons: small drawings in SVG, on a field of 24 by 24, coloured when they are asked for."""

from collections.abc import Mapping
from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

_DRAWINGS: Mapping[str, str] = {
    "fleet": '<rect x="4" y="4" width="6.5" height="6.5" rx="1.5"/><rect x="13.5" y="4" width="6.5" height="6.5" '
    'rx="1.5"/><rect x="4" y="13.5" width="6.5" height="6.5" rx="1.5"/><rect x="13.5" y="13.5" width="6.5" '
    'height="6.5" rx="1.5"/>',
    "hosts": '<rect x="3.5" y="4" width="17" height="7" rx="2"/><rect x="3.5" y="13" width="17" height="7" rx="2"/>'
    '<path d="M11.5 7.5h5M11.5 16.5h5"/><circle cx="7.5" cy="7.5" r=".4"/><circle cx="7.5" cy="16.5" r=".4"/>',
    "compare": '<path d="M4 4v14.5A1.5 1.5 0 0 0 5.5 20H20M7.5 14.5l4-5 3.2 3.2L20 6.5"/>',
    "bell": '<path d="M6.5 10a5.5 5.5 0 0 1 11 0c0 4.5 2 6 2 6h-15s2-1.5 2-6M10 19.5a2.2 2.2 0 0 0 4 0"/>',
    "rules": '<path d="M4 7h8M18 7h2M4 12h2M12 12h8M4 17h9M19 17h1"/><circle cx="15" cy="7" r="2"/><circle cx="9" '
    'cy="12" r="2"/><circle cx="16" cy="17" r="2"/>',
    "report": '<path d="M13.5 3.5H7A1.5 1.5 0 0 0 5.5 5v14A1.5 1.5 0 0 0 7 20.5h10a1.5 1.5 0 0 0 '
    '1.5-1.5V8.5zM13.5 3.5v5h5M9 13h6M9 16.5h6"/>',
    "settings": '<circle cx="12" cy="12" r="3"/><path d="M12 3v3M12 18v3M3 12h3M18 12h3M5.6 5.6l2.2 2.2M16.2 '
    '16.2l2.2 2.2M5.6 18.4l2.2-2.2M16.2 7.8l2.2-2.2"/>',
    "search": '<circle cx="11" cy="11" r="6.5"/><path d="M16 16l4.5 4.5"/>',
    "plus": '<path d="M12 5v14M5 12h14"/>',
    "moon": '<path d="M19.5 14.5A8 8 0 0 1 9.5 4.5a8 8 0 1 0 10 10z"/>',
    "sun": '<circle cx="12" cy="12" r="4"/><path d="M12 3v2M12 19v2M3 12h2M19 12h2M5.6 5.6L7 7M17 17l1.4 1.4M5.6 '
    '18.4L7 17M17 7l1.4-1.4"/>',
    "chevron-down": '<path d="M6.5 9.5l5.5 5.5 5.5-5.5"/>',
    "chevron-right": '<path d="M9.5 6.5l5.5 5.5-5.5 5.5"/>',
    "grid": '<rect x="4" y="4" width="6.5" height="6.5" rx="1.5"/><rect x="13.5" y="4" width="6.5" '
    'height="6.5" rx="1.5"/><rect x="4" y="13.5" width="6.5" height="6.5" rx="1.5"/><rect x="13.5" '
    'y="13.5" width="6.5" height="6.5" rx="1.5"/>',
    "list": '<path d="M9 6h11M9 12h11M9 18h11"/><circle cx="4.5" cy="6" r=".4"/>'
    '<circle cx="4.5" cy="12" r=".4"/><circle cx="4.5" cy="18" r=".4"/>',
    "cpu": '<rect x="6" y="6" width="12" height="12" rx="2"/><rect x="10" y="10" width="4" height="4" rx=".5"/><path '
    'd="M9.5 3v3M14.5 3v3M9.5 18v3M14.5 18v3M3 9.5h3M3 14.5h3M18 9.5h3M18 14.5h3"/>',
    "memory": '<path d="M3.5 17V8A1.5 1.5 0 0 1 5 6.5h14A1.5 1.5 0 0 1 20.5 8v9zM3.5 17v2M8 17v2M12 '
    '17v2M16 17v2M20.5 17v2M8 10v3.5M12 10v3.5M16 10v3.5"/>',
    "network": '<path d="M8 20V4M8 4L4.5 7.5M8 4l3.5 3.5M16 4v16M16 20l-3.5-3.5M16 20l3.5-3.5"/>',
    "disk": '<ellipse cx="12" cy="5.5" rx="7.5" ry="2.5"/><path d="M4.5 5.5v13c0 1.4 3.4 2.5 7.5 '
    '2.5s7.5-1.1 7.5-2.5v-13M4.5 12c0 1.4 3.4 2.5 7.5 2.5s7.5-1.1 7.5-2.5"/>',
    "processes": '<path d="M10 6h10M10 12h10M10 18h10M4 6h2M4 12h2M4 18h2"/>',
    "clock": '<circle cx="12" cy="12" r="8.5"/><path d="M12 7v5l3.5 2"/>',
    "export": '<path d="M12 4v11M12 15l-4.5-4.5M12 15l4.5-4.5M4.5 16v2.5A1.5 1.5 0 0 0 6 20h12a1.5 1.5 '
    '0 0 0 1.5-1.5V16"/>',
    "more": '<circle cx="6" cy="12" r=".4"/><circle cx="12" cy="12" r=".4"/><circle cx="18" cy="12" r=".4"/>',
    "key": '<circle cx="8" cy="15.5" r="4"/><path d="M11 12.5l8.5-8.5M16 7.5l3 3M13.5 10l2 2"/>',
    "trash": '<path d="M4.5 6.5h15M9.5 6.5V5A1.5 1.5 0 0 1 11 3.5h2A1.5 1.5 0 0 1 14.5 5v1.5M6.5 '
    '6.5l.8 12.6a1.5 1.5 0 0 0 1.5 1.4h6.4a1.5 1.5 0 0 0 1.5-1.4l.8-12.6M10 10.5v6M14 10.5v6"/>',
    "edit": '<path d="M4.5 19.5l1-4L16 5a2 2 0 0 1 3 3L8.5 18.5zM14 7l3 3"/>',
    "test": '<path d="M3.5 12h4l2.5-7 4 14 2.5-7h4"/>',
    "copy": '<rect x="9" y="9" width="11" height="11" rx="2"/><path d="M5.5 15A1.5 1.5 0 0 1 4 13.5V6a2 2 0 0 1 '
    '2-2h7.5A1.5 1.5 0 0 1 15 5.5"/>',
    "eye": '<path d="M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12z"/><circle '
    'cx="12" cy="12" r="2.8"/>',
    "eye-off": '<path d="M4 4l16 16M9.5 5.9A9 9 0 0 1 12 5.5c6 0 9.5 6.5 9.5 6.5a16 16 0 0 1-2.6 '
    '3.3M6 7.6A15.5 15.5 0 0 0 2.5 12S6 18.5 12 18.5a9 9 0 0 0 4-.9"/>',
    "close": '<path d="M6 6l12 12M18 6L6 18"/>',
    "check": '<path d="M5 12.5l4.5 4.5L19 7.5"/>',
    "circle-check": '<circle cx="12" cy="12" r="9"/><path d="M8 12.3l2.8 2.8L16 9.5"/>',
    "triangle-alert": '<path d="M10.5 4.3L2.7 17.8A1.7 1.7 0 0 0 4.2 20.4h15.6a1.7 1.7 0 0 0 '
    '1.5-2.6L13.5 4.3a1.7 1.7 0 0 0-3 0zM12 9.5v4.5"/><circle cx="12" cy="17.2" r=".4"/>',
    "octagon-x": '<path d="M8.3 3h7.4L21 8.3v7.4L15.7 21H8.3L3 15.7V8.3zM9.2 9.2l5.6 5.6M14.8 9.2l-5.6 5.6"/>',
    "dashed-ring": '<circle cx="12" cy="12" r="9" stroke-dasharray="4.2 2.9"/><path d="M9 12h6"/>',
    "spinner": '<path d="M12 3a9 9 0 1 1-8.5 6"/>',
    "server": '<rect x="3.5" y="5" width="17" height="11" rx="2"/><path d="M8.5 20h7M12 16v4"/>',
    "arrow-left": '<path d="M19.5 12H5M5 12l6-6M5 12l6 6"/>',
    "refresh": '<path d="M20 11a8 8 0 0 0-14-4.5L4 8.5M4 4v4.5h4.5M4 13a8 8 0 0 0 14 4.5l2-2M20 20v-4.5h-4.5"/>',
    "undo": '<path d="M4.5 9.5H14a5 5 0 0 1 0 10H9M4.5 9.5L9 5M4.5 9.5L9 14"/>',
    "terminal": '<path d="M5 7.5l4.5 4.5L5 16.5M12.5 17H19"/>',
}
# A dot is a tiny circle: QtSvg draws no line without length, whatever its caps.
_LOGO = (
    '<rect x="0" y="0" width="24" height="24" rx="6.5" fill="{colour}"/><path d="M4.5 12.5h3.3l2.2-5.5 4 10.5 '
    '2.2-5h3.3" fill="none" stroke="{ink}" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"/>'
)
NAMES = frozenset(_DRAWINGS) | {"logo"}


def svg(name: str, colour: str, *, ink: str = "#FFFFFF") -> str:
    """The drawing as an SVG document.

    Args:
        name: one of `NAMES`.
        colour: of its strokes; of the field, where it is the logo.
        ink: of what stands on the logo's field.
    """
    head = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" '
    if name == "logo":
        return f"{head}>{_LOGO.format(colour=colour, ink=ink)}</svg>"
    stroke = f'fill="none" stroke="{colour}" stroke-width="1.9" stroke-linecap="round" stroke-linejoin="round"'
    return f"{head}{stroke}>{_DRAWINGS[name]}</svg>"


@lru_cache(maxsize=1024)
def pixmap(name: str, colour: str, size: int, ratio: float = 1.0) -> QPixmap:
    """The drawing as a picture of `size` logical pixels, for a screen with `ratio` device pixels to each."""
    picture = QPixmap(round(size * ratio), round(size * ratio))
    picture.fill(QColor(0, 0, 0, 0))
    painter = QPainter(picture)
    QSvgRenderer(QByteArray(svg(name, colour).encode())).render(painter, QRectF(picture.rect()))
    painter.end()
    picture.setDevicePixelRatio(ratio)
    return picture


@lru_cache(maxsize=512)
def icon(name: str, colour: str, size: int = 16) -> QIcon:
    """The drawing as an icon for ordinary screens and for those with twice the pixels."""
    made = QIcon(pixmap(name, colour, size))
    made.addPixmap(pixmap(name, colour, size, 2.0))
    return made
