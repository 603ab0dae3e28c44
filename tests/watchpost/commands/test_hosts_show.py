from pathlib import Path

from storage.database import Database
from storage.host import NewHost, Transport
from storage.host_states import HostStatus, write_host_states
from storage.hosts import add_host
from storage.reason import HostState, Reason
from tests.command_line import CommandLine


def test_all_that_is_known_is_shown_and_harmless(cli: CommandLine, database: Database) -> None:
    with database.writing() as connection:
        host = add_host(connection, NewHost(name="web", address="db1", identity_file="~/.ssh/id", interval_s=10), 0)
        inventory = {"distribution": "Evil \x1b]0;title\x07Linux", "cpu_count": 4}
        state = HostStatus(host.id, HostState.UNREACHABLE, Reason.TIMEOUT, "gone \x1b[2J away", 1_000, inventory)
        write_host_states(connection, [state])
    told = cli("hosts", "show", "web", "--db", database.url)
    assert told.status == 0
    assert "\x1b" not in told.out
    for text in ("~/.ssh/id", "10 s", "unreachable", "no answer in time", "gone", "Linux", "4 cores"):
        assert text in told.out


def test_a_ssh_configuration_that_cannot_be_read_hides_nothing_else(
    cli: CommandLine, database: Database, home: Path
) -> None:
    (home / ".ssh" / "config").write_bytes(b"Host *\n Port nonsense\n")
    with database.writing() as connection:
        add_host(connection, NewHost(name="web", address="db1"), 0)
        add_host(connection, NewHost(name="here", transport=Transport.LOCAL), 0)
    shown = cli("hosts", "show", "web", "--json", "--db", database.url)
    assert shown.json["host_keys"] == []
    assert cli("hosts", "show", "here", "--json", "--db", database.url).json["transport"] == "local"


def test_an_unknown_host_is_told_with_similar_names(cli: CommandLine, database: Database) -> None:
    with database.writing() as connection:
        add_host(connection, NewHost(name="webserver", address="db1"), 0)
    told = cli("hosts", "show", "websever", "--json", "--db", database.url)
    assert (told.status, told.error["kind"]) == (1, "not_found")
    assert "webserver" in told.error["hint"]


def test_what_was_noted_about_it_is_shown(cli: CommandLine, database: Database) -> None:
    for name, group in (("db1", "Postgres"), ("web1", "web")):
        cli("hosts", "add", name, "--local", "--no-test", "--group", group, "--db", database.url)
    said = [("everything", ()), ("own", ("--host", "db1")), ("group", ("--group", "Postgres"))]
    for text, scope in [*said, ("other", ("--host", "web1")), ("long ago", ("--at", "-60d"))]:
        assert cli("annotate", text, *scope, "--db", database.url).status == 0
    shown = cli("hosts", "show", "db1", "--db", database.url).out
    noted = [line.split(": ")[1].split(" (")[0] for line in shown.splitlines() if line.startswith("noted")]
    assert noted == ["everything", "own", "group"]
    document = cli("hosts", "show", "db1", "--json", "--db", database.url).json
    assert [each["text"] for each in document["annotations"]] == noted
