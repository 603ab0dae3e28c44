"""Numbers as people read them. `None` and what is no number is a dash, never a zero."""

import math

from storage.translation import N_, _

ABSENT = "\N{EN DASH}"
_BINARY = ("B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB")
_DECIMAL = ("B/s", "kB/s", "MB/s", "GB/s", "TB/s", "PB/s")
_BITS = ("b/s", "kb/s", "Mb/s", "Gb/s", "Tb/s", "Pb/s")
_MINUTE_S, _HOUR_S, _DAY_S = 60, 3600, 86400
_SPANS = (N_("{count} d"), N_("{count} h"), N_("{count} min"), N_("{count} s"))


def percent(value: float | None, *, digits: int = 0) -> str:
    """`94%`. A value that is over zero is never shown as 0%, nor one below 100 as 100%."""
    if value is None or not math.isfinite(value):
        return ABSENT
    rounded = round(value, digits)
    step = 10.0**-digits
    if rounded == 0 and value > 0:
        return f"<{step:.{digits}f}%"
    if rounded == 100 and value < 100:
        rounded -= step
    return f"{_fixed(rounded, digits)}%"


def byte_count(value: float | None) -> str:
    """An amount of memory or disk in powers of 1024: `51.8 GiB`."""
    return _scaled(value, 1024, _BINARY)


def byte_share(part: float | None, total: float | None) -> str:
    """A part and the whole, the unit only once where it is the same: `50.4 / 60.0 GiB`."""
    first, second = byte_count(part), byte_count(total)
    unit = second.rpartition(" ")[2]
    return f"{first.removesuffix(f' {unit}')} / {second}"


def byte_rate(value: float | None) -> str:
    """Bytes a second in powers of 1000, as network and disk makers count: `16.8 MB/s`."""
    return _scaled(value, 1000, _DECIMAL)


def link_speed(bytes_per_second: float | None) -> str:
    """What a link is sold as, from bytes a second: `1 Gb/s`."""
    bits = None if bytes_per_second is None else bytes_per_second * 8
    return _scaled(bits, 1000, _BITS).replace(".0 ", " ")


def plain(value: float | None, digits: int = 2) -> str:
    """A bare number such as a load average: `0.42`."""
    if value is None or not math.isfinite(value):
        return ABSENT
    return _fixed(value, digits)


def whole(value: float | None) -> str:
    """A count with its thousands apart: `12 400`."""
    if value is None or not math.isfinite(value):
        return ABSENT
    return _fixed(value, 0, group=",").replace(",", "\N{NARROW NO-BREAK SPACE}")


def milliseconds(seconds: float | None) -> str:
    """A short time such as a disk's answer: `0.4 ms`, `2.1 s`."""
    if seconds is None or not math.isfinite(seconds):
        return ABSENT
    return f"{seconds * 1000:.1f} ms" if seconds < 1 else f"{_fixed(seconds, 1)} s"


def duration(seconds: float | None) -> str:
    """A span in its two largest units: `3 s`, `4 min 10 s`, `2 h 5 min`, `41 d 6 h`."""
    if seconds is None or not math.isfinite(seconds):
        return ABSENT
    return " ".join(_in_units(seconds))


def age(seconds: float | None) -> str:
    """How long ago, in the largest unit alone: `3 s ago`, `4 min ago`."""
    if seconds is None or not math.isfinite(seconds):
        return _("never")
    return _("{span} ago").format(span=largest_unit(seconds))


def largest_unit(seconds: float) -> str:
    """A span in its largest unit alone, cut off and not rounded: `59 min`, `41 d`."""
    return _in_units(seconds)[0] if math.isfinite(seconds) else ABSENT


def _in_units(seconds: float) -> list[str]:
    """A span in its one or two largest units, each with its number as the language writes it."""
    left = max(0, int(seconds))
    counts = (left // _DAY_S, left // _HOUR_S % 24, left // _MINUTE_S % 60, left % 60)
    first = next((place for place, count in enumerate(counts) if count), len(counts) - 1)
    shown = [place for place in (first, first + 1) if place == first or (place < len(counts) and counts[place])]
    return [_(_SPANS[place]).format(count=counts[place]) for place in shown]


def _scaled(value: float | None, step: int, units: tuple[str, ...]) -> str:
    """Three figures at the most, and the unit that allows it."""
    if value is None or not math.isfinite(value):
        return ABSENT
    place = 0
    # 999.5 and more would be shown as four figures.
    while abs(value) >= min(step, 999.5) and place < len(units) - 1:
        value /= step
        place += 1
    digits = 0 if place == 0 or abs(value) >= 99.95 else 1
    return f"{_fixed(value, digits)} {units[place]}"


def _fixed(value: float, digits: int, *, group: str = "") -> str:
    """Without an exponent, unless a host sends a number that would fill the screen."""
    return f"{value:{group}.{digits}f}" if abs(value) < 1e9 else f"{value:.0e}"
