"""The lines of the fleet page that speak of the whole fleet. Pure."""

from fleet.fleet_totals import FleetTotals
from monitor_gui.fleet.host_row import is_from_before
from monitor_gui.fleet.host_text import clock_text
from monitor_gui.reading.look import FleetLook
from storage.quantities import age
from storage.translation import _, ngettext


def subtitle(look: FleetLook, totals: FleetTotals) -> str:
    """`128 hosts in 6 groups · updated 3 s ago`; with `as of 14:02:11` where nothing newer can be known."""
    if not look.loaded:
        return _("Reading the database…") if look.failure is None else _("Nothing could be read yet.")
    if not totals.hosts:
        return _("No hosts yet")
    hosts = ngettext("{count} host", "{count} hosts", totals.hosts).format(count=totals.hosts)
    groups = len(totals.groups)
    if groups:
        hosts = ngettext("{hosts} in {count} group", "{hosts} in {count} groups", groups).format(
            hosts=hosts, count=groups
        )
    return f"{hosts} · {_updated(look, totals)}"


def _updated(look: FleetLook, totals: FleetTotals) -> str:
    now_ms, newest = look.moment.now_ms, totals.newest_ts
    if newest is None:
        return _("no reading yet")
    if is_from_before(look):
        return _("as of {time}").format(time=clock_text(newest, now_ms, look.time_zone))
    return _("updated {age}").format(age=age(max(0, now_ms - newest) / 1000))
