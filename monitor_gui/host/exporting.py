"""Saves pictures and values from a host's page: asks where to, has it done, and says how it went."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QWidget

from monitor_gui.charts.saved_file import ValuesWish, file_name, save_picture, save_values
from monitor_gui.reading.errands import Errands
from storage.database import Database
from storage.errors import WatchpostError
from storage.printable import printable
from storage.quantities import whole
from storage.translation import _, ngettext


@dataclass(frozen=True, slots=True)
class Outcome:
    """How it went, in a sentence, and what to do about it."""

    severity: Literal["ok", "crit"]
    text: str
    hint: str = ""


class Exporting(QObject):
    """What the menus of the page ask for.

    Signals:
        said: an `Outcome`.
    """

    said = Signal(object)

    def __init__(self, errands: Errands, page: QWidget) -> None:
        super().__init__(page)
        self._errands, self._page = errands, page
        self.dialog: QFileDialog | None = None

    def copy_picture(self, widget: QWidget) -> None:
        """Puts a picture of a widget on the clipboard."""
        QGuiApplication.clipboard().setPixmap(widget.grab())
        self.said.emit(Outcome("ok", _("The picture is on the clipboard.")))

    def save_picture(self, widget: QWidget, *words: str) -> None:
        """Saves a picture of a widget as it is now; its file is named after the words."""
        picture = widget.grab().toImage()

        def save(path: Path) -> None:
            def work(_database: Database) -> str:
                save_picture(path, picture)
                return _("Saved {file}.").format(file=printable(path.name))

            self._errands.run(work, self._saved, self._refused, owner=self)

        self._ask(_("Save picture"), file_name(*words, ending="png"), _("Pictures (*.png)"), save)

    def save_values(self, wish: ValuesWish, *words: str) -> None:
        """Saves values as a table."""

        def save(path: Path) -> None:
            def work(database: Database) -> str:
                rows = save_values(path, database, wish)
                text = ngettext("Saved {file} with {rows} value.", "Saved {file} with {rows} values.", rows)
                return text.format(file=printable(path.name), rows=whole(rows))

            self._errands.run(work, self._saved, self._refused, owner=self)

        self._ask(_("Save values"), file_name(*words, ending="csv"), _("Tables (*.csv)"), save)

    def _ask(self, title: str, name: str, kinds: str, save: Callable[[Path], None]) -> None:
        """Asks for a place without holding up anything else."""
        dialog = QFileDialog(self._page, title, "", kinds)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(Path(name).suffix[1:])
        dialog.selectFile(name)
        dialog.fileSelected.connect(lambda path: save(Path(path)))
        dialog.finished.connect(dialog.deleteLater)
        self.dialog = dialog
        dialog.open()

    def _saved(self, text: str) -> None:
        self.said.emit(Outcome("ok", text))

    def _refused(self, error: WatchpostError) -> None:
        self.said.emit(Outcome("crit", error.message, error.hint))
