"""What the icon in the tray says. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from fleet.reading import Health, HostReading, count_health
from storage.translation import _, ngettext


@dataclass(frozen=True, slots=True)
class TrayText:
    """One look of the icon.

    Attributes:
        health: the worst there is, whose shape and colour it has.
        tip: how many hosts there are of each.
    """

    health: Health
    tip: str


def tray_text(readings: Iterable[HostReading], collector: str) -> TrayText:
    """The worst state and the counts.

    Args:
        readings: of all hosts.
        collector: what the footer's first line says.
    """
    counts = count_health(readings)
    present = [health for health in Health if counts[health]]
    if not present:
        return TrayText(Health.UNKNOWN, "\n".join((_("Watchpost: no hosts yet"), collector)))
    total = sum(counts.values())
    heading = ngettext("Watchpost: {count} host", "Watchpost: {count} hosts", total).format(count=total)
    names = _names()
    lines = (f"{names[health]}: {counts[health]}" for health in present)
    return TrayText(present[0], "\n".join((heading, *lines, collector)))


def _names() -> dict[Health, str]:
    return {
        Health.CRITICAL: _("Critical"),
        Health.BLOCKED: _("Blocked"),
        Health.UNREACHABLE: _("Unreachable"),
        Health.WARNING: _("Warning"),
        Health.UNKNOWN: _("Unknown"),
        Health.OK: _("OK"),
    }
