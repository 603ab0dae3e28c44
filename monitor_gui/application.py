"""Starts the desktop application: the window at once, everything else while it is already there."""

import monitor_gui.light_imports  # noqa: F401

# isort: split
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QLibraryInfo, QLocale, QTimer, QTranslator
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from monitor_gui.display import check_display
from monitor_gui.frame.main_window import MainWindow
from monitor_gui.frame.opening_view import OpeningView
from monitor_gui.opening import Opened, Opening
from monitor_gui.preferences import Preferences
from monitor_gui.theme.appearance import Appearance
from storage.translation import choose_language, language_of

if TYPE_CHECKING:
    from monitor_gui.surroundings import Surroundings

APPLICATION = "watchpost"


def run(
    open_surroundings: Callable[[], "Surroundings"], *, preferences_file: Path, host_name: str | None = None
) -> int:
    """Shows the window until a person closes it for good.

    Args:
        open_surroundings: gives what the process around does; runs in a thread and may raise `WatchpostError`.
        preferences_file: what the window remembers.
        host_name: a host to open first.

    Returns:
        The exit status.

    Raises:
        NoDisplayError: no window can be opened here.
    """
    check_display()
    application = new_application()
    preferences = Preferences(preferences_file)
    speak(application, preferences.language)
    appearance = Appearance(preferences.theme)
    appearance.apply(application)
    window = MainWindow(appearance)
    window.restore_place(preferences.geometry)
    start = _Start(application, window, appearance, preferences, open_surroundings, host_name)
    window.show()
    QTimer.singleShot(0, start.begin)
    return application.exec()


def new_application() -> QApplication:
    """The one application object of this process."""
    existing = QApplication.instance()
    application = existing if isinstance(existing, QApplication) else QApplication([APPLICATION])
    application.setApplicationName(APPLICATION)
    application.setApplicationDisplayName("Watchpost")
    QGuiApplication.setDesktopFileName(APPLICATION)
    # Hidden in the tray, the application has no window and lives on.
    application.setQuitOnLastWindowClosed(False)
    return application


def speak(application: QApplication, language: str) -> str:
    """Chooses the language of all texts, Qt's own among them; empty takes the system's. Returns its code."""
    code = language or language_of(QLocale.system().name())
    choose_language(code)
    translator = QTranslator(application)
    if translator.load(f"qtbase_{code}", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
        application.installTranslator(translator)
    return code


class _Start:
    """From the empty window to the first page."""

    def __init__(  # noqa: PLR0913, PLR0917 - what `run` has made
        self,
        application: QApplication,
        window: MainWindow,
        appearance: Appearance,
        preferences: Preferences,
        open_surroundings: Callable[[], "Surroundings"],
        host_name: str | None,
    ) -> None:
        self._application, self._window, self._appearance = application, window, appearance
        self._preferences, self._host_name = preferences, host_name
        self._view = OpeningView(appearance)
        self._opening = Opening(open_surroundings, window)
        self._opening.opened.connect(self._opened)
        self._opening.failed.connect(self._view.show_failure)
        self._view.wants_retry.connect(self._opening.begin)
        window.show_alone(self._view)
        # Nothing runs yet that would have to be stopped.
        application.lastWindowClosed.connect(self._quit_unless_open)
        self._desktop: object = None

    def begin(self) -> None:
        self._opening.begin()

    def _quit_unless_open(self) -> None:
        if self._desktop is None:
            self._application.quit()

    def _opened(self, opened: Opened) -> None:
        from monitor_gui.closing.single_instance import SingleInstance  # noqa: PLC0415
        from monitor_gui.desktop import Desktop  # noqa: PLC0415

        instance = SingleInstance(opened.surroundings.database_url, self._window)
        if not instance.claim():
            # Another window of this database has come to the front instead.
            self._application.quit()
            return
        self._desktop = desktop = Desktop(
            self._window, opened, self._appearance, self._preferences, host_name=self._host_name
        )
        instance.asked_to_show.connect(desktop.show_window)
        desktop.begin()
