"""`watchpost alerts rules add`."""

import shlex
from pathlib import Path

import pytest

from alerts.rules.matchers import Matcher, Operator
from alerts.rules.rule import Comparison, Level, Scope
from alerts.rules.signal import Function, Signal
from storage.database import Database
from storage.host import NewHost
from storage.hosts import add_host
from tests.command_line import CommandLine
from tests.watchpost.kept_rules import kept, names


@pytest.fixture(autouse=True)
def _registered(database: Database) -> None:
    with database.writing() as connection:
        add_host(connection, NewHost(name="db1", address="db1", group="Postgres", tags=("Seoul",)), 0)


def test_a_short_one_is_looked_at_everywhere_after_five_minutes(cli: CommandLine, database: Database) -> None:
    told = cli("alerts", "rules", "add", "Load", "--metric", "load1", "--warning", "8", "--db", database.url)
    assert (told.status, told.err) == (0, "")
    assert told.out == "“Load” is looked at from now on: load1, warning > 8, on every host.\n"
    rule = kept(database, "Load")
    assert (rule.signal, rule.warning, rule.critical) == (Signal(metric="load1"), Level(8), None)
    assert (rule.hold_s, rule.scope, rule.enabled, rule.source) == (300, Scope(), True, "")


def test_all_can_be_said(cli: CommandLine, database: Database) -> None:
    options = shlex.split(
        "--metric filesystem_available_bytes --where mount=~/srv.* --function forecast --window 6h --horizon 2d "
        "--scale 0.5 --offset 1 --comparison '<' --warning 1GiB:2GiB --critical 100MiB --for 10m --keep-firing 1h "
        "--host db1 --group Postgres --tag Seoul --label team=storage"
    )
    texts = ("--text", "summary={{ $labels.mount }} a=b", "--text", "summary_ko=가득")
    told = cli("alerts", "rules", "add", "All", *options, *texts, "--json", "--db", database.url)
    assert told.status == 0, told.err
    rule = kept(database, "All")
    assert rule.signal == Signal(
        metric="filesystem_available_bytes",
        matchers=(Matcher("mount", Operator.MATCHES, "/srv.*"),),
        function=Function.FORECAST,
        window_s=21_600,
        horizon_s=172_800,
        scale=0.5,
        offset=1,
    )
    assert (rule.comparison, rule.warning, rule.critical) == (
        Comparison.BELOW,
        Level(2**30, 2**31),
        Level(100 * 2**20),
    )
    assert (rule.hold_s, rule.keep_firing_s) == (600, 3600)
    assert rule.scope == Scope(hosts=("db1",), groups=("Postgres",), tags=("Seoul",))
    assert rule.labels == (("team", "storage"),)
    assert rule.annotations == (("summary", "{{ $labels.mount }} a=b"), ("summary_ko", "가득"))
    said = told.json["rule"]
    assert (said["warning"], said["for_s"]) == ({"limit": 2**30, "clear": 2**31}, 600)
    assert said["where"] == ['mount=~"/srv.*"']


def test_of_a_host_that_is_not_read_the_level_is_in_seconds(cli: CommandLine, database: Database) -> None:
    cli("alerts", "rules", "add", "Gone", "--metric", "up", "--critical", "120", "--db", database.url)
    rule = kept(database, "Gone")
    assert (rule.signal.function, rule.hold_s) == (Function.UNREACHABLE, 0)


@pytest.mark.parametrize(
    ("options", "said", "hint"),
    [
        ((), "Which metric?", "--list-metrics"),
        (("--metric", "lod1", "--warning", "8"), "no metric “lod1”", "load1"),
        (("--metric", "load1"), "neither a warning nor a critical", ""),
        (("--metric", "load1", "--warning", "8", "--critical", "6"), "wrong way round", "Exchange"),
        (("--metric", "load1", "--warning", "8:9"), "beyond the level", "good side"),
        (("--metric", "load1", "--warning", "8", "--for", "3d"), "hold for 3 d", "keep readings longer"),
        (("--metric", "load1", "--warning", "8", "--for", "soon"), "no span of time", "90s"),
        (("--metric", "load1", "--warning", "much"), "“much” is no level", "80:75"),
        (("--metric", "load1", "--warning", "8", "--where", "mount=/"), "no label “mount”", "has none"),
        (("--metric", "load1", "--warning", "8", "--where", "mount"), "no condition on a label", "label=value"),
        (("--metric", "load1", "--warning", "8", "--group", "Postgre"), "“Postgre”", "Postgres"),
        (("--metric", "load1", "--warning", "8", "--tag", "Soul"), "tag “Soul”", "Seoul"),
        (("--metric", "load1", "--warning", "8", "--host", "db2"), "“db2”", "db1"),
        (("--metric", "load1", "--warning", "8", "--text", 'a={{ template "a" }}'), "template", "What there is"),
        (("--metric", "load1", "--warning", "8", "--text", "a"), "NAME=VALUE", ""),
        (("--metric", "cpu_usage_percent", "--warning", "120"), "never > 120", "percent"),
    ],
)
def test_what_cannot_be_is_refused_with_the_reason_and_not_kept(
    cli: CommandLine, database: Database, options: tuple[str, ...], said: str, hint: str
) -> None:
    told = cli("alerts", "rules", "add", "x", *options, "--db", database.url)
    assert told.status == 1
    assert told.err.startswith("✖ ")
    assert said in told.err
    assert hint in told.err
    assert names(database) == []


def test_a_name_is_taken_once(cli: CommandLine, database: Database) -> None:
    for expected in (0, 1):
        told = cli("alerts", "rules", "add", "x", "--metric", "load1", "--warning", "8", "--db", database.url)
        assert told.status == expected
    assert "There is a rule “x” already" in told.err


def test_a_script_gets_the_kind_of_the_error(cli: CommandLine, database: Database) -> None:
    told = cli("alerts", "rules", "add", "x", "--metric", "lod1", "--warning", "8", "--json", "--db", database.url)
    assert told.error["kind"] == "unsound_rule"


def test_a_new_database_gets_the_default_rules_besides(cli: CommandLine, tmp_path: Path) -> None:
    url = str(tmp_path / "new.db")
    assert cli("alerts", "rules", "add", "Load", "--metric", "load1", "--warning", "8", "--db", url).status == 0
    listed = cli("alerts", "rules", "list", "--json", "--db", url).json["rules"]
    assert {rule["source"] for rule in listed} == {"", "default"}
