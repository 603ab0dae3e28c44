from pathlib import Path

from storage.database import Database
from storage.poller_lock import PollerLock
from tests.command_line import CommandLine


def listed(cli: CommandLine, url: str) -> list[str]:
    return [host["name"] for host in cli("hosts", "list", "--json", "--db", url).json["hosts"]]


def add(cli: CommandLine, name: str, url: str) -> None:
    assert cli("hosts", "add", name, "--local", "--no-test", "--db", url).status == 0


def test_a_backup_is_made_while_the_poller_runs_and_put_back_when_it_does_not(
    cli: CommandLine, sqlite_url: str, tmp_path: Path
) -> None:
    add(cli, "one", sqlite_url)
    with PollerLock(sqlite_url):
        told = cli("db", "backup", str(tmp_path / "b.db"), "--db", sqlite_url)
        assert told.status == 0
        assert f"Backed up to {tmp_path}/b.db" in told.out
        refused = cli("db", "restore", str(tmp_path / "b.db"), "--yes", "--json", "--db", sqlite_url)
        assert refused.error["kind"] == "poller_running"
    add(cli, "two", sqlite_url)
    restored = cli("db", "restore", str(tmp_path / "b.db"), "--yes", "--db", sqlite_url)
    assert restored.status == 0
    assert listed(cli, sqlite_url) == ["one"]
    (kept,) = tmp_path.glob("watchpost.db.before-restore-*")
    assert str(kept) in restored.out
    assert listed(cli, str(kept)) == ["one", "two"]


def test_without_a_name_it_lies_beside_the_database(cli: CommandLine, sqlite_url: str, tmp_path: Path) -> None:
    done = cli("db", "backup", "--json", "--db", sqlite_url).json
    (made,) = tmp_path.glob("watchpost.db.backup-*")
    assert done["file"] == str(made)
    assert done["size_bytes"] == made.stat().st_size


def test_a_file_that_is_there_needs_force(cli: CommandLine, sqlite_url: str, tmp_path: Path) -> None:
    (tmp_path / "b.db").write_text("mine")
    told = cli("db", "backup", str(tmp_path / "b.db"), "--db", sqlite_url)
    assert told.status == 1
    assert "--force" in told.err
    assert cli("db", "backup", str(tmp_path / "b.db"), "--force", "--db", sqlite_url).status == 0


def test_nobody_there_to_confirm_needs_a_yes(cli: CommandLine, sqlite_url: str, tmp_path: Path) -> None:
    cli("db", "backup", str(tmp_path / "b.db"), "--db", sqlite_url)
    told = cli("db", "restore", str(tmp_path / "b.db"), "--db", sqlite_url)
    assert told.status == 1
    assert "--yes" in told.err


def test_a_backup_of_a_server_can_be_used_as_a_database(
    cli: CommandLine, postgresql_database: Database, tmp_path: Path
) -> None:
    add(cli, "one", postgresql_database.url)
    assert cli("db", "backup", str(tmp_path / "b.db"), "--db", postgresql_database.url).status == 0
    assert listed(cli, str(tmp_path / "b.db")) == ["one"]
    told = cli("db", "restore", str(tmp_path / "b.db"), "--yes", "--db", postgresql_database.url)
    assert told.status == 1
    assert "watchpost db copy" in told.err
