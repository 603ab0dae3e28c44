import pytest

from storage.database import Database
from storage.retentions import PRESETS, read_retentions
from storage.schema import settings
from storage.settings import write_setting
from storage.utc import now_ms
from tests.command_line import CommandLine
from tests.storage.sealing.keeping import HOUR, MINUTE, keep_up, record, register, steady

DAY_S = 86_400


def test_what_is_kept_is_shown(cli: CommandLine, database: Database) -> None:
    told = cli("db", "retention", "--db", database.url).out
    assert "raw" in told
    assert "24h" in told
    assert "Size cap: off" in told
    shown = cli("db", "retention", "--json", "--db", database.url).json
    assert shown == {
        "retention": {
            "raw": DAY_S,
            "1m": 7 * DAY_S,
            "5m": 0,
            "1h": 30 * DAY_S,
            "1d": 730 * DAY_S,
            "processes": DAY_S,
            "processes-1m": 7 * DAY_S,
        },
        "groups": {},
        "size_cap_bytes": None,
    }


def test_a_preset_and_single_spans_are_set_for_all_or_for_a_group(cli: CommandLine, database: Database) -> None:
    register(database, "db1", "web")
    cli("db", "retention", "--preset", "long", "--raw", "3d", "--db", database.url)
    shown = cli("db", "retention", "--group", "web", "--1h", "2y", "--json", "--db", database.url).json
    assert (shown["retention"]["raw"], shown["retention"]["5m"]) == (3 * DAY_S, 90 * DAY_S)
    assert (shown["groups"]["web"]["raw"], shown["groups"]["web"]["1h"]) == (3 * DAY_S, 730 * DAY_S)
    assert "group web" in cli("db", "retention", "--db", database.url).out
    cli("db", "retention", "--group", "web", "--reset", "--db", database.url)
    shown = cli("db", "retention", "--reset", "--json", "--db", database.url).json
    assert shown["groups"] == {}
    with database.reading() as connection:
        assert read_retentions(connection).default == PRESETS["default"]


def test_the_size_is_capped(cli: CommandLine, database: Database) -> None:
    assert "9.3 GiB" in cli("db", "retention", "--size-cap", "10GB", "--db", database.url).out
    assert cli("db", "retention", "--json", "--db", database.url).json["size_cap_bytes"] == 10**10
    assert cli("db", "retention", "--size-cap", "off", "--json", "--db", database.url).json["size_cap_bytes"] is None


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--raw", "soon"], "no span of time"),
        (["--raw", "1m"], "cannot be used"),
        (["--raw", "0"], "cannot be used"),
        (["--1m", "1d"], "two days"),
        (["--1m", "60d"], "1h would be kept for less long than 1m"),
        (["--processes", "30d"], "process table"),
        (["--preset", "huge"], "There are: default, long"),
        (["--preset", "long", "--reset"], "--reset"),
        (["--size-cap", "big"], "no size"),
        (["--size-cap", "1kB"], "16 MiB"),
        (["--size-cap", "10GB", "--group", "web"], "whole database"),
        (["--group", "", "--raw", "2d"], "empty"),
        (["--group", "wep", "--raw", "2d"], "in a group “wep”"),
        (["--raw", "3d", "--size-cap", "1MB"], "16 MiB"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_cannot_be_is_refused_and_nothing_changes(
    cli: CommandLine, database: Database, arguments: list[str], said: str
) -> None:
    told = cli("db", "retention", *arguments, "--db", database.url)
    assert told.status == 1
    assert said in told.err
    with database.reading() as connection:
        assert connection.execute(settings.select()).all() == []


def test_what_would_delete_data_is_not_done_without_a_word(cli: CommandLine, database: Database) -> None:
    host_id = register(database, "db1", "web")
    register(database, "mail1", "mail")
    now = now_ms()
    record(database, steady(host_id, range(now - 20 * HOUR, now, 10 * MINUTE)))
    keep_up(database, now)
    told = cli("db", "retention", "--raw", "2h", "--db", database.url)
    assert told.status == 1
    assert "raw, 1 host, until" in told.err
    assert "--yes" in told.err
    assert cli("db", "retention", "--group", "web", "--raw", "2h", "--db", database.url).status == 1
    # Nothing of other groups is there, and longer than now deletes nothing.
    for harmless in (["--group", "mail", "--raw", "2h"], ["--raw", "30h"]):
        assert cli("db", "retention", *harmless, "--db", database.url).status == 0
    shown = cli("db", "retention", "--raw", "2h", "--yes", "--json", "--db", database.url).json
    assert shown["retention"]["raw"] == 7_200


def test_a_cap_that_would_delete_data_is_not_set_without_a_word(
    cli: CommandLine, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("watchpost.commands.db_retention.used_bytes", lambda _: 10**9)
    told = cli("db", "retention", "--size-cap", "500MB", "--db", database.url)
    assert told.status == 1
    assert "are left of 954 MiB" in told.err
    assert cli("db", "retention", "--size-cap", "2GB", "--db", database.url).status == 0
    assert cli("db", "retention", "--size-cap", "500MB", "--yes", "--db", database.url).status == 0


def test_a_setting_that_somebody_spoilt_counts_as_not_set(cli: CommandLine, database: Database) -> None:
    with database.writing() as connection:
        write_setting(connection, "retention_raw_s", 7_200)
        connection.execute(settings.update().values(value="soon"))
    assert cli("db", "retention", "--json", "--db", database.url).json["retention"]["raw"] == DAY_S
