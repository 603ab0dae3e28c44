from pathlib import Path

import pytest

from storage.database import Database
from storage.host import NewHost, Transport
from storage.hosts import add_host
from tests.command_line import CommandLine
from tests.real_sshd import make_key


@pytest.fixture
def key(home: Path) -> Path:
    return make_key(home / "key")


def add(database: Database, host: NewHost) -> None:
    with database.writing() as connection:
        add_host(connection, host, 0)


def test_a_key_file_is_enough(cli: CommandLine, key: Path) -> None:
    for name in (key, f"{key}.pub"):
        told = cli("hosts", "authorized-key", str(name))
        assert told.status == 0
        assert told.out.startswith('restrict,command="exec /bin/sh -c \'read -r W && eval \\"$W\\"; exit 95\'')
        assert told.out.count("\n") == 1


def test_a_host_stands_for_the_key_it_is_reached_with(cli: CommandLine, database: Database, key: Path) -> None:
    add(database, NewHost(name="my web", address="db1", identity_file=str(key)))
    by_host = cli("hosts", "authorized-key", "my web", "--db", database.url)
    assert by_host.out == cli("hosts", "authorized-key", str(key)).out


def test_a_host_without_a_key_of_its_own_is_reached_with_the_usual_one(
    cli: CommandLine, database: Database, home: Path
) -> None:
    add(database, NewHost(name="web", address="db1"))
    told = cli("hosts", "authorized-key", "web", "--db", database.url)
    assert "there is none in ~/.ssh" in told.err
    (home / ".ssh").mkdir(exist_ok=True)
    make_key(home / ".ssh" / "id_ed25519")
    assert cli("hosts", "authorized-key", "web", "--db", database.url).status == 0


def test_nobody_logs_in_to_this_machine(cli: CommandLine, database: Database) -> None:
    add(database, NewHost(name="here", transport=Transport.LOCAL))
    told = cli("hosts", "authorized-key", "here", "--db", database.url)
    assert (told.status, told.out) == (1, "")


def test_a_private_key_without_its_public_half_is_told_how_to_get_it(cli: CommandLine, key: Path) -> None:
    Path(f"{key}.pub").unlink()
    told = cli("hosts", "authorized-key", str(key))
    assert told.status == 1
    assert f"ssh-keygen -y -f {key} > {key}.pub" in told.err
