"""`watchpost alerts heartbeat`."""

from pathlib import Path

import pytest

from storage.credentials import list_credentials
from storage.database import Database
from tests.command_line import CommandLine
from tests.heard import webhook

pytestmark = pytest.mark.usefixtures("encrypted_file")


def names(database: Database) -> list[str]:
    with database.reading() as connection:
        return [credential.name for credential in list_credentials(connection)]


def test_the_url_is_tried_and_kept_and_forgotten(cli: CommandLine, database: Database, tmp_path: Path) -> None:
    assert "Nobody outside is told" in cli("alerts", "heartbeat", "--db", database.url).err
    with webhook() as watcher:
        kept = cli("alerts", "heartbeat", "--set", "--db", database.url, stdin=f"{watcher.url}\n")
        assert kept.status == 0
        assert "has answered" in kept.out
        assert watcher.url not in kept.out + kept.err
        assert watcher.asked == 1
        again = cli("alerts", "heartbeat", "--from-file", "-", "--db", database.url, stdin=watcher.url)
        assert again.status == 0
    assert "is told every minute" in cli("alerts", "heartbeat", "--db", database.url).out
    assert names(database) == ["heartbeat"]
    assert cli("alerts", "heartbeat", "--remove", "--db", database.url).status == 0
    assert names(database) == []


@pytest.mark.parametrize("url", ["ftp://secret.example/x", "http://127.0.0.1:1/secret"])
def test_one_that_does_not_answer_is_not_kept_and_not_quoted(cli: CommandLine, database: Database, url: str) -> None:
    refused = cli("alerts", "heartbeat", "--set", "--db", database.url, stdin=f"{url}\n")
    assert refused.status == 1
    assert "secret" not in refused.err
    assert names(database) == []
