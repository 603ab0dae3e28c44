"""Pictures of every page and dialog, from the real window on a real database. Nothing is polled, nothing is changed."""

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QDialog

from fleet.order import SortKey, sort_fleet
from fleet.reading import HostReading
from monitor_gui.application import new_application, speak
from monitor_gui.camera import Camera, PictureError, Wish, wait_for, without_chatter
from monitor_gui.desktop import Desktop
from monitor_gui.fleet.fleet_page import FleetPage
from monitor_gui.frame.main_window import MainWindow
from monitor_gui.hosts.subject import registered
from monitor_gui.hosts.trust_dialog import key_dialog
from monitor_gui.opening import Opened
from monitor_gui.poller.poller_state import PollerKind
from monitor_gui.preferences import Preferences
from monitor_gui.surroundings import Surroundings
from monitor_gui.theme.appearance import Appearance
from storage.database import prepare_database
from storage.host import Host, Transport
from storage.host_keys import HostKey, fingerprint_of
from storage.utc import now_ms

_KEYS = (
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBkfYyQtyYyYyTtpNmqxCZIjnZJFvBVNkv2fiWSxVmHL",
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl",
)
"""To be asked about: one that is presented, and one that was trusted before."""


def render_all(
    surroundings: Surroundings, folder: Path, wish: Wish | None = None, *, clock: Callable[[], int] = now_ms
) -> list[Path]:
    """Writes the pictures into a folder, which is made where it is missing, and says which there are.

    They are called `NAME-THEME-WIDTHxHEIGHT.png`, dialogs `NAME-THEME.png`; where there are several languages, the
    language stands at the end. Needs no screen when QT_QPA_PLATFORM is `offscreen`.

    Args:
        surroundings: names the database.
        folder: for the pictures.
        wish: which pictures.
        clock: UTC milliseconds; one that stands still shows a database as it was then.

    Raises:
        WatchpostError: the database cannot be read, or a picture not be written.
        OSError: the folder cannot be made.
    """
    wish = wish or Wish()
    folder.mkdir(parents=True, exist_ok=True)
    application, written = new_application(), []
    for language in wish.languages:
        speak(application, language)
        with tempfile.TemporaryDirectory(prefix="watchpost-") as scratch, without_chatter():
            camera = Camera(folder, wish, language if len(wish.languages) > 1 else "")
            still = _Still(surroundings, surroundings.database_url)
            with _desktop(still, Path(scratch), clock) as (desktop, window):
                _take_pages(desktop, window, camera)
                _take_dialogs(desktop, window, camera)
            if camera.wants("empty"):
                _take_empty(surroundings, Path(scratch), clock, camera)
        written += camera.written
    return written


class _Still:
    """Surroundings in which nothing is started, and maybe with another database.

    Attributes:
        is_polled: whether a poller is said to run.
    """

    def __init__(self, surroundings: Surroundings, url: str) -> None:
        self._surroundings = surroundings
        self.database_url = url
        self.is_polled = False

    def poller_is_running(self) -> bool:
        return self.is_polled

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever it is there
        return getattr(self._surroundings, name)


@contextmanager
def _desktop(still: _Still, scratch: Path, clock: Callable[[], int]) -> Iterator[tuple[Desktop, MainWindow]]:
    """The application, looking at the database. It polls only where it is told to begin."""
    surroundings = cast("Surroundings", still)
    appearance = Appearance("dark")
    appearance.apply(new_application())
    window = MainWindow(appearance)
    opened = Opened(
        surroundings=surroundings, thresholds=surroundings.thresholds(), time_zone=surroundings.time_zone(), news=()
    )
    # What the window remembers is a person's, and not to be changed by pictures.
    desktop = Desktop(window, opened, appearance, Preferences(scratch / "preferences.ini"), clock=clock)
    window.show()
    try:
        desktop.live.look_now()
        wait_for(lambda: desktop.live.look is not None and not desktop.live.look.curves.missing)
        _show_poller(desktop, still)
        yield desktop, window
    finally:
        desktop.end()
        window.hide()
        window.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def _show_poller(desktop: Desktop, still: _Still) -> None:
    """Has the footer say how the poller is, without starting one."""
    look = desktop.live.look
    if look is None or look.failure is not None:
        raise (look and look.failure) or PictureError("The database was not read.")
    if look.poller is None:
        desktop.keeper.stop_collecting()
        wait_for(lambda: desktop.keeper.state.kind is PollerKind.STOPPED)
    else:
        still.is_polled = True
        desktop.keeper.begin()
        wait_for(lambda: desktop.keeper.state.kind is PollerKind.RUNNING_ELSEWHERE)


def _take_empty(surroundings: Surroundings, scratch: Path, clock: Callable[[], int], camera: Camera) -> None:
    """What is there before the first host."""
    url = f"sqlite:///{scratch}/empty.db"
    prepare_database(url, now_ms=0)
    with _desktop(_Still(surroundings, url), scratch, clock) as (desktop, window):
        wait_for(lambda: desktop.workspace.errands.is_idle)
        camera.take_window("empty", window, desktop.workspace.appearance)


def _take_pages(desktop: Desktop, window: MainWindow, camera: Camera) -> None:
    appearance = desktop.workspace.appearance
    readings = desktop.live.look.readings if desktop.live.look else ()
    fleet = window.pages["fleet"]
    for view in ("tiles", "table"):
        if readings and camera.wants(f"fleet-{view}") and isinstance(fleet, FleetPage):
            fleet.bar.chosen_view.emit(view)
            camera.take_window(f"fleet-{view}", window, appearance)
    if readings and camera.wants("host"):
        _open_host(desktop, most_telling(readings))
        camera.take_window("host", window, appearance)
    if camera.wants("hosts"):
        window.navigate("hosts")
        wait_for(lambda: desktop.workspace.errands.is_idle)
        camera.take_window("hosts", window, appearance)


def most_telling(readings: Sequence[HostReading]) -> HostReading:
    """The host that has most to show: the worst of those that are current, else the worst of all."""
    by_severity = sort_fleet(readings, SortKey.SEVERITY)
    current = [reading for reading in by_severity if reading.current]
    # Among the critical ones, that with the busiest CPU: its curves have something to tell.
    worst = [reading for reading in current if reading.health is current[0].health]
    return max(worst, key=lambda reading: reading.headline.cpu_percent or 0.0, default=by_severity[0])


def _open_host(desktop: Desktop, reading: HostReading) -> None:
    """Opens it and waits for its curves, and for its processes, which come with the next look."""
    seen, page = desktop.live.look, desktop.host_page
    desktop.open_host(reading.host_id or 0)
    wait_for(lambda: page.body is not None and page.asker.history is not None and desktop.live.look is not seen)


def _take_dialogs(desktop: Desktop, window: MainWindow, camera: Camera) -> None:
    workspace, actions = desktop.workspace, desktop.actions
    host, (new, old) = _example_host(desktop), (_key(text) for text in _KEYS)

    def opened(deed: Callable[[], None]) -> Callable[[], QDialog]:
        def show() -> QDialog:
            deed()
            return cast("QDialog", actions.dialog)

        return show

    def asked(*trusted: HostKey) -> Callable[[], QDialog]:
        def show() -> QDialog:
            dialog = key_dialog(workspace, registered(host), new, trusted, window)
            dialog.open()
            return dialog

        return show

    dialogs: dict[str, Callable[[], QDialog]] = {
        "add-host": opened(actions.add),
        "credentials": opened(actions.manage_credentials),
        "trust-key": asked(),
        "key-changed": asked(old),
    }
    for name, show in dialogs.items():
        if camera.wants(name):
            camera.take_dialog(name, show, lambda: workspace.errands.is_idle, workspace.appearance)


def _example_host(desktop: Desktop) -> Host:
    """A host whose key could be asked about."""
    look = desktop.live.look
    over_ssh = [host for host in look.state.hosts if host.transport is not Transport.LOCAL] if look else []
    return over_ssh[0] if over_ssh else Host(id=0, revision=0, name="web-01", address="10.20.7.11")


def _key(text: str) -> HostKey:
    return HostKey("10.20.7.11", 22, text.split(maxsplit=1)[0], text, fingerprint_of(text))
