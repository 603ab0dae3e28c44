"""`watchpost alerts rules list` and `show`."""

from dataclasses import replace

import pytest
from sqlalchemy import text

from alerts.rules.keeping import keep_override
from alerts.rules.override import Override, PlacedOverride
from alerts.rules.rule import Level, Scope
from alerts.rules.seeding import seed_default_rules
from storage.alerting.threshold_rows import ThresholdScope
from storage.database import Database
from storage.host import NewHost
from storage.hosts import add_host, remove_host
from tests.command_line import CommandLine
from tests.watchpost.kept_rules import CPU, keep, kept


def otherwise(database: Database, scope: ThresholdScope, target: str, override: Override) -> None:
    with database.writing() as connection:
        keep_override(connection, kept(database, "CPU"), PlacedOverride(scope, target, override))


@pytest.fixture
def host_id(database: Database) -> int:
    with database.writing() as connection:
        return add_host(connection, NewHost(name="db1", address="db1", tags=("Seoul",)), 0).id


def test_each_rule_is_a_line(cli: CommandLine, database: Database) -> None:
    seed_default_rules(database, now_ms=0)
    told = cli("alerts", "rules", "list", "--db", database.url)
    lines = {line.split("  ")[0]: line for line in told.out.splitlines()}
    assert "> 80 %, well at <= 75 %" in lines["CPU usage"]
    assert "default" in lines["CPU usage"]
    assert "forecast(filesystem_used_percent[1d], 3d)" in lines["Disk full soon"]
    assert lines["Temperature"].rstrip().endswith("off")
    assert "Temperature" not in cli("alerts", "rules", "list", "--on", "--db", database.url).out
    # What is left out of these does not push the levels out of sight.
    assert "… " in lines["Failed units"]
    assert "wait-online" in cli("alerts", "rules", "show", "Failed units", "--db", database.url).out


def test_without_rules_it_says_how_to_get_some(cli: CommandLine, database: Database) -> None:
    told = cli("alerts", "rules", "list", "--db", database.url)
    assert (told.status, told.out) == (0, "")
    assert "reset --all" in told.err


def test_of_a_host_it_has_the_levels_that_hold_there(cli: CommandLine, database: Database, host_id: int) -> None:
    keep(database, CPU, replace(CPU, name="web only", scope=Scope(groups=("web",))), replace(CPU, name="off here"))
    otherwise(database, ThresholdScope.TAG, "Seoul", Override(warning=Level(50)))
    otherwise(database, ThresholdScope.HOST, str(host_id), Override(warning=Level(60), hold_s=60))
    otherwise(database, ThresholdScope.USER, "anna", Override(warning=Level(40)))
    with database.writing() as connection:
        rule = kept(database, "off here")
        keep_override(connection, rule, PlacedOverride(ThresholdScope.TAG, "Seoul", Override(off=True)))
    listed = cli("alerts", "rules", "list", "--host", "db1", "--json", "--db", database.url).json["rules"]
    found = {rule["name"]: rule for rule in listed}
    assert set(found) == {"CPU", "off here"}
    assert (found["CPU"]["warning"]["limit"], found["CPU"]["for_s"]) == (60, 60)
    assert found["CPU"]["otherwise"] == [
        {"scope": "user", "target": "anna", "off": False, "warning": {"limit": 40, "clear": 40}}
    ]
    assert not found["off here"]["enabled"]


def test_a_rule_that_cannot_be_read_is_named_and_the_others_are_listed(cli: CommandLine, database: Database) -> None:
    keep(database, CPU, replace(CPU, name="broken"))
    with database.writing() as connection:
        connection.execute(text("UPDATE alert_rules SET body = '{' WHERE name = 'broken'"))
    told = cli("alerts", "rules", "list", "--db", database.url)
    assert told.status == 0
    assert "CPU" in told.out
    assert "“broken” is left out" in told.err
    (broken,) = cli("alerts", "rules", "list", "--json", "--db", database.url).json["broken"]
    assert broken["name"] == "broken"
    shown = cli("alerts", "rules", "show", "broken", "--db", database.url)
    assert shown.status == 1
    assert "alerts rules remove" in shown.err


def test_all_that_is_known_of_a_rule_is_shown(cli: CommandLine, database: Database, host_id: int) -> None:
    keep(database, replace(CPU, annotations=(("summary", "{{ $value }} on {{ $labels.host }}"),)))
    otherwise(database, ThresholdScope.HOST, str(host_id), Override(off=True))
    otherwise(database, ThresholdScope.GROUP, "web", Override(critical=None, hold_s=90))
    told = cli("alerts", "rules", "show", "CPU", "--db", database.url)
    assert told.status == 0
    for said in (
        "cpu_usage_percent",
        "host db1: off",
        "group web: no critical, for 1m30s",
        "{{ $value }} on {{ $labels.host }}",
        "every host",
    ):
        assert said in told.out
    shown = cli("alerts", "rules", "show", "CPU", "--json", "--db", database.url).json["rule"]
    assert shown["otherwise"][0] == {"scope": "host", "target": "db1", "off": True}
    assert shown["promql"] == "cpu_usage_percent > 80"


def test_a_host_that_was_removed_since_does_no_harm(cli: CommandLine, database: Database, host_id: int) -> None:
    keep(database, CPU)
    otherwise(database, ThresholdScope.HOST, str(host_id), Override(off=True))
    with database.writing() as connection:
        remove_host(connection, "db1", 1)
    assert f"host {host_id} (removed): off" in cli("alerts", "rules", "show", "CPU", "--db", database.url).out
