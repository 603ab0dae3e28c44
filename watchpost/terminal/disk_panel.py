"""File systems and disks of one host. Pure."""

from collections.abc import Sequence

from rich.text import Text

from fleet.host_view import HostView
from fleet.order import natural_key
from storage.printable import printable
from storage.quantities import byte_rate, byte_share, milliseconds, percent
from watchpost import palette
from watchpost.drawing import fit, spread, thin_bar
from watchpost.health_text import level_colour

SHOWN = 12
_FIGURES = {"read": 10, "write": 10, "await": 9, "busy": 6}
"""What is said of a device, and in how many cells."""
_ROOM_FOR_ALL = 48


def filesystem_panel(view: HostView, width: int) -> list[Text]:
    """Each mount with a bar, the fullest first."""
    shares = view.by_label("filesystem_used_percent")
    if not shares:
        return [Text("no file systems read yet", palette.TEXT_3)]
    mounts = sorted(shares, key=lambda mount: (-shares[mount], natural_key(mount)))
    lines = [line for mount in mounts[:SHOWN] for line in _mount(view, mount, shares[mount], width)]
    return lines + _more(len(mounts))


def _mount(view: HostView, mount: str, share: float, width: int) -> list[Text]:
    colour = level_colour(share, view.moment.thresholds.disk, palette.DISK)
    used = view.value("filesystem_used_bytes", mount=mount)
    size = view.value("filesystem_size_bytes", mount=mount)
    figure = palette.TEXT if colour == palette.DISK else colour
    right = Text.assemble(
        _inodes(view, mount),
        (f"{byte_share(used, size)} ", palette.TEXT_3),
        (percent(share).rjust(4), f"bold {figure}"),
    )
    return [spread(Text(printable(mount), f"bold {palette.TEXT}"), right, width), thin_bar(share, width, colour)]


def _inodes(view: HostView, mount: str) -> Text:
    """Said only where they are nearly used up: a file system out of inodes takes no more files, however empty."""
    share = view.value("filesystem_inodes_used_percent", mount=mount)
    colour = level_colour(share, view.moment.thresholds.disk, "")
    return Text(f"inodes {percent(share)} · ", colour) if colour else Text()


def device_panel(view: HostView, width: int) -> list[Text]:
    """Throughput, answer time and busy share of each device, the busiest first."""
    busy = view.by_label("disk_busy_percent")
    if not busy:
        return [Text("no disks of its own", palette.TEXT_3)]
    devices = sorted(busy, key=lambda device: (-busy[device], natural_key(device)))
    figures = [name for name in _FIGURES if name != "await" or width >= _ROOM_FOR_ALL]
    head = Text.assemble(
        fit("", _name_width(figures, width)), *(fit(name, _FIGURES[name], right=True) for name in figures)
    )
    head.stylize(palette.TEXT_3)
    return [head, *(_device(view, device, figures, width) for device in devices[:SHOWN]), *_more(len(devices))]


def _name_width(figures: Sequence[str], width: int) -> int:
    return max(4, width - sum(_FIGURES[name] for name in figures))


def _device(view: HostView, device: str, figures: Sequence[str], width: int) -> Text:
    cells = {
        "read": byte_rate(view.value("disk_read_bytes_per_second", device=device)),
        "write": byte_rate(view.value("disk_written_bytes_per_second", device=device)),
        "await": milliseconds(view.value("disk_await_seconds", device=device)),
        "busy": percent(view.value("disk_busy_percent", device=device)),
    }
    return Text.assemble(
        fit(printable(device), _name_width(figures, width), style=f"bold {palette.TEXT}"),
        *(fit(cells[name], _FIGURES[name], style=palette.TEXT_2, right=True) for name in figures),
    )


def _more(count: int) -> list[Text]:
    return [Text(f"and {count - SHOWN} more", palette.TEXT_3)] if count > SHOWN else []
