"""Texts as they are painted."""

from functools import partial

import pytest
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QPainter

from monitor_gui.fleet import face
from monitor_gui.fleet.face import Face, face_of
from tests.monitor_gui.fleet.painted import ink, picture

pytestmark = pytest.mark.usefixtures("qapp")
INK, GROUND = QColor("#FF0000"), "#000000"


@pytest.mark.parametrize("text", ["<b>bold</b>", "<img src=x>", "plain", ""])
def test_texts_are_painted_as_they_are(text: str) -> None:
    def plainly(painter: QPainter) -> None:
        painter.setPen(INK)
        painter.setFont(face_of(13).font)
        painter.drawText(QPointF(20, 40), text)

    def quickly(painter: QPainter) -> None:
        painter.setPen(INK)
        face_of(13).write(painter, 20, 40, text)

    one, other = ink(picture(quickly), GROUND), ink(picture(plainly), GROUND)
    assert bool(one) == bool(text)
    for edge in (min, max):
        assert edge((x for x, _ in one), default=0) == pytest.approx(edge((x for x, _ in other), default=0), abs=2)
        assert edge((y for _, y in one), default=0) == pytest.approx(edge((y for _, y in other), default=0), abs=1)


def test_long_texts_are_cut() -> None:
    shown = face_of(13).cut("x" * 300, 80)
    assert shown.endswith("…")
    assert face_of(13).width(shown) <= 80
    assert face_of(13).cut("short", 80) == "short"


def test_one_that_carries_weight_is_wider() -> None:
    assert face_of(13, strong=True).width("memory") > face_of(13).width("memory")
    assert face_of(13, tabular=True).width("111") == face_of(13, tabular=True).width("888")


def test_what_is_kept_of_texts_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(face, "_MOST", 3)
    made = Face(13, strong=False, tabular=False)
    first = picture(lambda painter: made.write(painter, 20, 40, "0"))
    for number in range(10):
        text = str(number)
        assert made.width(text) > 0
        assert made.cut(text, 100) == text
        picture(partial(made.write, x=20, y=40, text=text))
    assert picture(lambda painter: made.write(painter, 20, 40, "0")) == first
