"""A screen that nobody sees: an X server in memory, with what is on it as a picture and a keyboard to type on."""

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtGui import QImage

_WITH_US = ("setpriv", "--pdeathsig", "TERM")
_GRAB = """
import sys
from PySide6.QtGui import QGuiApplication
application = QGuiApplication(["grab"])
sys.exit(not QGuiApplication.primaryScreen().grabWindow(0).save(sys.argv[1]))
"""


@dataclass(frozen=True)
class VirtualScreen:
    """A running X server.

    Attributes:
        display: as DISPLAY wants it.
        environment: what a program needs to show its window there.
    """

    display: str

    @property
    def environment(self) -> dict[str, str]:
        return {"DISPLAY": self.display, "QT_QPA_PLATFORM": "xcb"}

    def windows(self) -> list[str]:
        """The ids of all windows of the program that are shown, as xdotool has them, the newest last."""
        return self._xdotool("search", "--onlyvisible", "--class", "watchpost", check=False).split()

    def focus(self, window: str) -> None:
        """Gives a window the keyboard; there is no window manager who would."""
        self._xdotool("windowfocus", "--sync", window)

    def press(self, *keys: str) -> None:
        """Presses keys, such as `ctrl+n`, `Tab`, `Return`."""
        self._xdotool("key", "--delay", "40", *keys)

    def type(self, text: str) -> None:
        """Types a text."""
        self._xdotool("type", "--delay", "15", text)

    def picture(self, path: Path) -> QImage:
        """What is on the screen now, also written to a file."""
        subprocess.run(
            [sys.executable, "-c", _GRAB, str(path)], check=True, env={**os.environ, **self.environment}, timeout=60
        )
        return QImage(str(path))

    def _xdotool(self, *words: str, check: bool = True) -> str:
        done = subprocess.run(
            ["xdotool", *words],
            check=check,
            capture_output=True,
            text=True,
            env={**os.environ, "DISPLAY": self.display},
            timeout=30,
        )
        return done.stdout


@contextlib.contextmanager
def virtual_screen(width: int = 1440, height: int = 900) -> Iterator[VirtualScreen]:
    """A screen of that size; it is gone at the end, however that comes."""
    reader, writer = os.pipe()
    # The server picks a number that is free and says which.
    server = subprocess.Popen(
        [
            *_WITH_US,
            "Xvfb",
            *("-displayfd", str(writer), "-screen", "0", f"{width}x{height}x24", "-nolisten", "tcp", "-noreset"),
        ],
        pass_fds=(writer,),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(writer)
    try:
        with os.fdopen(reader) as said:
            number = said.readline().strip()
        if not number:
            raise RuntimeError("Xvfb did not start; install xvfb (`make test` does)")
        yield VirtualScreen(f":{number}")
    finally:
        server.terminate()
        server.wait()
