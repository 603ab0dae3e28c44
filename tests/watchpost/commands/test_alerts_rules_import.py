"""`watchpost alerts rules import` and `export`."""

from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from alerts.rules.rule import Scope
from alerts.rules.seeding import seed_default_rules
from storage.alerting.rule_rows import list_rules
from storage.database import Database
from storage.host import NewHost
from storage.hosts import add_host
from tests.command_line import ROOT, CommandLine
from tests.watchpost.kept_rules import CPU, keep, kept, names

EXAMPLES = ROOT / "tests" / "alerts" / "prometheus_rules"
LOAD = "- {alert: Load, expr: load1 > 8, for: 5m, labels: {severity: warning}}"
SWAP = (
    "- {alert: Swap, expr: node_memory_SwapTotal_bytes - node_memory_SwapFree_bytes > 0, labels: {severity: critical}}"
)
UNKNOWN = "- {alert: Oom, expr: node_vmstat_oom_kill > 0, labels: {severity: warning}}"


def rule_file(folder: Path, *rules: str, name: str = "rules.yml") -> str:
    path = folder / name
    path.write_text("groups:\n- name: g\n  rules:\n" + "".join(f"  {rule}\n" for rule in rules), encoding="utf-8")
    return str(path)


def test_the_rules_that_watchposts_users_had_are_all_taken_over(cli: CommandLine, database: Database) -> None:
    told = cli("alerts", "rules", "import", str(EXAMPLES / "source_rules.yml"), "--db", database.url)
    assert (told.status, told.err) == (0, "")
    assert "14 rules added" in told.out
    assert len(names(database)) == 14
    rule = kept(database, "HighMemoryUsage")
    assert (rule.signal.metric, rule.hold_s, rule.source) == ("memory_used_percent", 300, "file source_rules.yml")


def test_of_a_file_that_cannot_be_said_whole_nothing_is_taken_over(
    cli: CommandLine, database: Database, tmp_path: Path
) -> None:
    told = cli("alerts", "rules", "import", rule_file(tmp_path, LOAD, UNKNOWN), "--db", database.url)
    assert told.status == 1
    assert "rules.yml:5: Oom: “node_vmstat_oom_kill” is about" in told.err
    assert "1 of 2 rules cannot be said here, so none was taken over" in told.err
    assert names(database) == []


def test_the_others_are_taken_over_on_request_and_the_exit_code_says_so(
    cli: CommandLine, database: Database, tmp_path: Path
) -> None:
    file = rule_file(tmp_path, LOAD, UNKNOWN)
    told = cli("alerts", "rules", "import", file, "--partial", "--json", "--db", database.url)
    assert told.status == 3
    assert told.json["added"] == names(database) == ["Load"]
    (refused,) = told.json["refused"]
    assert (refused["line"], refused["name"], refused["reason"]) == (5, "Oom", "not_measured")


def test_a_script_is_told_of_each_rule_that_is_in_the_way(cli: CommandLine, database: Database, tmp_path: Path) -> None:
    file = rule_file(tmp_path, LOAD, UNKNOWN)
    told = cli("alerts", "rules", "import", file, "--json", "--db", database.url)
    assert told.status == 1
    assert [each["line"] for each in told.json["refused"]] == [5]
    assert (told.json["added"], told.error["kind"]) == ([], "invalid_input")


def test_a_file_that_is_none_is_refused_with_every_line(cli: CommandLine, database: Database, tmp_path: Path) -> None:
    file = rule_file(tmp_path, "- {alert: A, expr: load1 >}", LOAD, "- {alert: B, expr: ')'}")
    told = cli("alerts", "rules", "import", file, "--partial", "--db", database.url)
    assert told.status == 1
    assert "rules.yml:4" in told.err
    assert "rules.yml:6" in told.err
    assert names(database) == []


def test_a_dry_run_says_what_it_would_do_and_does_nothing(cli: CommandLine, database: Database, tmp_path: Path) -> None:
    told = cli("alerts", "rules", "import", rule_file(tmp_path, LOAD, SWAP), "--dry-run", "--db", database.url)
    assert told.status == 0
    assert "2 rules would be added: “Load”, “Swap”." in told.out
    assert names(database) == []


def test_done_again_a_file_takes_the_place_of_what_it_brought(
    cli: CommandLine, database: Database, tmp_path: Path
) -> None:
    assert cli("alerts", "rules", "import", rule_file(tmp_path, LOAD, SWAP), "--db", database.url).status == 0
    again = cli("alerts", "rules", "import", rule_file(tmp_path, LOAD, SWAP), "--db", database.url)
    assert "2 rules there already just so" in again.out
    newer = rule_file(tmp_path, LOAD.replace("> 8", "> 9"))
    asked = cli("alerts", "rules", "import", newer, "--db", database.url)
    assert asked.status == 1
    assert "1 rule would be removed" in asked.err
    assert names(database) == ["Load", "Swap"]
    done = cli("alerts", "rules", "import", newer, "--yes", "--json", "--db", database.url).json
    assert (done["changed"], done["removed"]) == (["Load"], ["Swap"])
    warning = kept(database, "Load").warning
    assert warning is not None
    assert (names(database), warning.limit) == (["Load"], 9)


def test_files_of_other_names_do_not_take_each_others_place(
    cli: CommandLine, database: Database, tmp_path: Path
) -> None:
    file = rule_file(tmp_path, LOAD)
    assert cli("alerts", "rules", "import", file, "--db", database.url).status == 0
    assert cli("alerts", "rules", "import", rule_file(tmp_path, SWAP), "--as", "b", "--db", database.url).status == 0
    assert names(database) == ["Load", "Swap"]
    assert kept(database, "Swap").source == "file b"


def test_a_name_that_is_taken_is_in_the_way_until_somebody_says_so(
    cli: CommandLine, database: Database, tmp_path: Path
) -> None:
    keep(database, replace(CPU, name="Load"))
    file = rule_file(tmp_path, LOAD, SWAP)
    told = cli("alerts", "rules", "import", file, "--db", database.url)
    assert told.status == 1
    assert "“Load”" in told.err
    assert names(database) == ["Load"]
    assert cli("alerts", "rules", "import", file, "--over", "--yes", "--db", database.url).status == 0
    assert kept(database, "Load").signal.metric == "load1"


def test_two_rules_of_one_name_have_names_of_their_own(cli: CommandLine, database: Database, tmp_path: Path) -> None:
    other = "- {alert: Load, expr: load15 > 2, labels: {severity: warning}}"
    for _ in range(2):
        assert cli("alerts", "rules", "import", rule_file(tmp_path, LOAD, other), "--db", database.url).status == 0
        assert names(database) == ["Load", "Load (2)"]


def test_hosts_and_groups_that_are_not_there_are_named(cli: CommandLine, database: Database, tmp_path: Path) -> None:
    with database.writing() as connection:
        add_host(connection, NewHost(name="web1", address="web1", group="db"), 0)
    file = rule_file(
        tmp_path,
        "- {alert: A, expr: 'load1{instance=~\"web1|web2\"} > 8', labels: {severity: warning}}",
        "- {alert: B, expr: 'load1{job=\"db\"} > 8', labels: {severity: warning}}",
    )
    told = cli("alerts", "rules", "import", file, "--db", database.url)
    assert told.status == 0, told.err
    assert "Nothing here is called so yet: host web2." in told.out
    assert cli("alerts", "rules", "import", file, "--json", "--db", database.url).json["unknown"] == ["host web2"]


def test_it_comes_from_standard_input_as_well(cli: CommandLine, database: Database, tmp_path: Path) -> None:
    text = Path(rule_file(tmp_path, LOAD)).read_text(encoding="utf-8")
    assert cli("alerts", "rules", "import", "-", "--db", database.url, stdin=text).status == 0
    assert kept(database, "Load").source == "file standard input"


@pytest.mark.parametrize("content", [None, b"\xff\xfe\x00", b"groups: 5"])
def test_what_is_no_file_of_rules_is_refused(
    cli: CommandLine, database: Database, tmp_path: Path, content: bytes | None
) -> None:
    path = tmp_path / "x.yml"
    if content is not None:
        path.write_bytes(content)
    told = cli("alerts", "rules", "import", str(path), "--db", database.url)
    assert told.status == 1
    assert told.err.startswith("✖ ")


def test_what_is_written_comes_back_into_another_database_as_it_was(
    cli: CommandLine, database: Database, tmp_path: Path
) -> None:
    seed_default_rules(database, now_ms=0)
    keep(database, replace(CPU, name="own", scope=Scope(tags=("a", "b")), enabled=False))
    file = tmp_path / "all.yml"
    told = cli("alerts", "rules", "export", "--output", str(file), "--db", database.url)
    assert told.status == 0
    assert yaml.safe_load(file.read_text(encoding="utf-8"))["groups"][0]["rules"]
    other = str(tmp_path / "other.db")
    # Its default rules are there already just so.
    assert cli("alerts", "rules", "import", str(file), "--db", other).status == 0
    here, there = (cli("alerts", "rules", "list", "--json", "--db", url).json["rules"] for url in (database.url, other))
    for rule in (*here, *there):
        rule.pop("source")
    assert here == there


def test_only_some_rules_can_be_written(cli: CommandLine, database: Database) -> None:
    keep(database, CPU, replace(CPU, name="Other"))
    written = yaml.safe_load(cli("alerts", "rules", "export", "Other", "--db", database.url).out)
    assert {rule["alert"] for rule in written["groups"][0]["rules"]} == {"Other"}
    missing = cli("alerts", "rules", "export", "Othr", "--db", database.url)
    assert (missing.status, missing.out) == (1, "")


def test_what_is_not_in_the_file_is_told(cli: CommandLine, database: Database) -> None:
    keep(database, CPU)
    cli("alerts", "rules", "threshold", "CPU", "--user", "anna", "--warning", "60", "--db", database.url)
    assert "Other levels" in cli("alerts", "rules", "export", "--db", database.url).err


def test_a_file_that_is_there_is_not_overwritten_without_a_question(
    cli: CommandLine, database: Database, tmp_path: Path
) -> None:
    file = tmp_path / "there.yml"
    file.write_text("mine", encoding="utf-8")
    assert cli("alerts", "rules", "export", "-o", str(file), "--db", database.url).status == 1
    assert file.read_text(encoding="utf-8") == "mine"
    assert cli("alerts", "rules", "export", "-o", str(file), "--force", "--db", database.url).status == 0
    assert "groups" in file.read_text(encoding="utf-8")


def test_a_partial_import_changes_nothing_where_one_of_the_others_is_in_the_way(
    cli: CommandLine, database: Database, tmp_path: Path
) -> None:
    keep(database, replace(CPU, name="Swap"))
    told = cli("alerts", "rules", "import", rule_file(tmp_path, LOAD, SWAP, UNKNOWN), "--partial", "--db", database.url)
    assert told.status == 1
    with database.reading() as connection:
        assert [row.name for row in list_rules(connection)] == ["Swap"]


def test_a_file_whose_name_is_too_long_can_be_called_something_else(
    cli: CommandLine, database: Database, tmp_path: Path
) -> None:
    long = tmp_path / f"{'x' * 70}.yml"
    long.write_text(Path(rule_file(tmp_path, LOAD)).read_text())
    told = cli("alerts", "rules", "import", str(long), "--db", database.url)
    assert (told.status, names(database)) == (1, [])
    assert "--as NAME" in told.err
    assert cli("alerts", "rules", "import", str(long), "--as", "short", "--db", database.url).status == 0
