"""What people set for the whole of it, one row a name; what is not set has a default."""

import math
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal, overload
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from storage.engines.statements import upsert
from storage.errors import InvalidInputError
from storage.host_rules import check_interval
from storage.schema import settings

SettingValue = float | str | None

CHECKS_INTERVAL_MINIMUM_S = 5
CHECKS_INTERVAL_MAXIMUM_S = 86_400
RETENTION_MINIMUM_S = 3_600
RETENTION_MAXIMUM_S = 10 * 365 * 86_400
BUCKETS_RETENTION_MINIMUM_S = 2 * 86_400
"""A day is rolled up from finer buckets when it is over, and there has to be time for that."""
SIZE_CAP_MINIMUM = 16 * 2**20
SYSTEM_METRICS_CHOICES = ("auto", "on", "off")


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
def read_setting(connection: Connection, name: Literal["size_cap_bytes"]) -> float | None: ...
@overload
def read_setting(
    connection: Connection, name: Literal["retention_system_metrics_s", "retention_alerts_s"]
) -> float: ...
@overload
def read_setting(connection: Connection, name: Literal["system_metrics"]) -> str: ...
@overload
def read_setting(
    connection: Connection, name: Literal["time_zone", "keyring_backend", "alerts_base_url"]
) -> str | None: ...
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


def read_settings(connection: Connection, names: Collection[str]) -> dict[str, SettingValue]:
    """Several of them by name, in one statement; else as `read_setting`."""
    chosen = {name: _setting(name) for name in names}
    found = {name: setting.default for name, setting in chosen.items()}
    for row in connection.execute(select(settings.c.name, settings.c.value).where(settings.c.name.in_(chosen))):
        with suppress(InvalidInputError):
            found[row.name] = chosen[row.name].check(row.value)
    return found


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
    connection.execute(upsert(connection, settings, keys=("name",)), {"name": name, "value": kept})
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
            f"A retention of {retention_s:g} s cannot be used.", hint="From an hour (3600) to ten years (315360000)."
        )
    return retention_s


def _check_optional_retention(value: object) -> float:
    retention_s = _number(value)
    return retention_s if retention_s == 0 else _check_retention(retention_s)


def _check_buckets_retention(value: object) -> float:
    retention_s = _check_optional_retention(value)
    if 0 < retention_s < BUCKETS_RETENTION_MINIMUM_S:
        raise InvalidInputError(
            f"A retention of {retention_s:g} s cannot be used for what is rolled up.",
            hint="0 for not at all, or from two days (172800) to ten years (315360000).",
        )
    return retention_s


def _check_size_cap(value: object) -> float:
    size = _number(value)
    if not math.isfinite(size) or size < SIZE_CAP_MINIMUM:
        raise InvalidInputError(
            f"The size cannot be kept under {size:g} bytes.", hint=f"From {SIZE_CAP_MINIMUM} bytes (16 MiB) on."
        )
    return float(math.floor(size))


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


def _check_system_metrics(value: object) -> str:
    if value not in SYSTEM_METRICS_CHOICES:
        raise InvalidInputError(
            f"{value!a} says nothing about system_metrics.", hint=f"One of {', '.join(SYSTEM_METRICS_CHOICES)}."
        )
    return str(value)


def _check_web_address(value: object) -> str:
    parts = urlsplit(value if isinstance(value, str) else "")
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment or parts.username:
        raise InvalidInputError(f"{value!a} is no web address.", hint="Write it as https://watchpost.example.org")
    return parts.geturl().rstrip("/")


SETTINGS: dict[str, Setting] = {
    "interval_s": Setting(5.0, "Seconds between two scrapes of a host.", _check_interval),
    "checks_interval_s": Setting(30.0, "Seconds between two answers to checks.", _check_checks_interval),
    "retention_raw_s": Setting(86_400.0, "Seconds for which readings are kept.", _check_retention),
    "retention_1m_s": Setting(604_800.0, "Seconds for which minutes are kept.", _check_buckets_retention),
    "retention_5m_s": Setting(0.0, "Seconds for which spans of 5 minutes are kept.", _check_buckets_retention),
    "retention_1h_s": Setting(2_592_000.0, "Seconds for which hours are kept.", _check_buckets_retention),
    "retention_1d_s": Setting(63_072_000.0, "Seconds for which days are kept.", _check_buckets_retention),
    "retention_processes_s": Setting(86_400.0, "Seconds for which every process table is kept.", _check_retention),
    "retention_processes_1m_s": Setting(
        604_800.0, "Seconds for which one process table a minute is kept.", _check_optional_retention
    ),
    "size_cap_bytes": Setting(None, "Bytes that the database may take; without it no limit.", _check_size_cap),
    "system_metrics": Setting(
        "auto", "Whether system_metrics gets a row a minute and a host: auto, on, off.", _check_system_metrics
    ),
    "retention_system_metrics_s": Setting(
        604_800.0, "Seconds for which rows of system_metrics are kept.", _check_retention
    ),
    "retention_alerts_s": Setting(
        400 * 86_400.0, "Seconds for which alerts are kept after they are over.", _check_retention
    ),
    "time_zone": Setting(None, "Zone in which times are shown; without it the system's.", _check_time_zone),
    "alerts_base_url": Setting(
        None, "Where browsers find the pages that links in messages lead to; without it no links.", _check_web_address
    ),
    "keyring_backend": Setting(None, "Where secrets are kept; without it the first place that works.", _check_word),
}
