"""One notice: a shape in its colour, what is the matter and what to do about it, a button for that, a cross."""

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QEnterEvent, QKeyEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QApplication, QBoxLayout, QFrame, QHBoxLayout, QLabel, QPushButton, QToolButton, QWidget

from monitor_gui.frame.breakable_text import breakable
from monitor_gui.frame.severity import Severity
from monitor_gui.theme.appearance import Appearance
from monitor_gui.theme.icons import icon, pixmap
from monitor_gui.theme.tokens import RADIUS_CONTROL, SPACE_1, SPACE_2, SPACE_3, Tokens
from storage.printable import printable
from storage.translation import _

_ICON_SIZE = 18
_LEAST_HEIGHT = 44
_TEXT_LIMIT, _HINT_LIMIT = 300, 600
_ICONS = {"crit": "octagon-x", "warn": "triangle-alert", "ok": "circle-check", "hint": "bell"}


class Banner(QFrame):
    """A banner of one severity.

    Signals:
        acted: its button was pressed.
        closed: a person has closed it.
        passed: its time is over.
    """

    acted = Signal()
    closed = Signal()
    passed = Signal()

    def __init__(
        self,
        appearance: Appearance,
        severity: Severity,
        passing_ms: int | None,
        parent: QWidget | None = None,
    ) -> None:
        """Takes the time after which it passes; None for one that stays."""
        super().__init__(parent)
        self.severity = severity
        self._appearance = appearance
        self._icon = QLabel()
        self._text, self._hint = _words("strong"), _words("text")
        self._action = QPushButton()
        self._action.clicked.connect(self.acted)
        self._cross = QToolButton()
        self._cross.setProperty("kind", "bare")
        self._cross.setToolTip(_("Close"))
        self._cross.setAccessibleName(_("Close this notice"))
        self._cross.clicked.connect(self.closed)
        self._lay_out()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.passed)
        self._passing_ms = passing_ms
        self._is_hovered = False
        self._has_place = False
        appearance.changed.connect(self._dress)
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._wait_while_used)
        self._dress()
        self._wait_while_used()

    def say(self, text: str, hint: str, action_text: str, *, closable: bool) -> None:
        """What stands on it; texts of any origin."""
        self._text.setText(breakable(printable(text, _TEXT_LIMIT)))
        self._hint.setText(breakable(printable(hint, _HINT_LIMIT)))
        self._hint.setVisible(bool(hint))
        self._action.setText(action_text)
        self._action.setVisible(bool(action_text))
        self._cross.setVisible(closable)
        self.setAccessibleName(f"{self._text.text()} {self._hint.text()}".strip())
        self._turn()

    def _lay_out(self) -> None:
        self._column = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._column.addWidget(self._text)
        self._column.addWidget(self._hint, 1)
        self._row = row = QHBoxLayout(self)
        row.setContentsMargins(SPACE_3, SPACE_1 + 2, SPACE_2, SPACE_1 + 2)
        row.setSpacing(SPACE_2 + 2)
        row.addWidget(self._icon)
        row.addLayout(self._column, 1)
        row.addWidget(self._action)
        row.addWidget(self._cross)

    def _turn(self) -> None:
        """Text and hint stand side by side where there is room, else one below the other."""
        if not self._has_place:
            return
        margins = self._row.contentsMargins()
        others = [widget for widget in (self._icon, self._action, self._cross) if not widget.isHidden()]
        taken = [widget.sizeHint().width() for widget in others]
        room = self.width() - margins.left() - margins.right() - sum(taken) - self._row.spacing() * len(taken)
        wanted = sum(label.fontMetrics().horizontalAdvance(label.text()) for label in (self._text, self._hint))
        fits = wanted + 2 * SPACE_3 <= room
        direction = QBoxLayout.Direction
        self._column.setDirection(direction.LeftToRight if fits else direction.TopToBottom)
        self._column.setSpacing(SPACE_2 + 2 if fits else 0)
        for label in (self._text, self._hint):
            label.setWordWrap(not fits)
        # Else a window that is too low would lay its lines over each other.
        self.setMinimumHeight(max(_LEAST_HEIGHT, self.heightForWidth(self.width())))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """There may be room for one line now."""
        super().resizeEvent(event)
        self._has_place = True
        self._turn()

    def enterEvent(self, event: QEnterEvent) -> None:  # noqa: N802 - Qt's name
        """Whoever reads is given time."""
        super().enterEvent(event)
        self._is_hovered = True
        self._wait_while_used()

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """The time begins anew."""
        super().leaveEvent(event)
        self._is_hovered = False
        self._wait_while_used()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Escape closes it."""
        if event.key() == Qt.Key.Key_Escape and not self._cross.isHidden():
            self.closed.emit()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802, ARG002 - Qt's name
        """The ground and the border of its severity."""
        ground, border, _colour = _colours(self._appearance.tokens, self.severity)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(QColor(ground))
        painter.setPen(QPen(QColor(border), 1))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), RADIUS_CONTROL, RADIUS_CONTROL)

    def _wait_while_used(self) -> None:
        if self._passing_ms is None:
            return
        focused = QApplication.focusWidget()
        if self._is_hovered or (focused is not None and self.isAncestorOf(focused)):
            self._timer.stop()
        elif not self._timer.isActive():
            self._timer.start(self._passing_ms)

    def _dress(self) -> None:
        tokens = self._appearance.tokens
        _ground, _border, colour = _colours(tokens, self.severity)
        self._icon.setPixmap(pixmap(_ICONS[self.severity], colour, _ICON_SIZE, self.devicePixelRatioF()))
        self._cross.setIcon(icon("close", tokens.text_2))
        self._cross.setIconSize(QSize(14, 14))
        self.update()


def _words(role: str) -> QLabel:
    label = QLabel()
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setProperty("role", role)
    # As long as it need not wrap, its text must not keep the window from being made narrower.
    label.setMinimumWidth(1)
    return label


def _colours(tokens: Tokens, severity: str) -> tuple[str, str, str]:
    """Ground, border, shape."""
    return {
        "crit": (tokens.crit_surface, tokens.crit_border, tokens.crit),
        "warn": (tokens.warn_surface, tokens.warn_border, tokens.warn),
        "ok": (tokens.surface, tokens.border, tokens.ok),
    }.get(severity, (tokens.surface, tokens.border, tokens.accent))
