"""The file systems of a host as rows of a card. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from alerts.thresholds import Severity
from fleet.host_view import HostView
from fleet.order import natural_key
from monitor_gui.fleet.limits import over
from storage.printable import printable
from storage.quantities import byte_share, percent
from storage.translation import _

_LIMIT = 120


@dataclass(frozen=True, slots=True)
class MountRow:
    """One file system.

    Attributes:
        mount: where it is mounted, fit to be shown.
        device: what it lies on; empty where that is not known.
        amount: used and size.
        share: of what can be filled, percent.
        share_text: the same as text.
        severity: of the limit that it is over.
        inodes: said only where they are nearly used up; else empty.
    """

    mount: str
    device: str
    amount: str
    share: float
    share_text: str
    severity: Severity | None
    inodes: str = ""


def mount_rows(view: HostView) -> list[MountRow]:
    """The fullest first where a limit is passed, then by name."""
    shares = view.by_label("filesystem_used_percent")
    devices = _devices(view.inventory)
    rows = {mount: _row(view, mount, share, devices.get(mount, "")) for mount, share in shares.items()}

    def place(mount: str) -> tuple[bool, float, object]:
        is_over = rows[mount].severity is not None
        return not is_over, -shares[mount] if is_over else 0.0, natural_key(mount)

    return [rows[mount] for mount in sorted(rows, key=place)]


def _row(view: HostView, mount: str, share: float, device: str) -> MountRow:
    used = view.value("filesystem_used_bytes", mount=mount)
    size = view.value("filesystem_size_bytes", mount=mount)
    limit = view.moment.thresholds.disk
    inodes = view.value("filesystem_inodes_used_percent", mount=mount)
    of_inodes = over(inodes, limit)
    severities = [severity for severity in (over(share, limit), of_inodes) if severity is not None]
    return MountRow(
        mount=printable(mount, _LIMIT),
        device=printable(device.removeprefix("/dev/").removeprefix("mapper/"), _LIMIT),
        amount=byte_share(used, size).replace(".0 ", " "),
        share=share,
        share_text=percent(share),
        severity=max(severities, default=None),
        inodes=_("inodes {share}").format(share=percent(inodes)) if of_inodes else "",
    )


def _devices(inventory: Mapping[str, Any] | None) -> dict[str, str]:
    """What is mounted from where, as the host said when the session began. Its words may be anything."""
    mounts = (inventory or {}).get("mounts")
    found: dict[str, str] = {}
    for entry in mounts if isinstance(mounts, list) else ():
        if isinstance(entry, list) and len(entry) >= 2 and isinstance(entry[0], str) and isinstance(entry[1], str):
            found[entry[0]] = entry[1]
    return found
