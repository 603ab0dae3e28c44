"""`watchpost alerts rules enable`, `disable`, `remove` and `reset`."""

from dataclasses import replace

import pytest

from alerts.rules.seeding import seed_default_rules
from alerts.rules.shipped_rules import default_rules
from storage.database import Database
from tests.command_line import CommandLine
from tests.watchpost.kept_rules import CPU, keep, kept, names

OTHER = replace(CPU, name="Other")


def test_rules_are_switched_off_and_on(cli: CommandLine, database: Database) -> None:
    keep(database, CPU, OTHER)
    told = cli("alerts", "rules", "disable", "CPU", "Other", "--db", database.url)
    assert told.out == "“CPU” is off.\n“Other” is off.\n"
    assert not kept(database, "CPU").enabled
    assert cli("alerts", "rules", "disable", "CPU", "--db", database.url).out == "“CPU” is off already.\n"
    assert cli("alerts", "rules", "enable", "CPU", "--db", database.url).out == "“CPU” is on.\n"
    assert (kept(database, "CPU").enabled, kept(database, "Other").enabled) == (True, False)


def test_a_rule_that_is_off_already_is_not_written_again(cli: CommandLine, database: Database) -> None:
    keep(database, replace(CPU, enabled=False))
    before = kept(database, "CPU").revision
    assert cli("alerts", "rules", "disable", "CPU", "--db", database.url).status == 0
    assert kept(database, "CPU").revision == before


def test_one_that_is_not_there_leaves_all_as_they_are(cli: CommandLine, database: Database) -> None:
    keep(database, CPU)
    told = cli("alerts", "rules", "disable", "CPU", "CPUU", "--db", database.url)
    assert told.status == 1
    assert "Did you mean “CPU”?" in told.err
    assert kept(database, "CPU").enabled


def test_a_removed_rule_is_gone(cli: CommandLine, database: Database) -> None:
    keep(database, CPU, OTHER)
    assert cli("alerts", "rules", "remove", "CPU", "--yes", "--db", database.url).out == "Removed “CPU”.\n"
    assert names(database) == ["Other"]


def test_nobody_there_to_ask_means_no(cli: CommandLine, database: Database) -> None:
    keep(database, CPU)
    cli("alerts", "rules", "threshold", "CPU", "--user", "anna", "--warning", "60", "--db", database.url)
    told = cli("alerts", "rules", "remove", "CPU", "--db", database.url)
    assert told.status == 1
    assert "“CPU” would be removed, with its levels in 1 other place." in told.err
    assert "--yes" in told.err
    assert names(database) == ["CPU"]


@pytest.mark.parametrize(("answer", "left"), [("y\n", []), ("n\n", ["CPU"])])
def test_a_person_is_asked(
    cli: CommandLine, database: Database, monkeypatch: pytest.MonkeyPatch, answer: str, left: list[str]
) -> None:
    keep(database, CPU)
    monkeypatch.setattr("watchpost.rule_access.is_interactive", lambda: True)
    told = cli("alerts", "rules", "remove", "CPU", "--db", database.url, stdin=answer)
    assert "Remove “CPU”?" in told.err
    assert names(database) == left


def test_a_removed_default_is_brought_back_on_request_only(cli: CommandLine, database: Database) -> None:
    seed_default_rules(database, now_ms=0)
    removed = cli("alerts", "rules", "remove", "Swapping", "--yes", "--db", database.url)
    assert "alerts rules reset" in removed.out
    seed_default_rules(database, now_ms=0)
    assert "Swapping" not in names(database)
    assert cli("alerts", "rules", "reset", "Swapping", "--db", database.url).out == "“Swapping”: there again.\n"
    assert "Swapping" in names(database)


def test_a_reset_asks_before_changes_are_lost(cli: CommandLine, database: Database) -> None:
    seed_default_rules(database, now_ms=0)
    cli("alerts", "rules", "edit", "CPU usage", "--warning", "70", "--db", database.url)
    cli("alerts", "rules", "disable", "Inodes", "--db", database.url)
    asked = cli("alerts", "rules", "reset", "--all", "--db", database.url)
    assert asked.status == 1
    assert "“CPU usage”" in asked.err
    assert "“Inodes”" in asked.err
    assert kept(database, "CPU usage").warning != default_rules()[0].warning
    assert cli("alerts", "rules", "reset", "--all", "--yes", "--db", database.url).status == 0
    assert kept(database, "CPU usage").warning == default_rules()[0].warning
    assert kept(database, "Inodes").enabled
    assert "all are as they came" in cli("alerts", "rules", "reset", "--all", "--db", database.url).out


@pytest.mark.parametrize(
    ("options", "said"),
    [((), "Which rules?"), (("Swapping", "--all"), "Which rules?"), (("Swaping",), "Did you mean “Swapping”?")],
)
def test_a_reset_has_to_be_of_something(
    cli: CommandLine, database: Database, options: tuple[str, ...], said: str
) -> None:
    told = cli("alerts", "rules", "reset", *options, "--db", database.url)
    assert told.status == 1
    assert said in told.err
