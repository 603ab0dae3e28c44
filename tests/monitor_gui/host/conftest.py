"""Fixtures of the host page's tests."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QEvent


@pytest.fixture(autouse=True)
def _widgets_end_with_their_test() -> Iterator[None]:
    """Without a running event loop Qt deletes nothing, and what lives on is dressed again in every later test."""
    yield
    if QCoreApplication.instance() is not None:
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
