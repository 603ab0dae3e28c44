import os
import socket
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from poller.health.address import HealthAddress
from storage.database import Database
from storage.engines.server_facts import ServerFacts
from storage.poller_lock import PollerLock
from storage.pollers import register_poller
from storage.revisions import SchemaState
from tests.real_sshd import running_agent
from watchpost.health_checks import (
    Verdict,
    check_agent,
    check_clock,
    check_database_folder,
    check_folder,
    check_group,
    check_health_port,
    check_open_files,
    check_poller,
    check_python,
    check_server,
    check_space,
    check_ssh_file,
)


def test_an_old_python_fails() -> None:
    assert check_python((3, 10, 14)).verdict is Verdict.FAIL
    assert check_python((3, 11, 0)).verdict is Verdict.OK


def test_a_folder_that_cannot_be_made_fails(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    check = check_folder("data folder", tmp_path / "file" / "below")
    assert check.verdict is Verdict.FAIL
    assert "ls -ld" in check.hint
    assert check_folder("data folder", tmp_path / "new" / "one").verdict is Verdict.OK


@pytest.mark.parametrize(("free", "verdict"), [(10**10, Verdict.OK), (10**8, Verdict.WARN), (10**6, Verdict.FAIL)])
def test_little_space_is_warned_of(tmp_path: Path, free: int, verdict: Verdict) -> None:
    assert check_space(tmp_path, free).verdict is verdict
    assert "free for the database" in check_space(tmp_path).message


SERVER = ServerFacts(
    label="“watchpost” on db",
    version="15.6",
    is_supported=True,
    encoding="UTF8",
    role="ops",
    is_standby=False,
    may_create=True,
    schema_name="public",
    schema=SchemaState.CURRENT,
)


@pytest.mark.parametrize(
    ("facts", "verdict", "says"),
    [
        ({}, Verdict.OK, "PostgreSQL 15.6, database “watchpost” on db as ops"),
        ({"is_supported": False}, Verdict.FAIL, "13 or later"),
        ({"encoding": "LATIN1"}, Verdict.FAIL, "createdb --encoding=UTF8"),
        ({"is_standby": True}, Verdict.WARN, "the primary"),
        ({"may_create": False}, Verdict.WARN, "GRANT CREATE ON SCHEMA public TO ops"),
        ({"schema": SchemaState.EMPTY}, Verdict.WARN, "watchpost run"),
    ],
    ids=["well", "too old", "another encoding", "a standby", "no permission", "empty"],
)
def test_a_server_is_looked_at(facts: dict[str, Any], verdict: Verdict, says: str) -> None:
    check = check_server(replace(SERVER, **facts))
    assert check.verdict is verdict
    assert says in check.message + check.hint


def test_a_poller_that_holds_the_database_and_says_nothing_is_warned_of(database: Database) -> None:
    with PollerLock(database.url):
        assert "no sign of life" in check_poller(database, 1_000).message
        with database.writing() as connection:
            register_poller(connection, poller_id="p", machine="here", pid=7, version="0", now_ms=1_000)
        check = check_poller(database, 4_000)
    assert check.verdict is Verdict.OK
    assert "process 7 on here, heard of 3 s ago" in check.message


def test_an_agent_answers_or_is_told_to_be_dead(tmp_path: Path) -> None:
    assert check_agent(None).verdict is Verdict.OK
    with running_agent() as path:
        assert "answers" in check_agent(str(path)).message
    assert check_agent(str(path)).verdict is Verdict.WARN
    assert check_agent(str(tmp_path)).verdict is Verdict.WARN
    # Longer than the path of a socket can be.
    assert check_agent("/" + "x" * 200).verdict is Verdict.WARN


def test_a_file_of_ssh_that_cannot_be_read_is_warned_of(tmp_path: Path) -> None:
    (tmp_path / "config").mkdir()
    assert check_ssh_file(tmp_path / "config").verdict is Verdict.WARN
    assert check_ssh_file(tmp_path / "gone").verdict is Verdict.OK
    (tmp_path / "known_hosts").write_text("")
    assert check_ssh_file(tmp_path / "known_hosts").message == "readable"


def test_more_hosts_than_files_may_be_open_are_told_with_the_number_needed() -> None:
    assert check_open_files(1, limit=1024).verdict is Verdict.OK
    check = check_open_files(1000, limit=1024)
    assert check.verdict is Verdict.FAIL
    assert "LimitNOFILE=1200" in check.hint
    assert check_open_files(1000, limit=-1).verdict is Verdict.OK


def test_who_may_only_read_the_database_need_not_write_in_its_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "x.db").touch()
    # Root may write everywhere.
    monkeypatch.setattr("watchpost.health_checks.os.access", lambda path, mode: mode == os.R_OK)
    check = check_database_folder(tmp_path / "x.db")
    assert check.verdict is Verdict.OK
    assert "for reading" in check.message


def test_the_folder_of_a_database_of_ones_own_is_looked_at(tmp_path: Path) -> None:
    assert check_database_folder(tmp_path / "x.db").message == str(tmp_path)
    (tmp_path / "file").touch()
    assert check_database_folder(tmp_path / "file" / "x.db").verdict is Verdict.FAIL


def test_a_shared_folder_with_a_database_that_its_group_cannot_read_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a b.db"
    for ending, mode in (("", 0o640), ("-wal", 0o600)):
        Path(f"{path}{ending}").touch()
        Path(f"{path}{ending}").chmod(mode)
    tmp_path.chmod(0o750)
    assert list(check_group(path)) == []
    tmp_path.chmod(0o2750)
    (check,) = check_group(path)
    assert check.verdict is Verdict.WARN
    assert check.hint == f"chmod g+r '{path}-wal'"
    Path(f"{path}-wal").chmod(0o640)
    (check,) = check_group(path)
    assert check.verdict is Verdict.OK


def test_readings_of_the_future_tell_of_a_clock_that_is_wrong() -> None:
    assert check_clock(None, 1_700_000_000_000).message == "2023-11-14 22:13:20 UTC"
    assert check_clock(1_700_000_100_000, 1_700_000_000_000).verdict is Verdict.OK
    check = check_clock(1_700_007_200_000, 1_700_000_000_000)
    assert check.verdict is Verdict.WARN
    assert "2 h" in check.message


@pytest.mark.parametrize(
    ("answers", "is_polling", "verdict"),
    [(True, True, "ok"), (False, False, "ok"), (True, False, "warn"), (False, True, "warn")],
)
def test_the_health_port_answers_while_a_poller_runs_and_is_free_while_none_does(
    verdict: str, *, answers: bool, is_polling: bool
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        if answers:
            taken.listen()
        (check,) = check_health_port(HealthAddress("0.0.0.0", taken.getsockname()[1]), is_polling=is_polling)  # noqa: S104
    assert check.verdict == verdict


def test_without_a_health_port_nothing_is_said_of_one() -> None:
    assert list(check_health_port(None, is_polling=True)) == []
