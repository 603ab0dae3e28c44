"""Whether a window can be opened here. Qt itself ends the process when it finds that it cannot."""

import ctypes
import os
import socket
import sys
from collections.abc import Mapping
from pathlib import Path

from storage.errors import WatchpostError
from storage.printable import printable
from storage.translation import _

_X_PORT = 6000
_CONNECT_TIMEOUT_S = 2.0

_PACKAGES = "libgl1 libegl1 libxkbcommon-x11-0 libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 libxcb-shape0 libxcb-xkb1"


class NoDisplayError(WatchpostError):
    """There is no screen to open a window on."""

    kind = "no_display"


def check_display(environment: Mapping[str, str] = os.environ) -> None:
    """Raises NoDisplayError, which says what is missing, unless a window can be opened."""
    platform = environment.get("QT_QPA_PLATFORM", "").partition(":")[0]
    if sys.platform in {"darwin", "win32"} or platform in {"offscreen", "minimal", "vnc"}:
        return
    wayland = _wayland_answers(environment)
    if not wayland and not _x_answers(environment.get("DISPLAY", "")):
        raise NoDisplayError(_no_screen(environment), hint=_("“watchpost top” shows the hosts in a terminal."))
    check_libraries("qwayland" if wayland and platform != "xcb" else "qxcb", _plugin_folder())


def has_display(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether a screen answers; what may be missing besides is for `check_display` to say."""
    if sys.platform in {"darwin", "win32"}:
        return True
    return _wayland_answers(environment) or _x_answers(environment.get("DISPLAY", ""))


def _no_screen(environment: Mapping[str, str]) -> str:
    display = printable(environment.get("DISPLAY", ""), 60)
    if display:
        return _("The display {name} does not answer, so no window can be opened.").format(name=display)
    return _("There is no display here, so no window can be opened.")


def _wayland_answers(environment: Mapping[str, str]) -> bool:
    name = environment.get("WAYLAND_DISPLAY", "")
    return bool(name) and _unix_socket_answers(Path(environment.get("XDG_RUNTIME_DIR", "/")) / name)


def _x_answers(display: str) -> bool:
    """Whether the X server of `[HOST]:NUMBER[.SCREEN]` takes connections."""
    host, divider, rest = display.rpartition(":")
    number = rest.partition(".")[0]
    if not divider or not number.isdigit():
        return False
    if host in {"", "unix"}:
        path = f"/tmp/.X11-unix/X{number}"  # noqa: S108 - where X servers have it
        return _unix_socket_answers(Path(path)) or _unix_socket_answers(f"\0{path}")
    try:
        socket.create_connection((host, _X_PORT + int(number)), _CONNECT_TIMEOUT_S).close()
    except (OSError, OverflowError, ValueError):
        return False
    return True


def _unix_socket_answers(address: Path | str) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(_CONNECT_TIMEOUT_S)
        try:
            connection.connect(str(address))
        # A zero byte in the name is a ValueError.
        except (OSError, ValueError):
            return False
    return True


def check_libraries(plugin: str, folder: Path) -> None:
    """Loads Qt's plugin for the display, as Qt will: what it lacks is named here and would be fatal there.

    Args:
        plugin: beginning of its file name, without `lib`.
        folder: where Qt keeps these plugins.

    Raises:
        NoDisplayError: a library is missing.
    """
    for path in sorted(folder.glob(f"lib{plugin}*.so")):
        try:
            ctypes.CDLL(str(path))
        except OSError as error:
            missing = printable(str(error).partition(":")[0], 100)
            raise NoDisplayError(
                _("A library that windows need is missing: {library}.").format(library=missing),
                hint=_("On Debian and Ubuntu: {command}").format(command=f"sudo apt-get install {_PACKAGES}"),
            ) from error


def _plugin_folder() -> Path:
    from PySide6.QtCore import QLibraryInfo  # noqa: PLC0415 - not before it is known that there is a screen

    return Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.PluginsPath)) / "platforms"
