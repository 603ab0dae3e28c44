"""The keeper of the poller, and everything in the window that belongs to it."""

from PySide6.QtCore import QObject

from monitor_gui.frame.notices import NoticeBar
from monitor_gui.poller.passphrase_dialog import PassphraseDialog
from monitor_gui.poller.poller_keeper import PollerKeeper
from monitor_gui.poller.schema_watch import SchemaWatch
from monitor_gui.poller.trouble_notices import TroubleNotices
from monitor_gui.workspace import Workspace


def keep_poller(workspace: Workspace, bar: NoticeBar, parent: QObject) -> PollerKeeper:
    """A keeper whose trouble is told in `bar`, and whose question is asked in the bar's window; `begin` starts it."""
    keeper = PollerKeeper(workspace, parent)
    TroubleNotices(keeper, bar)
    SchemaWatch(workspace, keeper)
    keeper.wants_passphrase.connect(lambda: PassphraseDialog(workspace, keeper.give_passphrase, bar.window()).open())
    return keeper
