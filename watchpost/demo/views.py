"""How a demonstration is looked at: in a window, in the terminal, or by whatever commands a person types elsewhere."""

import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from enum import StrEnum

from rich.text import Text

from alerts.thresholds import from_environment
from storage.errors import InvalidInputError
from watchpost.console import errors
from watchpost.demo.ending import undisturbed
from watchpost.demo.isolation import demo_environment
from watchpost.demo.place import DemoPlace
from watchpost.desktop_start import has_desktop_libraries
from watchpost.poller_child import PollerChild

_CHECK_EVERY_S = 0.5


class View(StrEnum):
    """One way."""

    WINDOW = "window"
    TERMINAL = "terminal"
    NONE = "none"


def chosen_view(*, terminal: bool, headless: bool) -> View:
    """The one that was asked for, else a window where there is a display, else the terminal.

    Raises:
        WatchpostError: there is neither, or what was asked for is not there. It is said before any work is done.
    """
    if headless:
        return View.NONE
    if not terminal and has_desktop_libraries():
        from monitor_gui.display import check_display, has_display  # noqa: PLC0415 - only where it is asked for

        if has_display():
            check_display()
            return View.WINDOW
    if sys.stdin.isatty() and sys.stdout.isatty():
        return View.TERMINAL
    raise InvalidInputError(
        "There is neither a display nor a terminal to show it on.",
        hint="With --headless it runs without, for other commands to look at.",
    )


def show(view: View, place: DemoPlace, environment: Mapping[str, str], hosts: int, check: Callable[[], None]) -> int:
    """Shows it until a person has seen enough; the exit status.

    Args:
        view: how.
        place: where it is.
        environment: of this process.
        hosts: how many there are.
        check: raises WatchpostError when the hosts are gone.
    """
    if view is View.WINDOW:
        from watchpost.demo.window import show_window  # noqa: PLC0415 - brings the desktop

        return show_window(place, environment, hosts)
    with _poller(place, environment) as poller:
        if view is View.TERMINAL:
            # The terminal toolkit takes 0.2 s to import.
            from watchpost.terminal.app import run  # noqa: PLC0415

            note = f"A demonstration: these {hosts} hosts are simulated. Everything is gone at the end."
            return run(place.database_url, thresholds=from_environment({}), time_zone=None, note=note)
        return _stand_by(place, poller, check)


@contextmanager
def _poller(place: DemoPlace, environment: Mapping[str, str]) -> Iterator[PollerChild]:
    poller = PollerChild(
        place.database_url,
        place.folders.log,
        environment=demo_environment(environment, place),
        folder=place.path,
    )
    try:
        poller.wait_until_polling()
        yield poller
    finally:
        with undisturbed():
            poller.stop()


def _stand_by(place: DemoPlace, poller: PollerChild, check: Callable[[], None]) -> int:
    errors().print(Text(f"It runs. Look at it with: watchpost top --db {place.database_file}\nCtrl-C ends it."))
    while True:
        time.sleep(_CHECK_EVERY_S)
        poller.check()
        check()
