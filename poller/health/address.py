"""Where the health port is to be, as people write it. Pure."""

import ipaddress
import re
from dataclasses import dataclass

from storage.errors import InvalidInputError
from storage.printable import printable

PORT = 19469
"""Outside of 9100 to 9999, which Prometheus's exporters have shared out to the last, and below the ports that systems
give to clients."""
LOOPBACK = "127.0.0.1"
_SHAPE = re.compile(r"(?:(?:\[(?P<six>[0-9A-Fa-f:.%\w]+)\]|(?P<name>[A-Za-z0-9.-]+)):)?(?P<port>[0-9]{1,5})")


@dataclass(frozen=True, slots=True)
class HealthAddress:
    """An address of this machine, and a port."""

    host: str
    port: int

    @property
    def is_loopback(self) -> bool:
        """Whether only programs of this machine reach it."""
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"


def reachable_host(host: str) -> str:
    """Where a program of this machine finds what listens on an address, which may stand for all of them."""
    return {"0.0.0.0": LOOPBACK, "::": "::1"}.get(host, host)  # noqa: S104 - nothing is bound here


def health_address(text: str) -> HealthAddress | None:
    """Reads `[ADDRESS:]PORT`; None for an empty text. A port alone is one of loopback.

    Raises:
        InvalidInputError: it is nothing of the kind.
    """
    if not text.strip():
        return None
    found = _SHAPE.fullmatch(text.strip())
    if found is None or not 0 < int(found["port"]) < 65_536:
        raise InvalidInputError(
            f"“{printable(text, 60)}” is no address of a health port.",
            hint=f"Write a port, such as {PORT}, or ADDRESS:PORT, such as 0.0.0.0:{PORT} or [::1]:{PORT}.",
        )
    return HealthAddress(found["six"] or found["name"] or LOOPBACK, int(found["port"]))
