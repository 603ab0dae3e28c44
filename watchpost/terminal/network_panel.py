"""Network and TCP connections of one host. Pure."""

from rich.text import Text

from fleet.host_view import HostView
from storage.printable import printable
from storage.quantities import byte_rate, link_speed, percent, whole
from watchpost import palette
from watchpost.drawing import area, fit, spread
from watchpost.health_text import level_colour

CHART_HEIGHT = 2
SHOWN = 8
_SMALLEST_TOP = 1000.0
"""A curve of under 1 kB/s is drawn flat: an idle network must not look busy."""


def network_panel(view: HostView, width: int) -> list[Text]:
    """In and out of all interfaces over the last hour, and each interface now."""
    values = view.reading.headline
    received, sent = (view.curve(points, width) for points in (view.history.received, view.history.sent))
    top = max([_SMALLEST_TOP, *(value for value in (*received, *sent) if value is not None)])
    left = Text.assemble(
        ("↓ ", palette.RECEIVED),
        (byte_rate(values.receive_bytes_per_second), f"bold {palette.TEXT}"),
        (" in", palette.TEXT_2),
    )
    right = Text.assemble(
        ("↑ ", palette.SENT),
        (byte_rate(values.transmit_bytes_per_second), f"bold {palette.TEXT}"),
        (" out", palette.TEXT_2),
    )
    return [
        spread(left, right, width),
        *area(received, CHART_HEIGHT, lambda _: palette.RECEIVED, top=top),
        *area(sent, CHART_HEIGHT, lambda _: palette.SENT, top=top, down=True),
        *_interfaces(view, width),
    ]


def _interfaces(view: HostView, width: int) -> list[Text]:
    received = view.by_label("network_receive_bytes_per_second")
    sent = view.by_label("network_transmit_bytes_per_second")
    names = sorted(received, key=lambda name: (-received[name] - sent.get(name, 0.0), name))
    lines = [line for name in names[:SHOWN] for line in _interface(view, name, width)]
    more = [Text(f"and {len(names) - SHOWN} more", palette.TEXT_3)] if len(names) > SHOWN else []
    return lines + more


def _interface(view: HostView, name: str, width: int) -> list[Text]:
    rates = [
        byte_rate(view.value(f"network_{way}_bytes_per_second", interface=name)) for way in ("receive", "transmit")
    ]
    head = spread(
        Text(printable(name), f"bold {palette.TEXT}"), Text(f"↓{rates[0]:>10} ↑{rates[1]:>10}", palette.TEXT_2), width
    )
    errors = view.value("network_error_percent", interface=name)
    notes = Text()
    if speed := view.value("network_speed_bytes", interface=name):
        share = view.value("network_bandwidth_used_percent", interface=name)
        notes.append(f"{percent(share)} of {link_speed(speed)}", palette.TEXT_3)
    if errors:
        colour = level_colour(errors, view.moment.thresholds.network_errors, palette.TEXT_3)
        notes.append(" · " if notes else "").append(f"errors {percent(errors, digits=2)}", colour)
    return [head, fit(notes, width)] if notes else [head]


def tcp_panel(view: HostView, width: int) -> list[Text]:
    """TCP sockets by state, the most frequent first."""
    counts = view.by_label("tcp_connections")
    present = sorted(((count, state) for state, count in counts.items() if count > 0), reverse=True)
    if not present:
        return [Text("no TCP sockets", palette.TEXT_3)]
    two = width >= 44
    cell_width = (width - 3) // 2 if two else width
    cells = [
        spread(Text(printable(state), palette.TEXT_2), Text(whole(count), f"bold {palette.TEXT}"), cell_width)
        for count, state in present[: SHOWN * 2]
    ]
    if not two:
        return cells
    half = (len(cells) + 1) // 2
    right = [*cells[half:], Text()]
    return [Text.assemble(left, "   ", right[row]) for row, left in enumerate(cells[:half])]
