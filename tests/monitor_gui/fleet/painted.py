"""Looks at what was painted."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QWidget


def picture(paint: Callable[[QPainter], None], width: int = 300, height: int = 150, ground: str = "#000000") -> QImage:
    """What is painted onto that ground."""
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor(ground))
    painter = QPainter(image)
    paint(painter)
    painter.end()
    return image


def grabbed(widget: QWidget) -> QImage:
    """The widget as it looks now."""
    return widget.grab().toImage()


def count(image: QImage, colour: str) -> int:
    """How many pixels have exactly this colour."""
    return int((_pixels(image) == QColor(colour).rgb()).sum())


def holds(image: QImage, colour: str) -> bool:
    """Whether any pixel has exactly this colour."""
    return count(image, colour) > 0


def ink(image: QImage, ground: str) -> set[tuple[int, int]]:
    """Where it is not the ground."""
    down, across = np.nonzero(_pixels(image) != QColor(ground).rgb())
    return set(zip(across.tolist(), down.tolist(), strict=True))


def _pixels(image: QImage) -> NDArray[np.uint32]:
    plain = image.convertToFormat(QImage.Format.Format_RGB32)
    rows = np.frombuffer(plain.constBits(), dtype=np.uint32).reshape(plain.height(), plain.bytesPerLine() // 4)
    return rows[:, : plain.width()] | np.uint32(0xFF000000)
