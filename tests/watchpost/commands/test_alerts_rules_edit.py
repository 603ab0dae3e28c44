"""`watchpost alerts rules edit`."""

from dataclasses import replace

import pytest

from alerts.rules.keeping import keep_override
from alerts.rules.matchers import Matcher, Operator
from alerts.rules.override import Override, PlacedOverride
from alerts.rules.rule import Level, Scope
from alerts.rules.signal import Signal
from storage.alerting.threshold_rows import ThresholdScope
from storage.database import Database
from tests.command_line import CommandLine
from tests.watchpost.kept_rules import CPU, keep, kept, names

SAID = replace(
    CPU,
    name="Disk",
    signal=Signal(metric="filesystem_used_percent", matchers=(Matcher("mount", Operator.EQUAL, "/"),)),
    labels=(("team", "a"),),
    annotations=(("summary", "x"), ("description", "y")),
    scope=Scope(groups=("web",)),
)


@pytest.fixture(autouse=True)
def _kept(database: Database) -> None:
    keep(database, CPU, SAID)


def test_what_is_not_named_stays(cli: CommandLine, database: Database) -> None:
    told = cli("alerts", "rules", "edit", "Disk", "--warning", "70:65", "--db", database.url)
    assert told.status == 0, told.err
    assert "> 70 %, well at <= 65 %" in told.out
    before, after = replace(SAID, warning=Level(70, 65)), kept(database, "Disk")
    assert (after.warning, after.critical, after.signal) == (before.warning, before.critical, before.signal)
    assert (after.scope, after.labels, after.annotations) == (before.scope, before.labels, before.annotations)


def test_lists_take_the_place_of_what_was_and_nothing_empties_them(cli: CommandLine, database: Database) -> None:
    options = ("--where", "", "--group", "", "--label", "", "--text", "summary=z", "--text", "description=")
    assert cli("alerts", "rules", "edit", "Disk", *options, "--db", database.url).status == 0
    after = kept(database, "Disk")
    assert (after.signal.matchers, after.scope, after.labels) == ((), Scope(), ())
    assert after.annotations == (("summary", "z"),)


def test_a_level_can_be_left_out(cli: CommandLine, database: Database) -> None:
    cli("alerts", "rules", "edit", "CPU", "--critical", "none", "--db", database.url)
    assert kept(database, "CPU").critical is None


def test_it_can_be_called_otherwise(cli: CommandLine, database: Database) -> None:
    told = cli("alerts", "rules", "edit", "CPU", "--name", "Processor", "--json", "--db", database.url)
    assert told.json["rule"]["name"] == "Processor"
    assert names(database) == ["Disk", "Processor"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ((), "nothing to change"),
        (("--name", "Disk"), "There is a rule “Disk” already"),
        (("--warning", "95"), "wrong way round"),
        (("--critical", "82"), "host 1"),
        (("--for", "90d"), "90 d"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_changes(
    cli: CommandLine, database: Database, options: tuple[str, ...], said: str
) -> None:
    before = kept(database, "CPU")
    with database.writing() as connection:
        keep_override(connection, before, PlacedOverride(ThresholdScope.HOST, "1", Override(warning=Level(85))))
    told = cli("alerts", "rules", "edit", "CPU", *options, "--db", database.url)
    assert told.status == 1
    assert said in told.err
    assert kept(database, "CPU") == before


def test_a_rule_that_is_not_there_is_answered_with_those_that_are_close(cli: CommandLine, database: Database) -> None:
    told = cli("alerts", "rules", "edit", "CPUs", "--warning", "1", "--db", database.url)
    assert told.status == 1
    assert "Did you mean “CPU”?" in told.err
