"""What a host said about itself, in one line. Its words are hostile until they are cleaned here."""

from collections.abc import Mapping
from typing import Any

from fleet.reading import shown_address
from storage.host import NewHost
from storage.printable import printable
from storage.quantities import byte_count, duration
from storage.translation import _, ngettext

_WORD_LIMIT = 60


def inventory_line(host: NewHost, inventory: Mapping[str, Any] | None, now_ms: int) -> str:
    """`10.20.4.11 · Debian GNU/Linux 12 · kernel 6.1.0 · 16 cores · 64 GiB · up 41 d 6 h`, as far as it is known."""
    said = inventory or {}
    cores, memory, boot = (_number(said.get(name)) for name in ("cpu_count", "memory_total_bytes", "boot_time_seconds"))
    kernel = _word(said.get("release"))
    parts = (
        printable(shown_address(host), _WORD_LIMIT),
        _word(said.get("distribution")) or _word(said.get("system")),
        _("kernel {release}").format(release=kernel) if kernel else "",
        ngettext("{count} core", "{count} cores", int(cores)).format(count=int(cores)) if cores else "",
        byte_count(memory).replace(".0 ", " ") if memory else "",
        _("up {span}").format(span=duration(now_ms / 1000 - boot)) if boot else "",
    )
    return " · ".join(part for part in parts if part)


def _word(value: object) -> str:
    return printable(value, _WORD_LIMIT) if isinstance(value, str) else ""


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and 0 < value < 1e18 else None
