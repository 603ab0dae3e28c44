"""Everything that is written on the tile of one host, made once for each of its rows. Pure."""

from dataclasses import dataclass
from typing import NamedTuple

from alerts.thresholds import Severity, Thresholds
from monitor_gui.fleet.host_row import HostRow
from monitor_gui.fleet.host_text import absence_lines, absence_text, clock_text, place_text, shown_name
from monitor_gui.fleet.limits import over
from monitor_gui.reading.look import FleetLook
from storage.quantities import byte_rate, percent
from storage.translation import _


class Meter(NamedTuple):
    """One of the three values of a tile; `severity` where it is over a limit."""

    label: str
    text: str
    percent: float | None
    severity: Severity | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TileText:
    """The texts of a tile.

    Attributes:
        row: whose they are.
        limits: what they were judged by.
        name: of the host.
        place: its group and tags or its address; of values from before, when they were read.
        absence: why there are no values; empty where there are.
        absence_lines: the same in two lines.
        has_last: whether the host was read at some time.
        received: bytes a second; sent likewise.
        meters: CPU, memory, disk.
    """

    row: HostRow
    limits: Thresholds
    name: str
    place: str
    absence: str
    absence_lines: tuple[str, str]
    has_last: bool
    received: str
    sent: str
    meters: tuple[Meter, Meter, Meter]

    def fits(self, row: HostRow, look: FleetLook) -> bool:
        """Whether it still says what is to be said of that row."""
        return self.row is row and self.limits is look.moment.thresholds


def tile_text(row: HostRow, look: FleetLook) -> TileText:
    """What is written on the tile of that row."""
    reading, values, limits = row.reading, row.reading.headline, look.moment.thresholds
    place = place_text(reading)
    if row.is_from_before:
        place = _("as of {time}").format(time=clock_text(reading.ts, look.moment.now_ms, look.time_zone))
    cpu, memory, disk = values.cpu_percent, values.memory_percent, values.disk_percent
    return TileText(
        row=row,
        limits=limits,
        name=shown_name(reading),
        place=place,
        absence="" if row.is_from_before else absence_text(row),
        absence_lines=absence_lines(row),
        has_last=reading.ts is not None,
        received=f"↓ {byte_rate(values.receive_bytes_per_second)}",
        sent=f"↑ {byte_rate(values.transmit_bytes_per_second)}",
        meters=(
            Meter(_("CPU"), percent(cpu), cpu, over(cpu, limits.cpu)),
            Meter(_("Memory"), percent(memory), memory, over(memory, limits.memory)),
            Meter(_("Disk"), percent(disk), disk, over(disk, limits.disk)),
        ),
    )
