"""One host as the fleet page shows it. Rows are never changed, only replaced: an unchanged one is the same object."""

from collections.abc import Mapping
from dataclasses import dataclass

from fleet.fleet_totals import STANDING_OF_HEALTH, Standing
from fleet.points import Points
from fleet.reading import Health, HostReading
from monitor_gui.reading.look import FleetLook
from storage.quantities import largest_unit


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class HostRow:
    """One host.

    Attributes:
        host_id: its id.
        reading: what is known of it.
        curve: CPU in use over the last hour; None while that has not been read yet.
        is_from_before: nothing new can be known now, so its last values stand there as what they are.
        span: how long ago it was read last, in the largest unit alone; empty where it is current or was never read.
    """

    host_id: int
    reading: HostReading
    curve: Points | None
    is_from_before: bool
    span: str

    @property
    def standing(self) -> Standing:
        """How it is counted and filtered."""
        return STANDING_OF_HEALTH[self.reading.health]


def is_from_before(look: FleetLook) -> bool:
    """Whether nothing new can be known: the database is away, or nobody polls."""
    return look.failure is not None or not look.moment.is_polled


def make_rows(look: FleetLook, before: Mapping[int, HostRow]) -> dict[int, HostRow]:
    """A row for every host, by its id; the one from before where nothing has changed."""
    is_past = is_from_before(look)
    rows: dict[int, HostRow] = {}
    for reading in look.readings:
        host_id = reading.host_id
        if host_id is None:
            continue
        curve = look.curves.cpu.get(host_id)
        stays = is_past and reading.health is Health.UNKNOWN and reading.ts is not None
        span = "" if reading.current else _span(reading, look.moment.now_ms)
        row = before.get(host_id)
        if row is None or not _is_same(row, reading, curve, (stays, span)):
            row = HostRow(host_id=host_id, reading=reading, curve=curve, is_from_before=stays, span=span)
        rows[host_id] = row
    return rows


def _span(reading: HostReading, now_ms: int) -> str:
    age_s = reading.age_s(now_ms)
    return "" if age_s is None else largest_unit(age_s)


def _is_same(row: HostRow, reading: HostReading, curve: Points | None, rest: tuple[bool, str]) -> bool:
    """Cheapest first: of a thousand hosts most have been read since."""
    return (
        row.curve is curve
        and row.reading.ts == reading.ts
        and (row.is_from_before, row.span) == rest
        and row.reading == reading
    )
