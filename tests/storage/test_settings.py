from collections.abc import Iterator

import pytest
from sqlalchemy import Connection

from storage.database import Database
from storage.errors import InvalidInputError
from storage.schema import settings
from storage.settings import SETTINGS, read_setting, read_settings, write_setting


@pytest.fixture
def connection(database: Database) -> Iterator[Connection]:
    with database.writing() as opened:
        yield opened


def test_what_is_not_set_has_its_default(connection: Connection) -> None:
    assert {name: read_setting(connection, name) for name in SETTINGS} == {
        "interval_s": 5.0,
        "checks_interval_s": 30.0,
        "retention_raw_s": 86_400.0,
        "retention_1m_s": 7 * 86_400.0,
        "retention_5m_s": 0.0,
        "retention_1h_s": 30 * 86_400.0,
        "retention_1d_s": 730 * 86_400.0,
        "retention_processes_s": 86_400.0,
        "retention_processes_1m_s": 7 * 86_400.0,
        "size_cap_bytes": None,
        "system_metrics": "auto",
        "retention_system_metrics_s": 7 * 86_400.0,
        "retention_alerts_s": 400 * 86_400.0,
        "time_zone": None,
        "alerts_base_url": None,
        "keyring_backend": None,
    }


@pytest.mark.parametrize(
    ("name", "given", "kept"),
    [
        ("interval_s", "10", 10.0),
        ("interval_s", 2.5, 2.5),
        ("checks_interval_s", "300", 300.0),
        ("retention_raw_s", 7 * 86_400, 604_800.0),
        ("retention_5m_s", 0, 0.0),
        ("retention_5m_s", "172800", 172_800.0),
        ("retention_processes_1m_s", 0, 0.0),
        ("size_cap_bytes", 1e9 + 0.5, 1e9),
        ("time_zone", "Asia/Seoul", "Asia/Seoul"),
        ("keyring_backend", "encrypted_file", "encrypted_file"),
    ],
)
def test_what_is_set_is_read_and_none_goes_back_to_the_default(
    connection: Connection, name: str, given: object, kept: object
) -> None:
    assert write_setting(connection, name, given) == kept
    assert read_setting(connection, name) == kept
    assert write_setting(connection, name, None) == SETTINGS[name].default
    assert read_setting(connection, name) == SETTINGS[name].default


def test_the_last_value_counts(connection: Connection) -> None:
    write_setting(connection, "interval_s", 10)
    write_setting(connection, "interval_s", 20)
    assert read_setting(connection, "interval_s") == 20


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("interval_s", 0),
        ("checks_interval_s", 4.9),
        ("checks_interval_s", 86_401),
        ("checks_interval_s", "nan"),
        ("interval_s", "soon"),
        ("interval_s", True),
        ("interval_s", "nan"),
        ("interval_s", 10**400),
        ("interval_s", [5]),
        ("retention_raw_s", 60),
        ("retention_raw_s", 0),
        ("retention_1m_s", 86_400),
        ("retention_1d_s", -1),
        ("retention_processes_1m_s", 60),
        ("size_cap_bytes", 1_000),
        ("size_cap_bytes", "inf"),
        ("retention_raw_s", float("inf")),
        ("time_zone", "Mars/Olympus"),
        ("time_zone", "../etc/passwd"),
        ("time_zone", "America"),
        ("time_zone", ""),
        ("time_zone", "x\0"),
        ("keyring_backend", "a\nb"),
        ("keyring_backend", ""),
        ("keyring_backend", 5),
    ],
)
def test_a_value_that_cannot_be_used_is_refused_and_nothing_changes(
    connection: Connection, name: str, value: object
) -> None:
    with pytest.raises(InvalidInputError):
        write_setting(connection, name, value)
    assert read_setting(connection, name) == SETTINGS[name].default


def test_an_unknown_setting_is_answered_with_the_one_that_was_meant(connection: Connection) -> None:
    with pytest.raises(InvalidInputError, match="intervall_s") as caught:
        write_setting(connection, "intervall_s", 5)
    assert "“interval_s”" in caught.value.hint
    with pytest.raises(InvalidInputError) as caught:
        read_setting(connection, "x")
    assert "time_zone" in caught.value.hint


def test_nonsense_that_somebody_put_into_the_table_counts_as_not_set(connection: Connection) -> None:
    connection.execute(settings.insert().values(name="interval_s", value={"a": 1}))
    assert read_setting(connection, "interval_s") == 5.0


def test_several_at_once_are_what_each_of_them_is(connection: Connection) -> None:
    write_setting(connection, "interval_s", 7)
    connection.execute(settings.insert(), {"name": "time_zone", "value": "Nowhere/At all"})
    assert read_settings(connection, SETTINGS) == {name: read_setting(connection, name) for name in SETTINGS}
    with pytest.raises(InvalidInputError, match="no setting"):
        read_settings(connection, ["interval"])
