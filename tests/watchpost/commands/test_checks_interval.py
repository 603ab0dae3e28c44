from storage.database import Database
from tests.command_line import CommandLine


def test_it_is_shown_and_set_for_all_checks(cli: CommandLine, database: Database) -> None:
    assert cli("checks", "interval", "--db", database.url).out == "Checks are made every 30 s.\n"
    assert cli("checks", "interval", "300", "--db", database.url).out == "Checks are made every 300 s.\n"
    refused = cli("checks", "interval", "1", "--db", database.url)
    assert (refused.status, "from 5 to 86400" in refused.err) == (1, True)
    assert cli("checks", "interval", "--db", database.url).out == "Checks are made every 300 s.\n"
