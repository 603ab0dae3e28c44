"""Secrets for pollers that have another keyring: two users with folders of their own, and one database."""

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import update

from poller.letterbox import Letterbox
from storage.credentials import secret_of
from storage.database import Database, open_database
from storage.keyrings import open_keeper
from storage.pollers import register_poller
from storage.schema import pollers
from storage.secret_keeper import KeyringChoice, SecretKeeper
from storage.utc import now_ms
from tests.command_line import PROGRAM, CommandLine, program_environment
from tests.eventually import eventually
from tests.running_poller import running_poller
from tests.terminal import on_terminal

pytestmark = pytest.mark.usefixtures("encrypted_file")

SECRET = "hunter2-Zr9"


def file_keeper(home: Path, passphrase: str) -> SecretKeeper:
    file = home / ".local" / "share" / "watchpost" / "secrets.cfg"
    return open_keeper(KeyringChoice.ENCRYPTED_FILE, file=file, passphrase=lambda _: passphrase)


class Poller:
    """What a poller does with secrets, with the keyring of some user."""

    def __init__(self, database: Database, keeper: SecretKeeper, name: str = "mon") -> None:
        self.database, self.keeper = database, keeper
        with database.writing() as connection:
            register_poller(
                connection, poller_id=name, machine="db1", pid=1, version="1", now_ms=now_ms(), name=name, user="ops"
            )
        self.box = Letterbox(database, keeper, lambda: name, lambda _: None)
        self.look()

    def look(self) -> None:
        asyncio.run(self.box.step())

    def secret(self, name: str) -> str:
        self.look()
        with self.database.reading() as connection:
            return secret_of(connection, name, self.keeper)


@pytest.fixture
def poller(sqlite_database: Database, sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Poller:
    """That of another user."""
    monkeypatch.setenv("DATABASE_URL", sqlite_url)
    return Poller(sqlite_database, file_keeper(tmp_path / "elsewhere", "open barley"))


def key(cli: CommandLine) -> str:
    (listed,) = cli("credentials", "list", "--json").json["pollers"]
    return str(listed["key"])


def test_a_real_poller_of_another_user_takes_a_secret_that_is_plain_nowhere_between(
    cli: CommandLine, postgresql_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", postgresql_url)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "passphrase").write_text("open barley\n")
    environment = {
        "HOME": str(elsewhere),
        "WATCHPOST_KEYRING": "encrypted-file",
        "WATCHPOST_KEYRING_PASSPHRASE_FILE": str(elsewhere / "passphrase"),
    }

    def has_all() -> bool:
        (listed,) = cli("credentials", "list", "--json").json["credentials"]
        return not listed["lacking"] and not listed["underway"]

    with running_poller(postgresql_url, environment=environment, folder=elsewhere) as running:
        eventually(lambda: cli("credentials", "list", "--json").json["pollers"])
        assert f'"key": "{key(cli)}"' in running.log
        told = cli("credentials", "add", "office", "--confirm", key(cli), stdin=f"{SECRET}\n")
        assert told.status == 0, told.err
        assert "Sealed for the poller" in told.out
        eventually(has_all)
        rotated = cli("credentials", "rotate", "office", stdin="another\n")
        assert "Sealed for the poller" in rotated.out
        eventually(has_all)
        assert running.log.count('"secret_taken"') == 2
        assert SECRET not in running.log
    opened = open_database(postgresql_url)
    with opened.reading() as connection:
        assert secret_of(connection, "office", file_keeper(elsewhere, "open barley")) == "another"
    opened.close()
    kept = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert SECRET.encode() not in kept


def test_nothing_is_sent_to_a_poller_whose_key_nobody_has_confirmed(cli: CommandLine, poller: Poller) -> None:
    told = cli("credentials", "add", "office", stdin=f"{SECRET}\n")
    assert told.status == 0
    assert "nobody has confirmed its key" in told.err
    assert f"--confirm {key(cli)}" in told.err.replace("\n", " ")
    poller.look()
    assert "mon" in cli("credentials", "list").out
    refused = cli("credentials", "send", "office")
    assert refused.status == 1
    sent = cli("credentials", "send", "office", "--confirm", key(cli))
    assert sent.status == 0, sent.err
    assert "underway" in cli("credentials", "list").out
    assert poller.secret("office") == SECRET
    assert "No poller says that it lacks “office”." in cli("credentials", "send", "office").out


def test_a_key_that_somebody_has_changed_in_the_database_gets_nothing(cli: CommandLine, poller: Poller) -> None:
    cli("credentials", "add", "office", "--confirm", key(cli), stdin=f"{SECRET}\n")
    assert poller.secret("office") == SECRET
    with poller.database.writing() as connection:
        connection.execute(update(pollers).values(public_key=b"\1" * 32))
    told = cli("credentials", "rotate", "office", stdin="another\n")
    assert told.status == 0
    assert "Sealed" not in told.out
    assert "is not the one that was confirmed" in told.err


def test_a_secret_that_is_not_here_is_taken_from_a_file(
    cli: CommandLine, poller: Poller, home: Path, tmp_path: Path
) -> None:
    cli("credentials", "add", "office", stdin=f"{SECRET}\n")
    poller.look()
    for file in home.rglob("secrets.cfg"):
        file.unlink()
    refused = cli("credentials", "send", "office", "--confirm", key(cli))
    assert refused.status == 1
    assert "--from-file" in refused.err
    (tmp_path / "secret").write_text(f"{SECRET}\n")
    assert cli("credentials", "send", "office", "--from-file", f"{tmp_path}/secret").status == 0
    assert poller.secret("office") == SECRET


@pytest.mark.usefixtures("poller")
def test_a_wrong_key_or_poller_is_refused(cli: CommandLine) -> None:
    cli("credentials", "add", "office", stdin=f"{SECRET}\n")
    wrong = cli("credentials", "send", "office", "--confirm", "aaaa-bbbb-cccc-dddd-eeee")
    assert "No poller has the key" in wrong.err
    unknown = cli("credentials", "send", "office", "--poller", "nobody")
    assert "There is no poller “nobody”" in unknown.err
    assert cli("credentials", "send", "gone").status == 1


def test_without_a_keyring_here_a_secret_is_only_sent_and_that_is_told(
    cli: CommandLine, poller: Poller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WATCHPOST_KEYRING", "system")
    refused = cli("credentials", "add", "office", stdin=f"{SECRET}\n")
    assert refused.status == 1
    assert "no working D-Bus session" in refused.err
    told = cli("credentials", "add", "office", "--confirm", key(cli), stdin=f"{SECRET}\n")
    assert told.status == 0, told.err
    assert "It is in no keyring here" in told.out
    assert poller.secret("office") == SECRET


def test_the_poller_of_the_same_user_needs_no_envelope(
    cli: CommandLine, sqlite_database: Database, sqlite_url: str, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", sqlite_url)
    own = Poller(sqlite_database, file_keeper(home, "open sesame"))
    told = cli("credentials", "add", "office", stdin=f"{SECRET}\n")
    assert (told.status, told.err) == (0, "")
    assert "Sealed" not in told.out
    assert own.secret("office") == SECRET


@pytest.mark.usefixtures("poller")
def test_at_a_terminal_a_person_is_asked_about_the_key_until_it_is_confirmed(
    cli: CommandLine, sqlite_url: str, home: Path, encrypted_file: Path
) -> None:
    environment = program_environment(
        {
            "HOME": str(home),
            "WATCHPOST_KEYRING": "encrypted-file",
            "WATCHPOST_KEYRING_PASSPHRASE_FILE": str(encrypted_file),
            "DATABASE_URL": sqlite_url,
        }
    )
    for name, answers in (("one", ("n",)), ("two", ("y",)), ("three", ())):
        command = [*PROGRAM, "credentials", "add", name]
        with on_terminal(command, environment=environment, folder=home) as terminal:
            for prompt in (f"Password for “{name}”: ", "again: "):
                terminal.read_until(prompt)
                terminal.type(f"{SECRET}\n")
            for answer in answers:
                terminal.read_until("[y/N]: ")
                assert key(cli) in terminal.text
                terminal.type(f"{answer}\n")
            assert terminal.wait() == 0
            assert ("Sealed for" in terminal.text) == (name != "one")
            assert SECRET not in terminal.text
