"""Shows a notification on the desktop in whose session this process runs, through D-Bus."""

import os
from html import escape
from pathlib import Path

from alerts.receivers.delivery import Answer
from alerts.receivers.message_text import MessageText
from alerts.receivers.plain_text import SIGNS, short_text
from alerts.thresholds import Severity

_SERVICE, _PATH = "org.freedesktop.Notifications", "/org/freedesktop/Notifications"
_URGENCY = {Severity.OK: 0, Severity.WARNING: 1, Severity.CRITICAL: 2}
_NOBODY_LISTENS = "org.freedesktop.DBus.Error.ServiceUnknown"


def send_to_desktop(text: MessageText, limit_s: float) -> Answer:
    """Shows it; critical ones stay until somebody has seen them."""
    address = _session_bus()
    if address is None:
        return Answer(False, "There is no desktop session here that could show a notification.")
    try:
        # It comes with the keyring's library, where there is D-Bus at all.
        from jeepney import DBusErrorResponse  # noqa: PLC0415
    except ImportError:
        return Answer(False, "On this system no desktop can be told; only on one with D-Bus.", again=False)
    try:
        return Answer(True, f"The desktop shows it as notification {_shown(address, text, limit_s)}.")
    except DBusErrorResponse as error:
        if error.name == _NOBODY_LISTENS:
            return Answer(False, "Nothing in this desktop session shows notifications.")
        return Answer(False, f"The desktop refused it: {error.name} {' '.join(map(str, error.data))}")
    except (OSError, ValueError) as error:
        slow = isinstance(error, TimeoutError)
        return Answer(False, "The desktop did not answer in time." if slow else f"No desktop can be reached: {error}")


def _shown(address: str, text: MessageText, limit_s: float) -> int:
    """The number that the desktop gives it. Raises DBusErrorResponse, OSError, ValueError."""
    from jeepney import DBusAddress, new_method_call  # noqa: PLC0415
    from jeepney.io.blocking import open_dbus_connection  # noqa: PLC0415
    from jeepney.wrappers import unwrap_msg  # noqa: PLC0415

    call = new_method_call(
        DBusAddress(_PATH, bus_name=_SERVICE, interface=_SERVICE),
        "Notify",
        "susssasa{sv}i",
        (
            "Watchpost",
            0,
            "",
            f"{SIGNS[text.severity]} {text.subject}",
            # Desktops read simple markup in it, and follow links.
            escape(short_text(text), quote=False),
            [],
            {"urgency": ("y", _URGENCY[text.severity]), "category": ("s", "device.error")},
            0 if text.severity is Severity.CRITICAL else -1,
        ),
    )
    with open_dbus_connection(address) as connection:
        (number,) = unwrap_msg(connection.send_and_get_reply(call, timeout=limit_s))
    return int(number)


def _session_bus() -> str | None:
    """The address of the session's bus; a service of the user finds it in its runtime folder."""
    if address := os.environ.get("DBUS_SESSION_BUS_ADDRESS"):
        return address
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    bus = Path(runtime, "bus") if runtime else None
    return f"unix:path={bus}" if bus is not None and bus.exists() else None
