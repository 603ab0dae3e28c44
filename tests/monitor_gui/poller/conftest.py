"""A keeper whose time a test moves on, and which looks when it is told to."""

from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot

from monitor_gui.poller.poller_keeper import PollerKeeper
from monitor_gui.workspace import Workspace
from tests.monitor_gui.poller.clock import Clock
from tests.monitor_gui.poller.made_up_looks import Looks


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def keeper(workspace: Workspace, clock: Clock) -> PollerKeeper:
    """Has not begun."""
    return PollerKeeper(replace(workspace, now_ms=clock))


@pytest.fixture
def looks(keeper: PollerKeeper, workspace: Workspace, clock: Clock, qtbot: QtBot) -> Looks:
    """Has the keeper look."""
    return Looks(keeper, workspace, clock, qtbot)
