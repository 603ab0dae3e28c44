"""The recorder, its spool and the upkeep are killed again and again while the database goes away now and then.

A handful of kills in the suite, a hundred with `make soak`.
"""

import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest

from storage.care.check import check_database
from storage.care.progress import in_silence
from storage.database import Database, open_database
from storage.host import NewHost
from storage.hosts import add_host
from storage.recorder import Recorder
from storage.retentions import SETTING_OF, Retention, write_retention
from storage.sealing.upkeep import PLAN_MS, Upkeep
from storage.spool.spool import Spool
from tests.soak.kills import Account, kill_again_and_again
from tests.soak.made_up import HOSTS
from tests.soak.truth import check_all

_DAY_S = 86_400.0
EVERYTHING = Retention(**dict.fromkeys(SETTING_OF, 300 * _DAY_S))
MANY = pytest.param(100, marks=[pytest.mark.soak, pytest.mark.timeout(3_600)], id="100 kills")
FEW = pytest.param(5, marks=pytest.mark.timeout(300), id="5 kills")


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> str:
    """The URL of a database of either kind with hosts in it."""
    found = str(request.getfixturevalue(f"{request.param}_url"))
    database = open_database(found)
    with database.writing() as connection:
        for host_id in HOSTS:
            assert add_host(connection, NewHost(name=f"db{host_id}", address="x", interval_s=5), 0).id == host_id
        write_retention(connection, EVERYTHING)
    database.close()
    return found


@pytest.mark.parametrize("kills", [MANY, FEW])
def test_no_kill_costs_an_acknowledged_scrape_or_brings_one_twice_and_roll_ups_are_right(
    url: str, tmp_path: Path, kills: int
) -> None:
    account = kill_again_and_again(url, tmp_path / "spool", kills, seed=1)
    assert_sound(url)
    database = open_database(url)
    catch_up(database, tmp_path / "spool", account)
    assert_sound(url)
    with database.reading() as connection:
        buckets = check_all(connection, account.acknowledged)
    assert check_database(database, thorough=True, on_step=in_silence).faults == ()
    database.close()
    sys.stdout.write(f"{kills} kills, {len(account.acknowledged)} acknowledged scrapes, {buckets} buckets compared\n")
    assert buckets > 100 * kills


def catch_up(database: Database, spool: Path, account: Account) -> None:
    """What the next poller does: replays what was left, seals and rolls up all of it."""
    recorder = Recorder(database, commit_interval_s=0.01, spool=Spool(spool))
    recorder.start()
    assert recorder.stop(timeout_s=60)
    assert (recorder.spooled, recorder.dropped) == (0, 0)
    now_ms = max(account.acknowledged) + 3 * 86_400_000
    upkeep = Upkeep(database)
    for later in range(1_000):
        if not upkeep.step(now_ms + later * PLAN_MS, 60.0) and later > 2:
            return
    raise AssertionError("there is no end to it")


def assert_sound(url: str) -> None:
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
