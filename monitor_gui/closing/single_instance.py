"""One window a database and user: a second start shows the first one's window and ends."""

import getpass
import hashlib
import os
import tempfile
from pathlib import Path

from PySide6.QtCore import QObject, Signal

_ANSWER = b"shown\n"
_LONGEST_PATH = 100
"""Bytes; the system takes 107, and Qt listens under a longer name first."""
_PATIENCE_MS = 1_000
"""An instance that hangs for longer is not the one that a person wants to see again."""


class SingleInstance(QObject):
    """Which of two is the one.

    Signals:
        asked_to_show: somebody has started Watchpost again.
    """

    asked_to_show = Signal()

    def __init__(self, database_url: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.name = socket_path(database_url, getpass.getuser())
        self._server: QObject | None = None

    def claim(self) -> bool:
        """True: we are the one from now on. False: there is another, and its window is in front now."""
        if _ask_another(self.name):
            return False
        # Loaded late: the first paint needs no network.
        from PySide6.QtNetwork import QLocalServer  # noqa: PLC0415

        server = QLocalServer(self)
        server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        # With these options Qt puts the new socket into the place of one that nobody listens to any more.
        server.listen(self.name)
        server.newConnection.connect(self._answer)
        self._server = server
        return True

    def release(self) -> None:
        """From now on another may be the one."""
        from PySide6.QtNetwork import QLocalServer  # noqa: PLC0415

        if isinstance(self._server, QLocalServer):
            self._server.close()
            self._server = None

    def _answer(self) -> None:
        from PySide6.QtNetwork import QLocalServer  # noqa: PLC0415

        if not isinstance(self._server, QLocalServer):
            return
        while (connection := self._server.nextPendingConnection()) is not None:
            connection.disconnected.connect(connection.deleteLater)
            # Whoever has asked hangs up once it has read this.
            connection.write(_ANSWER)
            connection.flush()
            self.asked_to_show.emit()


def socket_path(database_url: str, user: str) -> str:
    """A name that no other database and no other user has, in a folder of this user's where there is one."""
    digest = hashlib.sha256(f"{user}\0{database_url}".encode("utf-8", "surrogateescape")).hexdigest()
    name = f"watchpost-{digest[:32]}"
    if os.name == "nt":
        return name
    runtime = Path(os.environ.get("XDG_RUNTIME_DIR") or "/nowhere")
    for folder in (runtime, Path(tempfile.gettempdir())):
        if folder.is_dir() and len(os.fsencode(folder / name)) <= _LONGEST_PATH:
            return str(folder / name)
    return name


def _ask_another(name: str) -> bool:
    """Whether there is one that answers."""
    if _is_somebody_elses(name):
        return False
    from PySide6.QtNetwork import QLocalSocket  # noqa: PLC0415

    socket = QLocalSocket()
    socket.connectToServer(name)
    if not socket.waitForConnected(_PATIENCE_MS):
        return False
    answered = socket.bytesAvailable() > 0 or socket.waitForReadyRead(_PATIENCE_MS)
    socket.abort()
    return answered


def _is_somebody_elses(name: str) -> bool:
    """In a folder for all, another user could lie in wait under our name and keep the window from opening."""
    if os.name == "nt":
        return False
    try:
        return Path(name).lstat().st_uid != os.getuid()
    except OSError:
        return False
