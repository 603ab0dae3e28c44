"""The application once its database is there: its parts, and who hears of what."""

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from monitor_gui.closing.closing import Closing
from monitor_gui.closing.end_signals import EndSignals
from monitor_gui.fleet.fleet_page import FleetPage
from monitor_gui.frame.main_window import MainWindow
from monitor_gui.frame.notices import NoticeBar
from monitor_gui.frame.page import Page
from monitor_gui.host.host_page import HostPage
from monitor_gui.hosts.empty_state import EmptyState
from monitor_gui.hosts.host_actions import HostActions
from monitor_gui.opening import Opened
from monitor_gui.poller.footer import PollerFooter
from monitor_gui.poller.passphrase_dialog import PassphraseDialog
from monitor_gui.poller.poller_keeper import PollerKeeper
from monitor_gui.poller.trouble_notices import TroubleNotices
from monitor_gui.preferences import Preferences
from monitor_gui.reading.errands import Errands
from monitor_gui.reading.fleet_feed import FleetFeed
from monitor_gui.reading.garbage import GuiThreadCollector
from monitor_gui.reading.live import Live
from monitor_gui.reading.look import FleetLook
from monitor_gui.reading.reader import Reader
from monitor_gui.startup_marks import mark
from monitor_gui.theme.appearance import Appearance
from monitor_gui.workspace import Workspace
from storage.translation import _
from storage.utc import now_ms


class Desktop(QObject):
    """Everything behind one window.

    Attributes:
        workspace: what every page works with.
        window: the frame.
        live: looks at the fleet.
        notices: what is told above the pages.
        actions: what is done to hosts.
        keeper: keeps a poller running.
    """

    def __init__(  # noqa: PLR0913 - what a window is made of
        self,
        window: MainWindow,
        opened: Opened,
        appearance: Appearance,
        preferences: Preferences,
        *,
        host_name: str | None = None,
        clock: Callable[[], int] = now_ms,
    ) -> None:
        super().__init__(window)
        self.window, self._wanted_host = window, host_name
        self._has_ended = self._has_charted = False
        self._collector = GuiThreadCollector(self)
        self.workspace = _workspace(opened, appearance, preferences, clock, self)
        self.notices = NoticeBar(appearance)
        window.set_notices(self.notices)
        self.actions = HostActions(self.workspace, self.notices, window)
        feed = FleetFeed(thresholds=opened.thresholds, time_zone=opened.time_zone)
        self.live = Live(self.workspace.reader, feed, clock, self)
        # A keyring that waits for its user, or a service that hangs, must not keep the poller waiting.
        self._keepers_errands = Errands(self.workspace.surroundings.database_url, self)
        self.keeper = PollerKeeper(replace(self.workspace, errands=self._keepers_errands), self)
        self._troubles = TroubleNotices(self.keeper, self.notices)
        self._closing = Closing(self.workspace, self.keeper, window, self)
        self._signals = EndSignals(self)
        self.host_page = HostPage(self.workspace)
        self._add_pages()
        footer = PollerFooter(self.workspace, self.keeper)
        window.navigation.set_footer(footer)
        self._connect()
        for sentence in opened.news:
            self.notices.show_notice(sentence, "warn", sentence)
        window.navigate("fleet")

    def begin(self) -> None:
        """Begins to poll and to look."""
        if self.window.page is not None:
            self.window.page.setFocus()
        self.keeper.begin()
        self.live.look_now()

    def open_host(self, host_id: int) -> None:
        """Shows one host."""
        self.host_page.show_host(host_id)
        self.window.navigate("host")
        self.live.look_now()

    def show_window(self) -> None:
        """Brings the window back from wherever it is."""
        self._closing.bring_back()

    def end(self) -> None:
        """Lets go of threads and the database, and remembers how the window was left. May be called twice."""
        if self._has_ended:
            return
        self._has_ended = True
        self.live.stop()
        preferences = self.workspace.preferences
        preferences.geometry = self.window.saveGeometry()
        preferences.theme = self.workspace.appearance.mode
        preferences.save()
        self._signals.restore()
        self.workspace.reader.close()
        self._keepers_errands.close()
        self.workspace.errands.close()
        self._collector.stop()

    def _add_pages(self) -> None:
        self.window.add_page("fleet", FleetPage(self.workspace, self._empty_state))
        self.window.add_page("host", self.host_page)
        for page in self.window.pages.values():
            self._connect_page(page)
        self.window.add_page_later("hosts", self._hosts_page)

    def _hosts_page(self) -> Page:
        # Making it takes 50 ms, which the first page of all does not wait for.
        from monitor_gui.hosts.hosts_page import HostsPage  # noqa: PLC0415

        page = HostsPage(self.workspace, self.actions)
        self._connect_page(page)
        return page

    def _empty_state(self) -> QWidget:
        return EmptyState(self.workspace, self.actions)

    def _connect_page(self, page: Page) -> None:
        page.opened_host.connect(self.open_host)
        page.wants_add_host.connect(self.actions.add)
        page.wants_edit_host.connect(self.actions.edit)
        page.wants_remove_host.connect(self._remove)
        page.wants_test_host.connect(self.actions.test)
        page.wants_retry_host.connect(self.actions.retry)

    def _connect(self) -> None:
        self.host_page.wants_trust_host.connect(self.actions.trust)
        self.host_page.wants_fleet.connect(lambda: self.window.navigate("fleet"))
        self.window.navigated.connect(self._show_page)
        self.live.looked.connect(self._show_look)
        self.workspace.reader.changed.connect(self.live.news)
        self.keeper.wants_passphrase.connect(self._ask_passphrase)
        self._closing.quitting.connect(self.end)
        self._signals.received.connect(self._closing.quit_now)
        for keys, act in (("Ctrl+N", self.actions.add), ("F5", self.live.look_now)):
            QShortcut(QKeySequence(keys), self.window, act)

    def _show_look(self, look: FleetLook) -> None:
        self.keeper.show_look(look)
        self._closing.show_look(look)
        self._open_wanted_host(look)
        page = self.window.page
        if page is not None and self.window.isVisible():
            page.show_look(look)
            if look.curves.cpu and not self._has_charted:
                self._has_charted = True
                # Painting comes before timers.
                QTimer.singleShot(0, self, lambda: mark("first_chart"))

    def _show_page(self, _: str) -> None:
        page = self.window.page
        if page is None:
            return
        self.live.focus = page.focus_host_id
        if self.live.look is not None:
            page.show_look(self.live.look)

    def _open_wanted_host(self, look: FleetLook) -> None:
        if self._wanted_host is None or not look.loaded:
            return
        name, self._wanted_host = self._wanted_host, None
        host = next((host for host in look.state.hosts if host.name == name), None)
        if host is None:
            self.notices.show_notice("wanted-host", "warn", _("There is no host “{name}”.").format(name=name))
        else:
            self.open_host(host.id)

    def _remove(self, host_id: int) -> None:
        self.actions.remove([host_id])
        if isinstance(self.window.page, HostPage):
            self.window.navigate("fleet")

    def _ask_passphrase(self) -> None:
        PassphraseDialog(self.workspace, self.keeper.give_passphrase, self.window).open()


def _workspace(
    opened: Opened, appearance: Appearance, preferences: Preferences, clock: Callable[[], int], parent: QObject
) -> Workspace:
    url = opened.surroundings.database_url
    return Workspace(
        appearance=appearance,
        reader=Reader(url, parent),
        errands=Errands(url, parent),
        surroundings=opened.surroundings,
        preferences=preferences,
        now_ms=clock,
    )
