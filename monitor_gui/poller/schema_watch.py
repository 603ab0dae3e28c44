"""Notices a database that another Watchpost has upgraded while this one has it open."""

from PySide6.QtCore import QObject, QTimer

from monitor_gui.workspace import Workspace
from storage.database import Database
from storage.revisions import read_schema, refusal

KEY = "schema"
LOOK_EVERY_MS = 10_000


class SchemaWatch(QObject):
    """Asks the reader: it opens the database anew after a question has failed, and then every look says why not."""

    def __init__(self, workspace: Workspace, parent: QObject) -> None:
        super().__init__(parent)
        self._reader = workspace.reader
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_EVERY_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()

    def look(self) -> None:
        """Asks once."""
        self._reader.ask(KEY, _check)


def _check(database: Database) -> None:
    with database.reading() as connection:
        state, revision = read_schema(connection)
    if error := refusal(state, revision, database.url):
        raise error
