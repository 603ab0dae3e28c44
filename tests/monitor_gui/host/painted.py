"""Looks at what was painted."""

import numpy as np
from PySide6.QtGui import QColor, QImage


def has_colour(image: QImage, colour: str, least: int = 20) -> bool:
    """Whether at least so many pixels have exactly this colour."""
    plain = image.convertToFormat(QImage.Format.Format_RGB32)
    pixels = np.frombuffer(plain.constBits(), dtype=np.uint32) | np.uint32(0xFF000000)
    return int((pixels == QColor(colour).rgb()).sum()) >= least
