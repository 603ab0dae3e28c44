"""Numbers as people read them, the way Prometheus' templates write them."""

import math

_LARGE = ("", "k", "M", "G", "T", "P", "E", "Z", "Y")
_SMALL = ("", "m", "u", "n", "p", "f", "a", "z", "y")
_BINARY = ("", "ki", "Mi", "Gi", "Ti", "Pi", "Ei", "Zi", "Yi")
_EXPONENTS_FROM = 1e15


def plain(value: float) -> str:
    """Six digits that say something, without an exponent where it can be read without: `85.3333`, `123456789`."""
    if not math.isfinite(value):
        return _not_finite(value)
    if abs(value) >= _EXPONENTS_FROM:
        return f"{value:.6g}"
    return f"{value:.0f}" if abs(value) >= 1e6 or value == int(value) else f"{value:.6g}"


def humanize(value: float) -> str:
    """With a metric prefix: `1.235k`, `12.35m`."""
    if value == 0 or not math.isfinite(value):
        return _four(value)
    if abs(value) >= 1:
        scaled, prefix = _down(value, 1000, _LARGE)
    else:
        scaled, prefix = _up(value)
    return f"{_four(scaled)}{prefix}"


def humanize1024(value: float) -> str:
    """With a binary prefix: `1.5Gi`."""
    if abs(value) <= 1 or not math.isfinite(value):
        return _four(value)
    scaled, prefix = _down(value, 1024, _BINARY)
    return f"{_four(scaled)}{prefix}"


def humanize_percentage(value: float) -> str:
    """A share of one in percent: 0.853 is `85.3%`."""
    return f"{_four(value * 100)}%"


def humanize_duration(value: float) -> str:
    """Seconds as `1d 2h 3m 4s`, or `12.5ms`."""
    if not math.isfinite(value) or value == 0:
        return f"{_four(value)}s" if value == 0 else _not_finite(value)
    if abs(value) < 1:
        scaled, prefix = _up(value)
        return f"{_four(scaled)}{prefix}s"
    sign, whole = "-" if value < 0 else "", int(abs(value))
    minutes, seconds = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    if days:
        return f"{sign}{days}d {hours}h {minutes}m {seconds}s"
    if hours:
        return f"{sign}{hours}h {minutes}m {seconds}s"
    return f"{sign}{minutes}m {seconds}s" if minutes else f"{_four(value)}s"


def _four(value: float) -> str:
    return f"{value:.4g}" if math.isfinite(value) else _not_finite(value)


def _not_finite(value: float) -> str:
    return "NaN" if math.isnan(value) else ("+Inf" if value > 0 else "-Inf")


def _down(value: float, base: int, prefixes: tuple[str, ...]) -> tuple[float, str]:
    steps = 0
    while abs(value) >= base and steps < len(prefixes) - 1:
        value, steps = value / base, steps + 1
    return value, prefixes[steps]


def _up(value: float) -> tuple[float, str]:
    steps = 0
    while abs(value) < 1 and steps < len(_SMALL) - 1:
        value, steps = value * 1000, steps + 1
    return value, _SMALL[steps]
