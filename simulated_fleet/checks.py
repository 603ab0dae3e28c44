"""What a host answers to checks: nothing is asked or run, it is made up to fit the machine and its troubles. Pure."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from zlib import crc32

import msgspec
import numpy as np

from remote_probe import series
from simulated_fleet.names import Series
from simulated_fleet.noise import chance, wander
from simulated_fleet.strain import Strain

# The probe carries no types.
_wire: Any = series
Check = tuple[str, str, str]
"""Name, kind and target, as the probe is told."""
Value = float | int | None

CHECKS = 3
"""Number of the layout on the wire."""
_DEADLINE_S = 10.0
_ROUND_S = 30.0
"""For so long a check that fails goes on failing."""
_USUAL_S = {"tcp": 0.0006, "http": 0.018, "command": 0.03, "prometheus": 0.012}
_OVER_THE_NETWORK = frozenset({"tcp", "http", "prometheus"})
_RUN_BY_PROGRAMS = frozenset({"http", "command", "prometheus"})
_OK, _UNAVAILABLE = 200, 503
_FAILED_SHARE = 0.002
"""Of requests, on any day."""


@dataclass(frozen=True, slots=True)
class Bearing:
    """A host at the moment at which it is asked.

    Attributes:
        host: what tells it from all others, of any seed.
        t_s: UTC seconds.
        pace: how fast work goes; 1 in the mean.
        worked_s: how much of it was done since the boot, in seconds of mean load.
        strain: what makes it hard to answer.
    """

    host: str
    t_s: float
    pace: float
    worked_s: float
    strain: Strain


@lru_cache(maxsize=256)
def layout_line(checks: tuple[Check, ...]) -> bytes:
    """The line that names what is sent, without its newline; a thousand hosts are asked the same."""
    named = [row for check in _in_order(checks) for row in _series_of(check)]
    return msgspec.json.encode({"layout": CHECKS, "group": "checks", "series": named})


def answers(checks: tuple[Check, ...], bearing: Bearing) -> list[Value]:
    """The values of all series of the layout, at one moment."""
    return [value for check in _in_order(checks) for value in _ANSWERS[check[1]](check, bearing)]


@lru_cache(maxsize=256)
def _in_order(checks: tuple[Check, ...]) -> tuple[Check, ...]:
    """As the probe has them: units first and each of them once, and none that it would not ask."""
    asked = [check for check in checks[: series.CHECKS_LIMIT] if check[1] in _ANSWERS]
    units = {check[2]: check for check in asked if check[1] == "unit"}
    return (*units.values(), *(check for check in asked if check[1] != "unit"))


def _series_of(check: Check) -> Series:
    name, kind, target = check
    if kind == "unit":
        return tuple(_wire.unit_up(target))
    if kind == "http":
        return tuple(_wire.http_check(name))
    own = tuple(_wire.tcp_check(name))
    return (*own, *_wire.custom(name, _numbers_of(check))) if kind in _NUMBERS else own


def _numbers_of(check: Check) -> Sequence[tuple[str, bool]]:
    """Text of each series, and whether it is a counter."""
    if check[1] == "command":
        # What it would print nobody knows: one number, under the name of the check.
        text = "".join(letter if letter.isascii() and letter.isalnum() else "_" for letter in check[0])
        return ((text if text[:1].isalpha() else f"n_{text}", False),)
    return (
        ('http_requests_total{code="200"}', True),
        ('http_requests_total{code="500"}', True),
        ("http_requests_in_flight", False),
    )


def _unit(check: Check, bearing: Bearing) -> Sequence[Value]:
    return (int(not _happens(check, bearing, "breaks", bearing.strain.breaks)),)


def _address(check: Check, bearing: Bearing) -> Sequence[Value]:
    seconds = _seconds(check, bearing)
    return (int(seconds is not None), seconds)


def _url(check: Check, bearing: Bearing) -> Sequence[Value]:
    seconds = _seconds(check, bearing)
    if seconds is None:
        return (0, None, None)
    # A program in trouble answers badly at one time, and not at all at another.
    is_bad = _happens(check, bearing, "says", bearing.strain.fails)
    return (int(not is_bad), seconds, _UNAVAILABLE if is_bad else _OK)


def _with_numbers(check: Check, bearing: Bearing) -> Sequence[Value]:
    seconds = _seconds(check, bearing)
    if seconds is None:
        return (0, None, *(None for _ in _numbers_of(check)))
    return (1, seconds, *_NUMBERS[check[1]](check, bearing))


def _waiting(check: Check, bearing: Bearing) -> Sequence[Value]:
    """Something that grows with the work there is, and the more the slower it is done."""
    usual = 5.0 + 400.0 * _own(check, bearing, "level") ** 3
    sway = 1 + 0.8 * _swaying(bearing.t_s / 300, _key(check, bearing, "sway"))
    return (round(usual * bearing.pace * sway * (1 + bearing.strain.slower)),)


def _requests(check: Check, bearing: Bearing) -> Sequence[Value]:
    a_second = 2.0 + 150.0 * _own(check, bearing, "level") ** 2
    asked = bearing.worked_s * a_second
    in_flight = a_second * bearing.pace * _usual_s(check, bearing) * (1 + bearing.strain.slower)
    return (math.floor(asked * (1 - _FAILED_SHARE)), math.floor(asked * _FAILED_SHARE), math.ceil(in_flight))


def _seconds(check: Check, bearing: Bearing) -> float | None:
    """How long the answer takes; None where there is none in time."""
    kind, strain = check[1], bearing.strain
    fails = max(
        strain.loses if kind in _OVER_THE_NETWORK else 0.0,
        strain.breaks,
        strain.fails if kind in _RUN_BY_PROGRAMS else 0.0,
    )
    if _happens(check, bearing, "ends", fails):
        return None
    jitter = math.exp(1.2 * (_drawn(bearing.t_s, _key(check, bearing, "jitter")) - 0.5))
    seconds = _usual_s(check, bearing) * (0.6 + 0.4 * bearing.pace) * jitter * (1 + strain.slower)
    return round(seconds, 6) if seconds < _DEADLINE_S else None


def _usual_s(check: Check, bearing: Bearing) -> float:
    return _USUAL_S[check[1]] * (0.5 + 2.5 * _own(check, bearing, "usual") ** 2)


def _happens(check: Check, bearing: Bearing, what: str, share: float) -> bool:
    """Whether something that happens so often happens in this round."""
    return share > 0 and _drawn(bearing.t_s // _ROUND_S, _key(check, bearing, what)) < share


def _own(check: Check, bearing: Bearing, what: str) -> float:
    """A number from 0 to 1 that this check has on this host for ever."""
    return _key(check, bearing, what) / 0xFFFF_FFFF


def _key(check: Check, bearing: Bearing, what: str) -> int:
    return crc32(f"{bearing.host}/{check[0]}/{what}".encode())


def _drawn(cell: float, key: int) -> float:
    """A number from 0 to 1, the same in all of a whole number's span."""
    found = chance(np.array([math.floor(cell)], dtype=np.int64), np.array([key], dtype=np.int64))
    return float(found[0]) + 0.5


def _swaying(place: float, key: int) -> float:
    """A number from -0.5 to 0.5 that changes smoothly."""
    return float(wander(np.array([place]), np.array([key], dtype=np.int64))[0])


_NUMBERS: Mapping[str, Callable[[Check, Bearing], Sequence[Value]]] = {"command": _waiting, "prometheus": _requests}
_ANSWERS: Mapping[str, Callable[[Check, Bearing], Sequence[Value]]] = {
    "unit": _unit,
    "tcp": _address,
    "http": _url,
    "command": _with_numbers,
    "prometheus": _with_numbers,
}
