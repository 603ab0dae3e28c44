"""What people set for the whole of it, one row a name; what is not set has a default."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal, overload
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from storage.errors import InvalidInputError
from storage.host_rules import check_interval
from storage.schema import settings
from storage.sqlite import upsert

SettingValue = float | str | None

CHECKS_INTERVAL_MINIMUM_S = 5
CHECKS_INTERVAL_MAXIMUM_S = 86_400
RETENTION_MINIMUM_S = 3_600
RETENTION_MAXIMUM_S = 10 * 365 * 86_400


@dataclass(frozen=True, slots=True)
class Setting:
    """One known setting.

    Attributes:
        default: while nothing is set.
        help: one line for people.
        check: raises InvalidInputError for a value that cannot be used, and returns the one to keep.
    """

    default: SettingValue
    help: str
    check: Callable[[object], SettingValue]


@overload
def read_setting(
    connection: Connection, name: Literal["interval_s", "checks_interval_s", "retention_raw_s"]
) -> float: ...
@overload
def read_setting(connection: Connection, name: Literal["time_zone", "keyring_backend"]) -> str | None: ...
@overload
def read_setting(connection: Connection, name: str) -> SettingValue: ...
def read_setting(connection: Connection, name: str) -> SettingValue:
    """The value that is set, or the default; also where what the table holds cannot be used.

    Raises:
        InvalidInputError: there is no such setting.
    """
    setting = _setting(name)
    row = connection.execute(select(settings.c.value).where(settings.c.name == name)).one_or_none()
    if row is None:
        return setting.default
    try:
        return setting.check(row.value)
    except InvalidInputError:
        return setting.default


def write_setting(connection: Connection, name: str, value: object) -> SettingValue:
    """Sets a value and returns it as it is kept; None goes back to the default.

    Raises:
        InvalidInputError: there is no such setting, or it cannot have this value.
    """
    setting = _setting(name)
    if value is None:
        connection.execute(settings.delete().where(settings.c.name == name))
        return setting.default
    kept = setting.check(value)
    connection.execute(upsert(settings, keys=("name",)), {"name": name, "value": kept})
    return kept


def _setting(name: str) -> Setting:
    if found := SETTINGS.get(name):
        return found
    close = get_close_matches(name, list(SETTINGS), n=1)
    raise InvalidInputError(
        f"There is no setting “{name}”.",
        hint=f"Did you mean “{close[0]}”?" if close else f"There are: {', '.join(SETTINGS)}.",
    )


def _number(value: object) -> float:
    """A number, or a text that is one, as the command line gives it."""
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        try:
            return float(value)
        except (ValueError, OverflowError):
            pass
    raise InvalidInputError(f"{value!r} is no number.")


def _check_interval(value: object) -> float:
    interval_s = _number(value)
    check_interval(interval_s)
    return interval_s


def _check_checks_interval(value: object) -> float:
    interval_s = _number(value)
    if not math.isfinite(interval_s) or not CHECKS_INTERVAL_MINIMUM_S <= interval_s <= CHECKS_INTERVAL_MAXIMUM_S:
        raise InvalidInputError(
            f"Checks cannot be made every {interval_s} s.",
            hint=f"Seconds from {CHECKS_INTERVAL_MINIMUM_S} to {CHECKS_INTERVAL_MAXIMUM_S}.",
        )
    return interval_s


def _check_retention(value: object) -> float:
    retention_s = _number(value)
    if not math.isfinite(retention_s) or not RETENTION_MINIMUM_S <= retention_s <= RETENTION_MAXIMUM_S:
        raise InvalidInputError(
            f"A retention of {retention_s} s cannot be used.", hint="From an hour (3600) to ten years (315360000)."
        )
    return retention_s


def _check_time_zone(value: object) -> str:
    try:
        return ZoneInfo(str(value)).key
    # A name of a folder in the zone database raises OSError, one that leaves it ValueError, an unknown one KeyError.
    except (KeyError, ValueError, OSError):
        raise InvalidInputError(
            f"There is no time zone {value!r}.", hint="Write it as Europe/Berlin, Asia/Seoul or UTC."
        ) from None


def _check_word(value: object) -> str:
    if not isinstance(value, str) or not 1 <= len(value) <= 255 or not value.isprintable():
        raise InvalidInputError(f"{value!r} cannot be the name of a keyring backend.")
    return value


SETTINGS: dict[str, Setting] = {
    "interval_s": Setting(5.0, "Seconds between two scrapes of a host.", _check_interval),
    "checks_interval_s": Setting(30.0, "Seconds between two answers to checks.", _check_checks_interval),
    "retention_raw_s": Setting(86_400.0, "Seconds for which readings are kept.", _check_retention),
    "time_zone": Setting(None, "Zone in which times are shown; without it the system's.", _check_time_zone),
    "keyring_backend": Setting(None, "Where secrets are kept; without it the first place that works.", _check_word),
}
