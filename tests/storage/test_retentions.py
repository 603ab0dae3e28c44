from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import Connection, insert

from storage.database import Database
from storage.errors import InvalidInputError
from storage.retentions import (
    PRESETS,
    SETTING_OF,
    Retention,
    check_retention,
    read_retentions,
    reset_retention,
    write_retention,
)
from storage.schema import group_retentions
from storage.settings import SETTINGS, write_setting
from storage.tier import Tier

DAY_S = 86_400.0
DEFAULT, LONG = PRESETS["default"], PRESETS["long"]


@pytest.fixture
def connection(database: Database) -> Iterator[Connection]:
    with database.writing() as opened:
        yield opened


def test_what_is_not_set_is_the_default_preset(connection: Connection) -> None:
    retentions = read_retentions(connection)
    assert retentions.default == DEFAULT
    assert retentions.of(None) == retentions.of("web") == DEFAULT
    assert retentions.size_cap_bytes is None
    assert {getattr(DEFAULT, field) for field in SETTING_OF} == {SETTINGS[name].default for name in SETTING_OF.values()}


def test_the_presets_are_what_was_promised() -> None:
    assert [DEFAULT.seconds(tier) / DAY_S for tier in Tier] == [1, 7, 0, 30, 730]
    assert [LONG.seconds(tier) / DAY_S for tier in Tier] == [7, 30, 90, 365, 730]
    assert DEFAULT.buckets == (Tier.M1, Tier.H1, Tier.D1)
    for preset in PRESETS.values():
        check_retention(preset)
        assert (preset.processes_s, preset.processes_1m_s) == (DAY_S, 7 * DAY_S)


def test_a_group_has_its_own_and_keeps_it_when_the_default_changes(connection: Connection) -> None:
    write_retention(connection, LONG, "web")
    write_retention(connection, replace(DEFAULT, raw_s=2 * DAY_S))
    retentions = read_retentions(connection)
    assert retentions.of("web") == LONG
    assert retentions.of("mail").raw_s == 2 * DAY_S
    write_retention(connection, replace(LONG, m5_s=0.0), "web")
    assert read_retentions(connection).of("web").m5_s == 0
    reset_retention(connection, "web")
    assert read_retentions(connection).groups == {}


def test_the_default_can_be_gone_back_to(connection: Connection) -> None:
    write_retention(connection, LONG)
    reset_retention(connection)
    assert read_retentions(connection).default == DEFAULT


def test_the_size_cap_is_read(connection: Connection) -> None:
    write_setting(connection, "size_cap_bytes", 10**9)
    assert read_retentions(connection).size_cap_bytes == 10**9


def test_nonsense_in_the_table_of_groups_counts_as_not_set(connection: Connection) -> None:
    rows = [("retention_raw_s", -1.0), ("retention_1m_s", float("inf")), ("no_such_name", 5.0), ("time_zone", 1.0)]
    for name, value in rows:
        connection.execute(insert(group_retentions).values(group_name="web", name=name, value=value))
    connection.execute(insert(group_retentions).values(group_name="web", name="retention_1h_s", value=40 * DAY_S))
    assert read_retentions(connection).of("web") == replace(DEFAULT, h1_s=40 * DAY_S)


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        (replace(DEFAULT, raw_s=0.0), "cannot be used"),
        (replace(DEFAULT, raw_s=8 * DAY_S), "1m would be kept for less long than raw"),
        (replace(DEFAULT, m1_s=31 * DAY_S), "1h would be kept for less long than 1m"),
        (replace(DEFAULT, m1_s=DAY_S), "rolled up"),
        (replace(DEFAULT, h1_s=800 * DAY_S), "1d would be kept for less long than 1h"),
        (replace(DEFAULT, m1_s=0.0, h1_s=0.0), "nothing to make days of"),
        (replace(DEFAULT, processes_s=8 * DAY_S), "process table"),
        (replace(DEFAULT, processes_s=60.0), "cannot be used"),
        (replace(DEFAULT, d1_s=float("nan")), "cannot be used"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_does_not_hold_together_is_refused_and_changes_nothing(
    connection: Connection, wanted: Retention, said: str
) -> None:
    for group in (None, "web"):
        with pytest.raises(InvalidInputError, match=said):
            write_retention(connection, wanted, group)
    assert read_retentions(connection).default == DEFAULT
    assert read_retentions(connection).groups == {}


@pytest.mark.parametrize(
    "wanted",
    [
        replace(DEFAULT, m1_s=0.0, h1_s=0.0, d1_s=0.0),
        replace(DEFAULT, raw_s=2 * DAY_S, m1_s=0.0, h1_s=0.0),
        replace(DEFAULT, raw_s=3_600.0),
        replace(DEFAULT, processes_s=30 * DAY_S, processes_1m_s=0.0),
        replace(DEFAULT, raw_s=7 * DAY_S),
    ],
    ids=["readings alone", "days of readings", "an hour", "all process tables for a month", "raw like 1m"],
)
def test_what_holds_together_can_be_set(connection: Connection, wanted: Retention) -> None:
    write_retention(connection, wanted)
    assert read_retentions(connection).default == wanted
