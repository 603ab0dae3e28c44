"""`watchpost alerts rules preset`."""

import pytest

from alerts.rules.seeding import seed_default_rules
from alerts.rules.shipped_rules import PRESET_NAMES, find_preset
from storage.database import Database
from tests.command_line import CommandLine
from tests.watchpost.kept_rules import kept, names


@pytest.mark.parametrize("name", PRESET_NAMES)
def test_its_rules_are_there_after_that(cli: CommandLine, database: Database, name: str) -> None:
    told = cli("alerts", "rules", "preset", name, "--json", "--db", database.url)
    assert told.status == 0, told.err
    assert told.json["added"] == [rule.name for rule in find_preset(name).rules]
    assert names(database) == sorted(told.json["added"], key=str)
    assert cli("alerts", "rules", "preset", name, "--json", "--db", database.url).json["added"] == []


def test_without_a_name_they_are_listed(cli: CommandLine, database: Database) -> None:
    cli("alerts", "rules", "preset", "script", "--db", database.url)
    told = cli("alerts", "rules", "preset", "--db", database.url)
    assert "3 of 3" in told.out
    assert "CPU above 95 % for 2 min" in told.out
    listed = cli("alerts", "rules", "preset", "--json", "--db", database.url).json["presets"]
    assert [len(preset["installed"]) for preset in listed] == [0, 3, 0]


def test_defaults_of_the_same_metrics_are_named_and_switched_off_on_request(
    cli: CommandLine, database: Database
) -> None:
    seed_default_rules(database, now_ms=0)
    told = cli("alerts", "rules", "preset", "openmanager", "--db", database.url)
    assert "--instead switches them off: “CPU usage”, “Memory usage”." in told.out
    assert kept(database, "CPU usage").enabled
    told = cli("alerts", "rules", "preset", "openmanager", "--instead", "--db", database.url)
    assert "Switched off: “CPU usage”, “Memory usage”." in told.out
    assert not kept(database, "CPU usage").enabled
    assert kept(database, "Disk usage").enabled


def test_what_people_changed_of_it_is_not_lost_without_a_question(cli: CommandLine, database: Database) -> None:
    cli("alerts", "rules", "preset", "script", "--db", database.url)
    cli("alerts", "rules", "edit", "script: CPU", "--warning", "70", "--db", database.url)
    asked = cli("alerts", "rules", "preset", "script", "--db", database.url)
    assert asked.status == 1
    assert "“script: CPU”" in asked.err
    assert cli("alerts", "rules", "preset", "script", "--yes", "--db", database.url).status == 0
    assert kept(database, "script: CPU").warning == find_preset("script").rules[0].warning


def test_it_can_be_taken_away_again(cli: CommandLine, database: Database) -> None:
    cli("alerts", "rules", "preset", "script", "--db", database.url)
    assert cli("alerts", "rules", "preset", "script", "--remove", "--db", database.url).status == 1
    assert len(names(database)) == 3
    assert cli("alerts", "rules", "preset", "script", "--remove", "--yes", "--db", database.url).status == 0
    assert names(database) == []


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("nagios",), "exporter, script, openmanager"),
        (("--instead",), "Which preset?"),
        (("script", "--instead", "--remove"), "goes with no --remove"),
    ],
)
def test_what_cannot_be_is_refused(cli: CommandLine, database: Database, options: tuple[str, ...], said: str) -> None:
    told = cli("alerts", "rules", "preset", *options, "--db", database.url)
    assert told.status == 1
    assert said in told.err
    assert names(database) == []
