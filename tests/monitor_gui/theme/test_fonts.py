"""Type has the size, weight and figures that are asked for."""

from PySide6.QtGui import QFont, QFontMetricsF
from pytestqt.qtbot import QtBot

from monitor_gui.theme.fonts import fixed_font, font


def test_type_has_its_size_and_weight(qtbot: QtBot) -> None:
    assert font(20).pixelSize() == 20
    assert font(13, strong=True).weight() == QFont.Weight.DemiBold


def test_figures_of_a_table_are_equally_wide(qtbot: QtBot) -> None:
    metrics = QFontMetricsF(font(13, tabular=True))
    assert len({metrics.horizontalAdvance(figure) for figure in "0123456789"}) == 1


def test_keys_and_commands_are_in_a_face_of_equal_widths(qtbot: QtBot) -> None:
    assert fixed_font(13).pixelSize() == 13
