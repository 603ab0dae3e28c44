"""The style sheet: what Qt's own widgets look like under given tokens. Pure; what is painted by hand is not in here."""

from pathlib import Path
from string import Template

import resources
from monitor_gui.theme.tokens import Tokens, mixed

_ICONS = Path(next(iter(resources.__path__))) / "icons"
"""A style sheet takes pictures from files only."""

_SHEET = Template("""
* { outline: 0; }
QWidget { color: $text_1; font-size: 13px; }
QMainWindow, QDialog, QMessageBox, QWidget#page, QStackedWidget { background: $bg; }
QFrame#sidebar { background: $sidebar; border-right: 1px solid $border; }
QScrollArea, QScrollArea > QWidget > QWidget { background: transparent; border: none; }
QFrame#card { background: $surface; border: 1px solid $border; border-radius: 11px; }
QFrame#line { background: $border; border: none; max-height: 1px; min-height: 1px; }

QLabel { background: transparent; }
QMessageBox QLabel#qt_msgbox_label, QMessageBox QLabel#qt_msgbox_informativelabel { min-width: 340px; }
QMessageBox QLabel#qt_msgbox_label { font-weight: 600; }
QAbstractScrollArea::corner { background: transparent; border: none; }
QLabel[role="title"] { font-size: 20px; font-weight: 600; }
QLabel[role="heading"] { font-size: 14px; font-weight: 600; }
QLabel[role="strong"] { font-weight: 600; }
QLabel[role="number"] { font-size: 24px; font-weight: 600; }
QLabel[role="subtitle"], QLabel[role="text"] { color: $text_2; }
QLabel[role="muted"] { color: $text_3; }
QLabel[role="caption"] { color: $text_3; font-size: 11px; font-weight: 600; }
QLabel[role="error"] { color: $crit; }
QLabel[role="warning"] { color: $warn; }
QLabel[role="ok"] { color: $ok; }

QPushButton {
  background: $surface; border: 1px solid $border; border-radius: 7px; padding: 6px 12px; min-height: 16px;
  font-weight: 600;
}
QPushButton:hover { background: $raised; }
QPushButton:pressed { background: $track; }
QPushButton:focus { border-color: $accent; }
QPushButton:disabled { color: $text_3; background: $bg; }
QPushButton[kind="primary"] { background: $accent; border-color: $accent; color: $on_accent; }
QPushButton[kind="primary"]:hover { background: $accent_hover; border-color: $accent_hover; }
QPushButton[kind="primary"]:focus { border-color: $text_1; }
QPushButton[kind="primary"]:disabled { background: $track; border-color: $track; color: $text_3; }
QPushButton[kind="danger"] { color: $crit; border-color: $crit_border; }
QPushButton[kind="danger"]:hover { background: $crit_surface; }
QPushButton[kind="danger"]:disabled { color: $text_3; border-color: $border; }
QPushButton[kind="quiet"] { background: transparent; border-color: transparent; color: $text_2; }
QPushButton[kind="quiet"]:hover { background: $raised; color: $text_1; }
QPushButton[kind="quiet"]:focus { border-color: $accent; }
QPushButton[kind="link"] {
  background: transparent; border: 1px solid transparent; color: $accent; padding: 2px 2px; text-align: left;
}
QPushButton[kind="link"]:hover, QPushButton[kind="link"]:focus { text-decoration: underline; }
QPushButton[kind="navigation"] {
  background: transparent; border: 1px solid transparent; color: $text_1; text-align: left; padding: 7px 10px;
  font-weight: 500;
}
QPushButton[kind="navigation"]:hover { background: $raised; }
QPushButton[kind="navigation"]:checked { background: $selection; font-weight: 600; }
QPushButton[kind="navigation"]:focus { border-color: $accent; }
QPushButton::menu-indicator { image: none; width: 0; }
QToolButton[kind="icon"] {
  background: $surface; border: 1px solid $border; border-radius: 7px; padding: 6px; min-width: 16px; min-height: 16px;
}
QToolButton[kind="icon"]:hover { background: $raised; }
QToolButton[kind="icon"]:focus { border-color: $accent; }
QToolButton[kind="icon"]:disabled { background: $bg; }
QToolButton[kind="bare"] { background: transparent; border: 1px solid transparent; border-radius: 7px; padding: 3px; }
QToolButton[kind="bare"]:hover { background: $raised; }
QToolButton[kind="bare"]:focus { border-color: $accent; }
QToolButton::menu-indicator { image: none; width: 0; }

QFrame#segments { background: $raised; border: 1px solid $border; border-radius: 8px; }
QFrame#segments QPushButton {
  background: transparent; border: 1px solid transparent; border-radius: 6px; padding: 4px 10px; color: $text_2;
  min-height: 16px;
}
QFrame#segments QPushButton:hover { color: $text_1; }
QFrame#segments QPushButton:checked { background: $segment; border-color: $border; color: $text_1; }
QFrame#segments QPushButton:focus { border-color: $accent; }

QLineEdit, QComboBox, QSpinBox, QDoubleSpinBox, QPlainTextEdit, QTextEdit {
  background: $surface; border: 1px solid $border; border-radius: 7px; padding: 6px 9px; min-height: 16px;
  selection-background-color: $accent; selection-color: $on_accent;
}
QLineEdit:focus, QComboBox:focus, QSpinBox:focus, QDoubleSpinBox:focus, QPlainTextEdit:focus, QTextEdit:focus {
  border-color: $accent;
}
QLineEdit:disabled, QComboBox:disabled, QSpinBox:disabled { color: $text_3; background: $bg; }
QLineEdit[state="error"] { border-color: $crit; }
QLineEdit[state="ok"] { border-color: $ok; }
QComboBox::drop-down { border: none; width: 22px; }
QComboBox::down-arrow { image: none; }
QComboBox QAbstractItemView {
  background: $surface; border: 1px solid $border; border-radius: 7px; padding: 4px;
  selection-background-color: $selection; selection-color: $text_1;
}
QCheckBox, QRadioButton { spacing: 8px; background: transparent; }
QCheckBox::indicator, QRadioButton::indicator {
  width: 14px; height: 14px; border: 1px solid $text_3; background: $surface; border-radius: 4px;
}
QRadioButton::indicator { border-radius: 8px; }
QCheckBox::indicator:checked, QRadioButton::indicator:checked {
  background: $accent; border: 1px solid $accent;
}
QCheckBox::indicator:checked { image: url("$tick"); }
QRadioButton::indicator:checked { border: 4px solid $accent; background: $on_accent; width: 8px; height: 8px; }
QCheckBox::indicator:focus, QRadioButton::indicator:focus { border-color: $accent; }
QCheckBox:focus, QRadioButton:focus { color: $accent; }
QCheckBox:disabled, QRadioButton:disabled { color: $text_3; }

QTableView, QListView, QTreeView {
  background: transparent; border: none; gridline-color: $border; selection-background-color: $selection;
  selection-color: $text_1; alternate-background-color: $surface;
}
QTableView::item { border-bottom: 1px solid $border; padding: 0 8px; }
QTableView::item:selected { background: $selection; color: $text_1; }
QTableView::item:hover { background: $raised; }
QTableView::item:selected:hover { background: $selection; }
QHeaderView { background: transparent; border: none; }
QHeaderView::section {
  background: transparent; border: none; border-bottom: 1px solid $border; color: $text_3; padding: 6px 8px;
  font-size: 12px; font-weight: 600;
}
QHeaderView::section:hover { color: $text_1; }
QTableCornerButton::section { background: transparent; border: none; }

QMenu { background: $surface; border: 1px solid $border; border-radius: 7px; padding: 4px; }
QMenu::item { padding: 6px 22px 6px 12px; border-radius: 5px; background: transparent; }
QMenu::item:selected { background: $selection; }
QMenu::item:disabled { color: $text_3; }
QMenu::separator { height: 1px; background: $border; margin: 4px 6px; }
QMenu::icon { padding-left: 8px; }
QToolTip { background: $raised; color: $text_1; border: 1px solid $border; padding: 4px 6px; font-size: 12px; }

QScrollBar:vertical { background: transparent; width: 10px; margin: 2px; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 2px; }
QScrollBar::handle { background: $track_strong; border-radius: 3px; }
QScrollBar::handle:vertical { min-height: 28px; }
QScrollBar::handle:horizontal { min-width: 28px; }
QScrollBar::handle:hover { background: $text_3; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; border: none; background: none; }
QScrollBar::add-page, QScrollBar::sub-page { background: none; }

QProgressBar { background: $track; border: none; border-radius: 3px; height: 6px; text-align: center; }
QProgressBar::chunk { background: $accent; border-radius: 3px; }
QTabBar::tab { background: transparent; color: $text_2; padding: 6px 12px; border-bottom: 2px solid transparent; }
QTabBar::tab:selected { color: $text_1; border-bottom: 2px solid $accent; }
QTabBar::tab:focus { color: $accent; }
QTabWidget::pane { border: none; }
QSplitter::handle { background: transparent; }
QStatusBar { background: $bg; color: $text_3; }
""")


def stylesheet(tokens: Tokens) -> str:
    """The style sheet of one theme."""
    names = {name: getattr(tokens, name) for name in tokens.__slots__ if isinstance(getattr(tokens, name), str)}
    return _SHEET.substitute(
        names,
        accent_hover=mixed(tokens.accent, tokens.text_1, 0.18),
        segment=tokens.surface,
        tick=(_ICONS / f"tick-{tokens.name}.svg").as_posix(),
        track_strong=mixed(tokens.track, tokens.text_3, 0.25),
    )
