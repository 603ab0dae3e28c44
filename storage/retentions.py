"""What is kept how long: for all hosts, and for those of a group where that differs."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import pairwise

from sqlalchemy import Connection, select

from storage.engines.statements import upsert
from storage.errors import InvalidInputError
from storage.schema import group_retentions
from storage.settings import BUCKETS_RETENTION_MINIMUM_S, SETTINGS, read_setting, read_settings, write_setting
from storage.tier import Tier

_DAY_S = 86_400.0
_YEAR_S = 365 * _DAY_S


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """Seconds for which data of a host are kept; 0 for what is not kept at all.

    Attributes:
        raw_s: readings as they were taken.
        m1_s: minutes: mean, smallest, largest, count.
        m5_s: spans of five minutes.
        h1_s: hours.
        d1_s: days, in UTC.
        processes_s: every process table.
        processes_1m_s: one process table a minute; where it is 0, process tables go after `processes_s`.
    """

    raw_s: float
    m1_s: float
    m5_s: float
    h1_s: float
    d1_s: float
    processes_s: float
    processes_1m_s: float

    def seconds(self, tier: Tier) -> float:
        """For which a tier is kept."""
        return (self.raw_s, self.m1_s, self.m5_s, self.h1_s, self.d1_s)[tier]

    @property
    def buckets(self) -> tuple[Tier, ...]:
        """The tiers that readings are rolled up to, finest first."""
        return tuple(tier for tier in Tier if tier is not Tier.RAW and self.seconds(tier) > 0)

    @property
    def longest_processes_s(self) -> float:
        """After which a process table goes in any case."""
        return max(self.processes_s, self.processes_1m_s)


SETTING_OF = {
    "raw_s": "retention_raw_s",
    "m1_s": "retention_1m_s",
    "m5_s": "retention_5m_s",
    "h1_s": "retention_1h_s",
    "d1_s": "retention_1d_s",
    "processes_s": "retention_processes_s",
    "processes_1m_s": "retention_processes_1m_s",
}
"""Names of the settings, by field of a retention; rows of `group_retentions` have them too."""
_FIELD_OF = {setting: field for field, setting in SETTING_OF.items()}

TIER_NAMES = {Tier.RAW: "raw", Tier.M1: "1m", Tier.M5: "5m", Tier.H1: "1h", Tier.D1: "1d"}
"""As the command line and messages call them."""

PRESETS = {
    "default": Retention(
        raw_s=_DAY_S,
        m1_s=7 * _DAY_S,
        m5_s=0.0,
        h1_s=30 * _DAY_S,
        d1_s=2 * _YEAR_S,
        processes_s=_DAY_S,
        processes_1m_s=7 * _DAY_S,
    ),
    "long": Retention(
        raw_s=7 * _DAY_S,
        m1_s=30 * _DAY_S,
        m5_s=90 * _DAY_S,
        h1_s=_YEAR_S,
        d1_s=2 * _YEAR_S,
        processes_s=_DAY_S,
        processes_1m_s=7 * _DAY_S,
    ),
}


@dataclass(frozen=True, slots=True)
class Retentions:
    """What is set.

    Attributes:
        default: for hosts without a group and for groups that have none of their own.
        groups: by name of the group.
        size_cap_bytes: what the database may take; None for any size.
    """

    default: Retention
    groups: Mapping[str, Retention]
    size_cap_bytes: int | None

    def of(self, group: str | None) -> Retention:
        """That of the hosts in a group; None for those in none."""
        return self.groups.get(group, self.default) if group else self.default


def cutoff(kept_s: float, now_ms: int) -> int:
    """Before it, UTC milliseconds, nothing is kept; what is not kept at all goes whatever its time."""
    return now_ms - int(kept_s * 1000) if kept_s else 2**62


def read_retentions(connection: Connection) -> Retentions:
    """As it is set; what the tables hold and cannot be used counts as not set."""
    default = _stored_default(connection)
    groups: dict[str, Retention] = {}
    rows = connection.execute(select(group_retentions).order_by(group_retentions.c.group_name))
    for row in rows:
        field = _FIELD_OF.get(row.name)
        value = _usable(row.name, row.value) if field else None
        if field and value is not None:
            groups[row.group_name] = replace(groups.get(row.group_name, default), **{field: value})
    cap = read_setting(connection, "size_cap_bytes")
    return Retentions(default, groups, None if cap is None else int(cap))


def write_retention(connection: Connection, retention: Retention, group: str | None = None) -> None:
    """Sets it for all hosts, or for those of a group.

    Raises:
        InvalidInputError: it does not hold together, see `check_retention`; nothing has been changed.
    """
    check_retention(retention)
    if group is None:
        for field, name in SETTING_OF.items():
            write_setting(connection, name, getattr(retention, field))
        return
    # All of them, so that another default cannot make nonsense of what is set for the group.
    rows = [
        {"group_name": group, "name": name, "value": getattr(retention, field)} for field, name in SETTING_OF.items()
    ]
    connection.execute(upsert(connection, group_retentions, keys=("group_name", "name")), rows)


def reset_retention(connection: Connection, group: str | None = None) -> None:
    """Goes back to the default; that of a group back to what is set for all hosts."""
    if group is None:
        for name in SETTING_OF.values():
            write_setting(connection, name, None)
    else:
        connection.execute(group_retentions.delete().where(group_retentions.c.group_name == group))


def check_retention(retention: Retention) -> None:
    """Raises InvalidInputError for one that does not hold together, and says which part of it."""
    for field, name in SETTING_OF.items():
        SETTINGS[name].check(getattr(retention, field))
    kept = [tier for tier in Tier if retention.seconds(tier) > 0]
    for finer, coarser in pairwise(kept):
        if retention.seconds(coarser) < retention.seconds(finer):
            raise InvalidInputError(
                f"{TIER_NAMES[coarser]} would be kept for less long than {TIER_NAMES[finer]}, which is finer.",
                hint=f"Keep {TIER_NAMES[coarser]} for at least as long, or not at all (0).",
            )
    if retention.d1_s and retention.seconds(kept[-2]) < BUCKETS_RETENTION_MINIMUM_S:
        raise InvalidInputError(
            "There would be nothing to make days of: nothing finer is kept for two days.",
            hint="Keep 1m, 5m or 1h as well, or raw for two days, or no days (--1d 0).",
        )
    if 0 < retention.processes_1m_s < retention.processes_s:
        raise InvalidInputError(
            "One process table a minute would be kept for less long than every one of them.",
            hint="Keep it for at least as long, or not at all (0).",
        )


def _stored_default(connection: Connection) -> Retention:
    found = read_settings(connection, SETTING_OF.values())
    return Retention(**{field: float(found[name] or 0) for field, name in SETTING_OF.items()})


def _usable(name: str, value: object) -> float | None:
    try:
        checked = SETTINGS[name].check(value)
    except InvalidInputError:
        return None
    return checked if isinstance(checked, float) and math.isfinite(checked) else None
