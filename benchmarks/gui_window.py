"""The pages of the desktop application on a database, in a real window and without a poller, for the benches."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent

from alerts.thresholds import DEFAULTS
from monitor_gui.application import new_application
from monitor_gui.desktop import Desktop
from monitor_gui.frame.main_window import MainWindow
from monitor_gui.frame.page import Page
from monitor_gui.host.host_page import HostPage
from monitor_gui.opening import Opened
from monitor_gui.preferences import FleetView, Preferences
from monitor_gui.reading.fleet_feed import FleetFeed
from monitor_gui.reading.look import FleetLook
from monitor_gui.theme.appearance import Appearance
from storage.database import Database
from tests.monitor_gui.surroundings import TestSurroundings

SIZE = (1440, 900)


@dataclass(frozen=True, slots=True)
class MeasuredWindow:
    """The application, looking at nothing by itself yet.

    Attributes:
        desktop: all of it.
        window: shown.
        fleet: the fleet page.
    """

    desktop: Desktop
    window: MainWindow
    fleet: Page

    @property
    def host(self) -> HostPage:
        """The page of one host."""
        return self.desktop.host_page


@contextmanager
def measured_window(url: str, folder: Path, view: FleetView) -> Iterator[MeasuredWindow]:
    """The application on that database, without a poller of its own.

    Args:
        url: of the database.
        folder: for what the window remembers.
        view: how the fleet is shown.
    """
    appearance = Appearance("dark")
    appearance.apply(new_application())
    preferences = Preferences(folder / f"{view}.ini")
    preferences.fleet_view = view
    window = MainWindow(appearance)
    window.resize(*SIZE)
    opened = Opened(surroundings=TestSurroundings(url, folder), thresholds=DEFAULTS, time_zone=None, news=())
    desktop = Desktop(window, opened, appearance, preferences)
    window.show()
    try:
        yield MeasuredWindow(desktop, window, window.pages["fleet"])
    finally:
        desktop.end()
        window.hide()
        window.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def complete_look(feed: FleetFeed, database: Database, at_ms: int, focus: int | None) -> FleetLook:
    """The fleet at that moment, the past of every host included; a feed reads it a few hosts at a time."""
    look = feed.look(database, at_ms, focus)
    while look.curves.missing:
        look = feed.look(database, at_ms, focus)
    return look


def new_feed() -> FleetFeed:
    """A feed that has not looked yet."""
    return FleetFeed(thresholds=DEFAULTS, time_zone=None)


def resident_mb() -> float:
    """Memory of this process that is resident now, in MB (10^6 bytes)."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def thread_ms() -> float:
    """CPU time of this thread so far, in milliseconds."""
    return time.thread_time() * 1000
