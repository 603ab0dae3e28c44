"""Fixtures of the desktop application. Windows are painted into memory unless QT_QPA_PLATFORM says otherwise."""

import gc
import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication

from monitor_gui.preferences import Preferences
from monitor_gui.reading.errands import Errands
from monitor_gui.reading.reader import Reader
from monitor_gui.theme.appearance import Appearance
from monitor_gui.workspace import Workspace
from tests.monitor_gui.patient_bot import PatientBot
from tests.monitor_gui.surroundings import TestSurroundings

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


@pytest.fixture(autouse=True)
def _garbage_is_collected_in_this_thread() -> Iterator[None]:
    """As in the application: a widget that a reader's thread collects takes the whole run with it."""
    gc.disable()
    yield
    # What the test has made is young; walking everything that is loaded takes a quarter of a second each time.
    gc.collect(1)


@pytest.fixture
def qtbot(qapp: QApplication, request: pytest.FixtureRequest) -> PatientBot:
    """In the place of pytest-qt's."""
    return PatientBot(request)


@pytest.fixture
def appearance(qapp: QApplication) -> Iterator[Appearance]:
    """The dark theme on the application; undressed again, so that the next test pays for its own."""
    shown = Appearance("dark")
    shown.apply(qapp)
    yield shown
    shown.deleteLater()
    # Without an event loop Qt deletes nothing: pages would pile up and make every style sheet after them slower.
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    qapp.setStyleSheet("")


@pytest.fixture
def surroundings(database_url: str, tmp_path: Path) -> TestSurroundings:
    """Surroundings with an empty database."""
    return TestSurroundings(database_url, tmp_path)


@pytest.fixture
def workspace(appearance: Appearance, surroundings: TestSurroundings) -> Iterator[Workspace]:
    """A workspace on that database, with real threads that end with the test."""
    reader, errands = Reader(surroundings.database_url), Errands(surroundings.database_url)
    yield Workspace(
        appearance=appearance,
        reader=reader,
        errands=errands,
        surroundings=surroundings,
        preferences=Preferences(surroundings.preferences_file),
        now_ms=lambda: time.time_ns() // 1_000_000,
    )
    assert errands.close()
    reader.close()
