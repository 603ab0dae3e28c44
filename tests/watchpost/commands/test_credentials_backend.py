from pathlib import Path

import pytest

from tests.command_line import CommandLine
from tests.running_poller import running_poller


@pytest.fixture
def passphrase_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "passphrase"
    path.write_text("open sesame\n")
    monkeypatch.setenv("WATCHPOST_KEYRING_PASSPHRASE_FILE", str(path))
    return path


def test_without_a_keyring_it_says_so_and_what_can_be_done(cli: CommandLine) -> None:
    cli("hosts", "add", "here", "--local", "--no-test")
    told = cli("credentials", "backend")
    assert told.status == 1
    assert "keyring of this login (system)" in told.out
    assert "no working D-Bus session" in told.err
    shown = cli("credentials", "backend", "--json").json
    assert (shown["backend"], shown["usable"]) == ("system", False)


@pytest.mark.usefixtures("system_keyring", "passphrase_file")
def test_secrets_move_along_to_the_encrypted_file_and_back(cli: CommandLine, home: Path) -> None:
    cli("credentials", "add", "office", stdin="hunter2\n")
    assert cli("credentials", "backend", "--json").json == {"backend": "system", "usable": True, "problem": None}
    moved = cli("credentials", "backend", "encrypted-file")
    assert moved.status == 0
    assert "WATCHPOST_KEYRING_PASSPHRASE_FILE" in moved.out
    assert "secrets.cfg" in cli("credentials", "backend").out
    assert (home / ".local" / "share" / "watchpost" / "secrets.cfg").exists()
    back = cli("credentials", "backend", "system", "--json")
    assert back.json == {"backend": "system", "enter_again": []}


@pytest.mark.usefixtures("passphrase_file")
def test_secrets_that_cannot_be_read_any_more_are_named(
    cli: CommandLine, system_keyring: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    cli("credentials", "add", "my office", stdin="hunter2\n")
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS")
    told = cli("credentials", "backend", "encrypted-file")
    assert told.status == 0
    assert "watchpost credentials rotate 'my office'" in told.out


def test_the_environment_cannot_be_overruled(cli: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WATCHPOST_KEYRING", "system")
    told = cli("credentials", "backend", "encrypted-file")
    assert told.status == 1
    assert "the environment wins" in told.err


def test_a_place_that_there_is_not_is_wrong_usage(cli: CommandLine) -> None:
    assert cli("credentials", "backend", "plain-text").status == 2


def test_a_keyring_that_does_not_work_is_not_chosen(cli: CommandLine) -> None:
    told = cli("credentials", "backend", "system", "--json")
    assert (told.status, told.error["kind"]) == (1, "keyring_unavailable")


@pytest.mark.usefixtures("passphrase_file")
def test_a_running_poller_has_to_be_restarted(cli: CommandLine, database_url: str, home: Path) -> None:
    with running_poller(database_url, environment={"HOME": str(home)}, folder=home):
        told = cli("credentials", "backend", "encrypted-file", "--db", database_url)
    assert "restart it" in told.out
