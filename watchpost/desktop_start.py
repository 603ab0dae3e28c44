"""Opens the desktop application with nothing loaded that its first paint does not need."""

import importlib.util
import os
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from monitor_gui.surroundings import Surroundings
    from watchpost.configuration import Configuration


def desktop_options(arguments: Sequence[str]) -> dict[str, str] | None:
    """`--db` and `--host` where the window is meant: by `watchpost gui`, or a bare `watchpost` where there is a screen.

    None leaves it to the command line proper, which reads everything else and says what is wrong with it.
    """
    words = list(arguments)
    if not has_desktop_libraries():
        return None
    if not words:
        from monitor_gui.display import has_display  # noqa: PLC0415 - most commands need none of it

        return {} if has_display() else None
    names, values = words[1::2], words[2::2]
    if words[0] != "gui" or len(names) != len(values) or not set(names) <= {"--db", "--host"}:
        return None
    return dict(zip(names, values, strict=True))


def has_desktop_libraries() -> bool:
    """Whether Qt is installed; a server may do without it."""
    return importlib.util.find_spec("PySide6") is not None


def open_desktop(configuration: "Callable[[], Configuration]", *, host_name: str | None = None) -> int:
    """Shows the window until it is closed for good.

    Args:
        configuration: gives the configuration of this run; called in a thread, once the window is there.
        host_name: a host to open first.

    Returns:
        The exit status.

    Raises:
        NoDisplayError: no window can be opened here.
    """
    from monitor_gui.application import run  # noqa: PLC0415 - Qt takes 60 ms
    from watchpost.desktop_files import preferences_file  # noqa: PLC0415

    def surroundings() -> "Surroundings":
        from watchpost.desktop import DesktopSurroundings  # noqa: PLC0415 - the database's libraries take 200 ms
        from watchpost.log_setup import log_to_file  # noqa: PLC0415

        chosen = configuration()
        log_to_file(chosen.folders.log, chosen.log_level)
        return DesktopSurroundings(chosen)

    return run(surroundings, preferences_file=preferences_file(), host_name=host_name)


def start_from_bare_command() -> int | None:
    """Opens the window where this command line means it; None leaves it to the command line proper.

    A screen that is there but cannot be used, for want of a library, is told, and then the terminal has its turn.
    """
    arguments = sys.argv[1:]
    options = desktop_options(arguments)
    if options is None:
        return None
    from monitor_gui.display import NoDisplayError  # noqa: PLC0415

    try:
        return open_desktop(lambda: _configuration(options.get("--db")), host_name=options.get("--host"))
    except NoDisplayError as error:
        if arguments:
            return None
        sys.stderr.write(f"{error.message} {error.hint}".strip() + os.linesep)
        return None


def _configuration(database: str | None) -> "Configuration":
    from pathlib import Path  # noqa: PLC0415

    from watchpost.configuration import configure, platform_folders  # noqa: PLC0415
    from watchpost.dotenv_file import read_dotenv  # noqa: PLC0415

    return configure(database, os.environ, read_dotenv(Path.cwd()), platform_folders())
