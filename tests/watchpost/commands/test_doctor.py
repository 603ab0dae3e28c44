from pathlib import Path

import pytest

from storage.database import Database
from storage.database_url import database_path
from storage.host import NewHost
from storage.host_states import HostStatus, write_host_states
from storage.hosts import add_host
from storage.reason import HostState, Reason
from storage.scrape_rows import pack_scrape
from storage.spool.place import spool_folder
from storage.spool.spool import Spool
from tests.command_line import CommandLine
from tests.readings import scrape
from tests.running_poller import running_poller


def verdicts(cli: CommandLine, url: str) -> dict[str, tuple[str, str]]:
    told = cli("doctor", "--json", "--db", url)
    return {check["name"]: (check["verdict"], check["message"] + check["hint"]) for check in told.json["checks"]}


def test_before_the_first_start_nothing_fails(cli: CommandLine) -> None:
    told = cli("doctor")
    assert told.status == 0
    assert "✔ ok" in told.out
    assert "▲ warn" in told.out
    assert "✖" not in told.out


def test_each_check_says_how_it_is(cli: CommandLine, database: Database) -> None:
    found = verdicts(cli, database.url)
    assert found["python"][0] == found["data folder"][0] == found["database"][0] == found["open files"][0] == "ok"
    assert found["poller"] == ("warn", "No poller is running; nothing is recorded.watchpost run")
    assert "watchpost hosts add" in found["hosts"][1]
    # Without a keyring, and without anything to keep in one.
    assert found["keyring"][0] == "ok"


def test_a_running_poller_is_seen(cli: CommandLine, database_url: str, home: Path) -> None:
    with running_poller(database_url, environment={"HOME": str(home)}, folder=home) as poller:
        verdict, message = verdicts(cli, database_url)["poller"]
    assert verdict == "ok"
    assert f"process {poller.process.pid}" in message


def test_hosts_that_need_a_person_are_named_with_what_to_type(cli: CommandLine, database: Database) -> None:
    with database.writing() as connection:
        for name, reason in (("my web", Reason.HOST_KEY_CHANGED), ("db", Reason.AUTH)):
            host = add_host(connection, NewHost(name=name, address="x"), 0)
            write_host_states(connection, [HostStatus(host.id, HostState.BLOCKED, reason, "", 0, None)])
    found = verdicts(cli, database.url)
    assert "watchpost hosts trust 'my web'" in found["host my web"][1]
    assert "watchpost hosts test db" in found["host db"][1]


def test_a_damaged_database_fails(cli: CommandLine, database_url: str) -> None:
    with database_path(database_url).open("r+b") as file:
        file.write(b"\xa5" * 4096)
    told = cli("doctor", "--db", database_url)
    assert told.status == 1
    assert "✖ fail" in told.out
    assert "damaged" in told.out


@pytest.mark.usefixtures("encrypted_file")
def test_a_keyring_that_is_needed_and_cannot_be_opened_fails(
    cli: CommandLine, database: Database, encrypted_file: Path
) -> None:
    cli("credentials", "add", "office", "--db", database.url, stdin="hunter2\n")
    assert verdicts(cli, database.url)["keyring"] == ("ok", "encrypted-file, 1 credential")
    encrypted_file.write_text("wrong\n")
    encrypted_file.chmod(0o644)
    found = verdicts(cli, database.url)
    assert found["keyring"][0] == "fail"
    assert f"chmod 600 {encrypted_file}" in found["passphrase file"][1]
    assert cli("doctor", "--db", database.url).status == 1


def test_readings_that_wait_for_a_database_that_was_away_are_told(
    cli: CommandLine, database_url: str, home: Path
) -> None:
    assert "spool" not in verdicts(cli, database_url)
    spool = Spool(spool_folder(home / ".local/state/watchpost/spool", database_url))
    spool.append([pack_scrape(scrape(1, ts)) for ts in range(20)], "")
    spool.close()
    verdict, message = verdicts(cli, database_url)["spool"]
    assert verdict == "warn"
    assert "20 readings and states wait in" in message
    assert message.endswith("watchpost run")
    (spool.folder / "0000000001.spool").rename(spool.folder / "0000000001.spool.damaged")
    assert verdicts(cli, database_url)["spool"][1].startswith("1 file was set aside in")
