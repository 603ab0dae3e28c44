"""Takes pictures of windows and dialogs, in every theme and size, and waits until there is something to see."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QElapsedTimer, QEventLoop, QMessageLogContext, QTimer, QtMsgType, qInstallMessageHandler
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QDialog, QMainWindow, QWidget

from monitor_gui.theme.appearance import Appearance, Mode
from storage.errors import WatchpostError

PATIENCE_MS = 60_000
_LAID_OUT_MS = 60
"""Layouts and pages that are built just after they were shown are done by then."""


class PictureError(WatchpostError):
    """A picture cannot be taken."""

    kind = "picture"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """Which pictures.

    Attributes:
        sizes: of the window, in pixels.
        themes: which of them.
        languages: codes of `storage.translation.LANGUAGES`.
        ratio: device pixels for each pixel.
        only: names of the pictures that are wanted, such as `fleet-tiles`; empty for all.
    """

    sizes: Sequence[tuple[int, int]] = ((1280, 800), (1440, 900))
    themes: Sequence[Mode] = ("dark", "light")
    languages: Sequence[str] = ("en",)
    ratio: float = 1.0
    only: Sequence[str] = ()


class Camera:
    """Writes pictures into a folder.

    Attributes:
        wish: which pictures.
        written: those that were taken.
    """

    def __init__(self, folder: Path, wish: Wish, language: str = "") -> None:
        """Takes the folder, and the language where the names of the pictures are to say it."""
        self._folder, self._language = folder, language
        self.wish = wish
        self.written: list[Path] = []

    def wants(self, name: str) -> bool:
        """Whether that picture is wanted."""
        return not self.wish.only or name in self.wish.only

    def take_window(self, name: str, window: QMainWindow, appearance: Appearance) -> None:
        """The window in every theme and size."""
        for theme in self.wish.themes:
            appearance.choose(theme)
            for width, height in self.wish.sizes:
                window.resize(width, height)
                # Nobody is at the keyboard, so nothing looks as if somebody were.
                for widget in window.findChildren(QWidget):
                    if widget.hasFocus():
                        widget.clearFocus()
                self._take(window, f"{name}-{theme}-{width}x{height}")

    def take_dialog(
        self, name: str, show: Callable[[], QDialog], is_ready: Callable[[], bool], appearance: Appearance
    ) -> None:
        """A dialog in every theme, in the size that it has. Shown anew for each: some are dressed only once."""
        for theme in self.wish.themes:
            appearance.choose(theme)
            dialog = show()
            wait_for(is_ready)
            self._take(dialog, f"{name}-{theme}")
            dialog.close()
            live_for(0)

    def _take(self, widget: QWidget, name: str) -> None:
        live_for(_LAID_OUT_MS)
        picture = QPixmap(widget.size() * self.wish.ratio)
        picture.setDevicePixelRatio(self.wish.ratio)
        widget.render(picture)
        path = self._folder / f"{name}{f'-{self._language}' if self._language else ''}.png"
        if not picture.save(str(path)):
            raise PictureError(f"The picture {path} cannot be written.", hint="Check the folder and the room left.")
        self.written.append(path)


@contextmanager
def without_chatter() -> Iterator[None]:
    """Keeps to itself that a window in memory has no frame that could be told its limits."""

    def handle(kind: QtMsgType, context: QMessageLogContext, text: str) -> None:
        if "propagateSizeHints" in text:
            return
        if callable(before):
            before(kind, context, text)
        else:
            sys.stderr.write(f"{text}\n")

    before = qInstallMessageHandler(handle)
    try:
        yield
    finally:
        qInstallMessageHandler(before)


def live_for(ms: int) -> None:
    """Lets the application live for so many milliseconds."""
    loop = QEventLoop()
    QTimer.singleShot(ms, loop.quit)
    loop.exec()


def wait_for(is_so: Callable[[], bool], patience_ms: int = PATIENCE_MS) -> None:
    """Lets the application live until that is so. Raises PictureError when it never is."""
    clock = QElapsedTimer()
    clock.start()
    while not is_so():
        if clock.hasExpired(patience_ms):
            raise PictureError("The window did not become ready in time.", hint="Try again when there is less to do.")
        live_for(10)
