"""Moments as people read them, in the zone that was chosen."""

from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo

from storage.connection import Connection
from storage.quantities import ABSENT
from storage.settings import read_setting
from watchpost.configuration import Configuration


def shown_zone(configuration: Configuration, connection: Connection) -> tzinfo | None:
    """The environment's zone, else that of the database; None for the system's, which changes with the seasons."""
    if configuration.time_zone:
        return configuration.time_zone
    setting = read_setting(connection, "time_zone")
    return ZoneInfo(setting) if setting else None


def moment_text(ms: int | None, zone: tzinfo | None) -> str:
    """`2026-03-01 12:00:05`, or a dash where there is no moment."""
    if ms is None:
        return ABSENT
    return f"{datetime.fromtimestamp(ms / 1000, UTC).astimezone(zone):%Y-%m-%d %H:%M:%S}"
