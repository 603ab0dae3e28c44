"""Type: the system's own face at the sizes, with figures of equal width where numbers stand below each other."""

from functools import lru_cache

from PySide6.QtGui import QFont, QFontDatabase

_PREFERRED = ("Inter", "Inter Variable")
"""Drawn for small sizes on screens; taken where the system has it, else the system's own face."""
_TABULAR = QFont.Tag("tnum")


@lru_cache(maxsize=1)
def families() -> tuple[str, ...]:
    """The faces to use, the best first; Korean and all else comes from Qt's own fallback."""
    present = set(QFontDatabase.families())
    general = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont).family()
    return tuple(name for name in _PREFERRED if name in present) or (general,)


@lru_cache(maxsize=64)
def font(size_px: int, *, strong: bool = False, tabular: bool = False) -> QFont:
    """A face.

    Args:
        size_px: height in logical pixels.
        strong: whether it carries weight.
        tabular: figures of equal width.
    """
    made = QFont(list(families()))
    made.setPixelSize(size_px)
    made.setWeight(QFont.Weight.DemiBold if strong else QFont.Weight.Normal)
    if tabular:
        made.setFeature(_TABULAR, 1)
    return made


@lru_cache(maxsize=4)
def fixed_font(size_px: int) -> QFont:
    """The system's face of equal widths, for keys and commands."""
    made = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    made.setPixelSize(size_px)
    return made
