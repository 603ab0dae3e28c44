"""The live view as an application: one thread reads the database, the screens show what it found."""

import os
import threading
import time
from datetime import tzinfo
from typing import ClassVar

from textual.app import App
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.worker import get_current_worker

from alerts.thresholds import Thresholds
from watchpost.terminal.feed import Feed
from watchpost.terminal.fleet_screen import FleetScreen
from watchpost.terminal.fleet_table import FleetTable
from watchpost.terminal.help_screen import HelpScreen
from watchpost.terminal.host_screen import HostScreen
from watchpost.terminal.look import Look
from watchpost.terminal.poller_screen import PollerScreen
from watchpost.terminal.theme import THEME

LOOK_EVERY_S = 1.0


class Looked(Message):
    """The database was looked at."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.look = look


class LiveView(App[None]):
    """Watchpost in a terminal."""

    TITLE = "Watchpost"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("p", "poller", "poller"),
        Binding("question_mark", "help", "help", key_display="?"),
        Binding("q", "quit", "quit"),
    ]
    CSS = """
    Screen { background: $background; }
    #header, #message { height: auto; }
    Footer { background: $surface; }
    """

    def __init__(self, feed: Feed, *, note: str = "") -> None:
        # With colours of the terminal's own, Textual leaves all of them out on NO_COLOR; else it only turns them grey.
        super().__init__(ansi_color=True if os.environ.get("NO_COLOR") else None)
        self._note = note
        self._feed = feed
        self._focus: int | None = None
        self._look: Look | None = None
        self._wake = threading.Event()

    def on_mount(self) -> None:
        """Opens the fleet and begins to read."""
        self.register_theme(THEME)
        self.theme = THEME.name
        self.push_screen(FleetScreen(note=self._note))
        self.run_worker(self._keep_looking, thread=True, name="reader")

    def _keep_looking(self) -> None:
        """Runs in a thread of its own until the application ends."""
        worker = get_current_worker()
        while not worker.is_cancelled:
            self._wake.clear()
            started = time.monotonic()
            look = self._feed.look(int(time.time() * 1000), self._focus)
            if not worker.is_cancelled:
                self.post_message(Looked(look))
                # A thousand hosts take 0.15 s to read: a large fleet is looked at less often, not at any price.
                self._wake.wait(max(LOOK_EVERY_S, 4 * (time.monotonic() - started)))
        self._feed.close()

    def on_looked(self, message: Looked) -> None:
        """Shows it on every screen that is open."""
        self._look = message.look
        screens = self.screen_stack
        # For the next look; also under the help.
        self._focus = next((screen.host_id for screen in screens if isinstance(screen, HostScreen)), None)
        for screen in screens:
            if isinstance(screen, FleetScreen | HostScreen | PollerScreen):
                screen.show(message.look)

    def on_fleet_table_opened(self, message: FleetTable.Opened) -> None:
        """Opens the host; once, however quickly the key was pressed again."""
        if isinstance(self.screen, FleetScreen):
            self._focus = message.host_id
            self.push_screen(HostScreen(message.host_id, note=self._note))
            self._wake.set()

    def action_poller(self) -> None:
        """Opens the figures of the poller."""
        if not isinstance(self.screen, PollerScreen | HelpScreen):
            self.push_screen(PollerScreen(self._look))

    def action_help(self) -> None:
        """Opens the help."""
        self.push_screen(HelpScreen())

    def on_unmount(self) -> None:
        """Lets the reader go."""
        self._wake.set()


def run(url: str, *, thresholds: Thresholds, time_zone: tzinfo | None, note: str = "") -> int:
    """Shows the live view until a person quits.

    Args:
        url: of the database; it need not be there yet.
        thresholds: what counts as a warning and as critical.
        time_zone: in which times are shown; None takes the database's setting, else the
            system's.
        note: shown in the footer while nothing is wrong.

    Returns:
        The exit status.
    """
    view = LiveView(Feed(url, thresholds=thresholds, time_zone=time_zone), note=note)
    view.run()
    return view.return_code or 0
