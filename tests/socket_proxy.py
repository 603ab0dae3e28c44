"""A server's socket at another place, so that one of its clients can be cut off from it."""

import shutil
import socket
import tempfile
import threading
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.real_postgresql import RealPostgresql

_PIECE = 65_536


class SocketProxy:
    """Forwards bytes in both directions, or holds all of them back, as a network does that loses every packet."""

    def __init__(self, server: RealPostgresql) -> None:
        self._server = server
        self._name = f".s.PGSQL.{server.port}"
        self._folder = Path(tempfile.mkdtemp(prefix="px-"))
        self._forwards = threading.Event()
        self._forwards.set()
        self._ends: list[socket.socket] = []
        self._listener = socket.socket(socket.AF_UNIX)

    def url(self, url: str) -> str:
        """That of a database, through here."""
        return url.replace(str(self._server.folder), str(self._folder))

    def stop_forwarding(self) -> None:
        """From now on no byte arrives, on open connections nor on new ones."""
        self._forwards.clear()

    def forward_again(self) -> None:
        """What was held back arrives after all, in its order."""
        self._forwards.set()

    def __enter__(self) -> Self:
        self._listener.bind(str(self._folder / self._name))
        self._listener.listen()
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._forwards.set()
        for end in (self._listener, *self._ends):
            _end(end)
        shutil.rmtree(self._folder, ignore_errors=True)

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            server = socket.socket(socket.AF_UNIX)
            server.connect(str(self._server.folder / self._name))
            self._ends += [client, server]
            for source, target in ((client, server), (server, client)):
                threading.Thread(target=self._forward, args=(source, target), daemon=True).start()

    def _forward(self, source: socket.socket, target: socket.socket) -> None:
        try:
            while piece := source.recv(_PIECE):
                self._forwards.wait()
                target.sendall(piece)
        except OSError:
            pass
        finally:
            self._forwards.wait()
            _end(target)


def _end(end: socket.socket) -> None:
    try:
        end.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass
    finally:
        end.close()
