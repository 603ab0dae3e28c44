from pathlib import Path

import pytest

from storage.poller_lock import PollerLock
from tests.command_line import CommandLine


def test_a_database_goes_to_a_server_and_back(
    cli: CommandLine, sqlite_url: str, postgresql_url: str, tmp_path: Path
) -> None:
    assert cli("hosts", "add", "one", "--local", "--no-test", "--db", sqlite_url).status == 0
    told = cli("db", "copy", sqlite_url, postgresql_url)
    assert (told.status, told.err) == (0, "")
    assert f"--db {postgresql_url}" in told.out
    assert cli("hosts", "list", "--json", "--db", postgresql_url).json["hosts"][0]["name"] == "one"
    done = cli("db", "copy", postgresql_url, str(tmp_path / "back.db"), "--json").json
    assert done["tables"]["hosts"]["rows"] == 1
    assert done["resumed"] is False


@pytest.mark.usefixtures("encrypted_file")
def test_secrets_that_stay_behind_are_told(cli: CommandLine, sqlite_url: str, tmp_path: Path) -> None:
    cli("credentials", "add", "fleet", "--db", sqlite_url, stdin="geheim\n")
    told = cli("db", "copy", sqlite_url, str(tmp_path / "new.db"))
    assert "The secrets of 1 credential are in the keyring" in told.out


def test_a_target_that_holds_data_is_told(cli: CommandLine, sqlite_url: str, tmp_path: Path) -> None:
    cli("hosts", "add", "one", "--local", "--no-test", "--db", sqlite_url)
    cli("db", "copy", sqlite_url, str(tmp_path / "new.db"))
    told = cli("db", "copy", sqlite_url, str(tmp_path / "new.db"), "--json")
    assert (told.status, told.error["kind"]) == (1, "already_exists")


def test_while_a_poller_runs_it_is_refused(cli: CommandLine, sqlite_url: str, tmp_path: Path) -> None:
    with PollerLock(sqlite_url):
        told = cli("db", "copy", sqlite_url, str(tmp_path / "new.db"), "--json")
    assert told.error["kind"] == "poller_running"
