"""Tells the service manager how the poller is, as sd_notify(3) has it: ready, alive, reloading, about to end."""

import contextlib
import socket
import time
from collections.abc import MutableMapping

SOCKET_VARIABLE = "NOTIFY_SOCKET"
WATCHDOG_VARIABLES = ("WATCHDOG_USEC", "WATCHDOG_PID")
PATIENCE_S = 1.0
"""The service manager takes a datagram at once, unless it is busier than this machine can be."""
_STATUS_LIMIT = 200


class ServiceNotify:
    """Words to the service manager; none where there is none.

    Attributes:
        watchdog_s: how often `alive` is to be said, in seconds; None where nobody waits for it.
    """

    def __init__(self, address: str = "", watchdog_s: float | None = None) -> None:
        """Takes the address of its socket; one that begins with `@` is no file."""
        self._address = f"\0{address[1:]}" if address.startswith("@") else address
        self.watchdog_s = watchdog_s if address else None
        self._status = ""

    @classmethod
    def taken_from(cls, environment: MutableMapping[str, str], pid: int) -> "ServiceNotify":
        """What the environment says, which is taken out of it: programs that are started are not to speak for us.

        Args:
            environment: of this process; changed.
            pid: of this process.
        """
        address = environment.pop(SOCKET_VARIABLE, "")
        every, whose = (environment.pop(name, "") for name in WATCHDOG_VARIABLES)
        is_watched = every.isdecimal() and int(every) > 0 and whose in {"", str(pid)}
        # Twice as often as it has to be, as sd_watchdog_enabled(3) asks.
        return cls(address, int(every) / 2_000_000 if is_watched else None)

    def may_take(self, span_s: float) -> None:
        """The start takes longer than the service manager waits otherwise, as that of an upgrade does."""
        self._tell(f"EXTEND_TIMEOUT_USEC={round(span_s * 1_000_000)}")

    def ready(self) -> None:
        """The start, or a reload, is over."""
        self._tell("READY=1")

    def alive(self) -> None:
        """The poller does its work. It is started anew when this is not said for too long."""
        self._tell("WATCHDOG=1")

    def reloading(self) -> None:
        """A reload has begun; `ready` ends it."""
        self._tell(f"RELOADING=1\nMONOTONIC_USEC={time.monotonic_ns() // 1000}")

    def stopping(self) -> None:
        """The end has begun."""
        self._tell("STOPPING=1")

    def status(self, text: str) -> None:
        """One line for people, as `systemctl status` shows it; the same again is not told."""
        if text != self._status:
            self._status = text
            self._tell(f"STATUS={text.splitlines()[0][:_STATUS_LIMIT]}")

    def _tell(self, words: str) -> None:
        if not self._address:
            return
        # What cannot be told is told next time; the poller is not to suffer for it.
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as speaker:
            speaker.settimeout(PATIENCE_S)
            speaker.connect(self._address)
            speaker.sendall(words.encode("utf-8", "replace"))
