"""What this process does for the desktop application."""

import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from storage.credentials import add_credential
from storage.database import Database, open_database
from storage.database_url import database_path
from storage.host import Transport
from storage.poller_lock import PollerLock
from storage.secret_keeper import CredentialKind, KeyringChoice, NewCredential
from watchpost.configuration import Configuration, Folders
from watchpost.desktop import DesktopSurroundings


def _surroundings(
    url: str, folder: Path, keyring: KeyringChoice = KeyringChoice.ENCRYPTED_FILE, **environment: str
) -> DesktopSurroundings:
    merged: Mapping[str, str] = {**os.environ, "HOME": str(folder), **environment}
    configuration = Configuration(
        database_url=url,
        folders=Folders(folder / "data", folder / "log", folder / "state"),
        spools=folder / "spools",
        spool_limit_bytes=None,
        log_level="INFO",
        keyring=keyring,
        time_zone=None,
        environment=merged,
    )
    return DesktopSurroundings(configuration)


def _add_credential(surroundings: DesktopSurroundings, database: Database) -> None:
    keeper = surroundings.keeper(database, "correct horse")
    add_credential(database, NewCredential("office", CredentialKind.PASSWORD, "hunter2"), now_ms=1, keeper=keeper)


def test_a_database_that_is_not_there_is_made(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/new/watchpost.db"
    surroundings = _surroundings(url, tmp_path)
    assert surroundings.prepare() == []
    assert database_path(url).exists()
    open_database(url).close()


def test_a_damaged_one_is_moved_aside_and_told(tmp_path: Path) -> None:
    path = tmp_path / "watchpost.db"
    path.write_bytes(b"garbage" * 1000)
    (told,) = _surroundings(f"sqlite:///{path}", tmp_path).prepare()
    assert "damaged" in told


def test_where_a_poller_runs_nothing_is_done_to_the_database(database_url: str, tmp_path: Path) -> None:
    surroundings = _surroundings(database_url, tmp_path)
    assert not surroundings.poller_is_running()
    with PollerLock(database_url):
        assert surroundings.poller_is_running()
        assert surroundings.prepare() == []


def test_the_passphrase_is_needed_once_there_is_a_secret_in_the_file(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    surroundings = _surroundings(database_url, tmp_path)
    assert not surroundings.needs_passphrase(database)
    _add_credential(surroundings, database)
    assert surroundings.needs_passphrase(database)


def test_it_is_not_asked_for_where_a_file_has_it_or_the_keyring_is_the_systems(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    _add_credential(_surroundings(database_url, tmp_path), database)
    (tmp_path / "passphrase").write_text("correct horse\n")
    named = _surroundings(database_url, tmp_path, WATCHPOST_KEYRING_PASSPHRASE_FILE=str(tmp_path / "passphrase"))
    assert not named.needs_passphrase(database)
    assert not _surroundings(database_url, tmp_path, KeyringChoice.SYSTEM).needs_passphrase(database)


def test_thresholds_come_from_the_environment(database_url: str, tmp_path: Path) -> None:
    plain, strict = _surroundings(database_url, tmp_path), _surroundings(database_url, tmp_path, CPU_THRESHOLD="50")
    assert plain.thresholds() != strict.thresholds()
    assert plain.time_zone() is None


def test_this_machine_can_be_registered(database_url: str, tmp_path: Path) -> None:
    host = _surroundings(database_url, tmp_path).own_host()
    assert host.transport is Transport.LOCAL
    assert host.name


def test_the_hosts_of_the_ssh_configuration_are_offered(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    surroundings = _surroundings(database_url, tmp_path)
    assert list(surroundings.ssh_aliases()) == []
    (tmp_path / ".ssh").mkdir()
    (tmp_path / ".ssh" / "config").write_text("Host web-1\n  HostName 192.0.2.1\n")
    assert [alias.alias for alias in surroundings.ssh_aliases()] == ["web-1"]
