"""The steps of a connection test as a checklist, each ticked as it passes."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QRectF, QSize, QTimer
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from monitor_gui.forms.plain_text import PlainText
from monitor_gui.hosts.verdict import Mark, marks, step_text
from monitor_gui.theme.appearance import Appearance
from monitor_gui.theme.icons import pixmap
from monitor_gui.theme.tokens import SPACE_2, Tokens
from storage.connection_step import Step
from storage.translation import N_, _

_SIZE = 16
_TURN_MS = 60
_TURN_DEGREES = 30
_ICONS: Mapping[Mark, str] = {
    Mark.WAITING: "dashed-ring",
    Mark.RUNNING: "spinner",
    Mark.PASSED: "circle-check",
    Mark.FAILED: "octagon-x",
    Mark.SKIPPED: "dashed-ring",
}
_ROLES: Mapping[Mark, str] = {
    Mark.WAITING: "muted",
    Mark.SKIPPED: "muted",
    Mark.RUNNING: "strong",
    Mark.FAILED: "error",
}
_SPOKEN: Mapping[Mark, str] = {
    Mark.WAITING: N_("not yet"),
    Mark.RUNNING: N_("under way"),
    Mark.PASSED: N_("passed"),
    Mark.FAILED: N_("failed"),
    Mark.SKIPPED: N_("not reached"),
}


def _colour(tokens: Tokens, mark: Mark) -> str:
    return {
        Mark.PASSED: tokens.ok,
        Mark.FAILED: tokens.crit,
        Mark.RUNNING: tokens.accent,
    }.get(mark, tokens.text_3)


class MarkIcon(QWidget):
    """A mark as a shape; it turns while something is under way."""

    def __init__(self, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._appearance = appearance
        self._mark = Mark.WAITING
        self._angle = 0
        self._timer = QTimer(self)
        self._timer.setInterval(_TURN_MS)
        self._timer.timeout.connect(self._turn)
        self.setFixedSize(QSize(_SIZE, _SIZE))
        appearance.changed.connect(self.update)

    def show_mark(self, mark: Mark) -> None:
        """Another mark."""
        self._mark = mark
        if mark is Mark.RUNNING:
            self._timer.start()
        else:
            self._timer.stop()
            self._angle = 0
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802, ARG002 - Qt's name
        """Paints the shape, turned by as much as it has come round."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.translate(_SIZE / 2, _SIZE / 2)
        painter.rotate(self._angle)
        picture = pixmap(
            _ICONS[self._mark], _colour(self._appearance.tokens, self._mark), _SIZE, self.devicePixelRatioF()
        )
        painter.drawPixmap(QRectF(-_SIZE / 2, -_SIZE / 2, _SIZE, _SIZE), picture, QRectF(picture.rect()))

    def _turn(self) -> None:
        self._angle = (self._angle + _TURN_DEGREES) % 360
        self.update()


class StepList(QWidget):
    """The checklist."""

    def __init__(self, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._appearance = appearance
        self._rows: dict[Step, tuple[QWidget, MarkIcon, PlainText]] = {}
        self._steps: tuple[Step, ...] = ()
        self.marks: dict[Step, Mark] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_2)
        for step in Step:
            self._rows[step] = self._make_row(step)
            column.addWidget(self._rows[step][0])
        column.addStretch(1)
        self.begin(tuple(Step), running=False)

    def begin(self, steps: Sequence[Step], *, running: bool = True) -> None:
        """A new test with these steps."""
        self._steps = tuple(steps)
        for step, (row, _icon, _text) in self._rows.items():
            row.setVisible(step in self._steps)
        self.show_progress((), running=running)

    def show_progress(self, passed: Sequence[Step], *, running: bool = False, failed: bool = False) -> None:
        """How far the test has come; the step after the last that passed runs, or is where it failed."""
        self.marks = marks(self._steps, passed, running=running, failed=failed)
        for step, mark in self.marks.items():
            row, icon, text = self._rows[step]
            icon.show_mark(mark)
            text.set_role(_ROLES.get(mark, ""))
            row.setAccessibleName(f"{step_text(step)}: {_(_SPOKEN[mark])}")

    def _make_row(self, step: Step) -> tuple[QWidget, MarkIcon, PlainText]:
        row = QWidget()
        icon = MarkIcon(self._appearance)
        text = PlainText(step_text(step))
        text.setWordWrap(False)
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(SPACE_2)
        line.addWidget(icon)
        line.addWidget(text, 1)
        return row, icon, text
