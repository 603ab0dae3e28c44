"""The round over the stored history, against a real database that a simulated fleet has filled."""

import shutil
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from alerts.evaluation.book import AlertBook
from alerts.rules.applied_rule import AppliedRule
from alerts.rules.rule import Level, Rule
from alerts.rules.signal import Function, Signal
from poller.alerting.history_round import HISTORY_S, TURN_S, HistoryRound
from simulated_fleet.history import write_history
from simulated_fleet.machine import machines
from simulated_fleet.scenario import Scenario, ScenarioKind
from simulated_fleet.slow_values import filling_mount
from simulated_fleet.world import World
from storage.alerting.alert_change import AlertChange
from storage.database import Database, open_database, prepare_database
from storage.errors import DatabaseUnavailableError
from storage.host import Host, NewHost
from storage.hosts import add_host

FLEET = machines(10, 7)
HOUR_MS = 3_600_000
END_MS = 488_889 * HOUR_MS
START_MS = END_MS - 26 * HOUR_MS
FULL_SOON = Rule(
    id=1, revision=1, name="Disk full soon", warning=Level(100.0), hold_s=0,
    signal=Signal(metric="filesystem_used_percent", function=Function.FORECAST, window_s=86_400, horizon_s=86_400),
)  # fmt: skip
APPLIED = AppliedRule(rule=FULL_SOON, warning=FULL_SOON.warning)
FILLING, CALM = 2, 3


@pytest.fixture(scope="module")
def past(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, list[Host]]:
    """A database of a day, in which the disk of one of two hosts fills up, and these hosts."""
    fills = Scenario(ScenarioKind.DISK_FILLING, (FILLING,), START_MS, START_MS + 30 * HOUR_MS)
    world = World(FLEET, seed=7, scenarios=[fills], start_ms=START_MS)
    url = f"sqlite:///{tmp_path_factory.mktemp('past')}/past.db"
    prepare_database(url, now_ms=START_MS)
    with closing(open_database(url)) as database:
        with database.writing() as connection:
            hosts = [
                add_host(connection, NewHost(name=FLEET[index].name, address="x"), START_MS)
                for index in (FILLING, CALM)
            ]
        ids = {FILLING: hosts[0].id, CALM: hosts[1].id}
        write_history(database, world, ids, start_ms=START_MS, end_ms=END_MS)
    return url, hosts


@pytest.fixture
def database(past: tuple[str, list[Host]]) -> Iterator[Database]:
    with closing(open_database(past[0])) as opened:
        yield opened


class Desk:
    """Hosts with their rules, and what is said of them; a `poller.alerting.judging.Judging`."""

    def __init__(self, hosts: Sequence[Host]) -> None:
        self.mine = list(hosts)
        self.rules: Sequence[AppliedRule] = (APPLIED,)
        self.judged: list[tuple[int, str, float | None, int]] = []
        self.told: list[AlertChange] = []
        self._book = AlertBook()

    def hosts(self) -> Sequence[Host]:
        return self.mine

    def applied(self, host_id: int) -> Sequence[AppliedRule]:
        return self.rules

    def judge(
        self,
        applied: AppliedRule,
        host_id: int,
        series: str,
        value: float | None,
        ts: int,
        *,
        longest_gap_ms: int,
        explanation: Mapping[str, Any] | None = None,
        labels: tuple[tuple[str, str], ...] = (),
    ) -> None:
        self.judged.append((host_id, series, value, ts))
        more: dict[str, Any] = {"longest_gap_ms": longest_gap_ms, "explanation": explanation, "labels": labels}
        change = self._book.take(applied, host_id, series, value, ts, **more)
        if change is not None:
            self.told.append(change)


class Clock:
    def __init__(self) -> None:
        self.now = END_MS

    def __call__(self) -> int:
        return self.now


async def go_round(round_: HistoryRound, clock: Clock, *, for_s: float) -> None:
    """Steps as a poller does, without its pauses."""
    for _ in range(round(for_s / HISTORY_S)):
        await round_.step()
        clock.now += round(HISTORY_S * 1000)


async def test_a_disk_that_fills_up_is_told_of_with_the_time_that_is_left(
    database: Database, past: tuple[str, list[Host]]
) -> None:
    desk, clock = Desk(past[1]), Clock()
    await go_round(HistoryRound(database, desk, clock_ms=clock), clock, for_s=60)
    (told,) = desk.told
    assert told.host_id == past[1][0].id
    assert told.labels == {"mount": filling_mount(FLEET[FILLING])}
    assert told.explanation is not None
    assert told.explanation["code"] == "full_in"
    assert 2 < told.explanation["seconds"] / 3600 < 8
    assert {host_id for host_id, _, _, _ in desk.judged} == {host.id for host in past[1]}


async def test_every_host_has_its_turn_and_none_too_often(database: Database, past: tuple[str, list[Host]]) -> None:
    hosts = [replace(past[1][0], id=1000 + place, name=f"h{place}") for place in range(130)]
    desk, clock = Desk(hosts), Clock()
    looked: list[int] = []

    def applied(host_id: int) -> Sequence[AppliedRule]:
        looked.append(host_id)
        return ()

    desk.applied = applied  # type: ignore[method-assign]
    round_ = HistoryRound(database, desk, clock_ms=clock)
    await round_.step()
    assert 1 <= len(looked) <= 5
    clock.now += 5000
    await go_round(round_, clock, for_s=TURN_S - 5)
    assert sorted(looked) == [host.id for host in hosts]
    await go_round(round_, clock, for_s=TURN_S)
    assert sorted(looked) == sorted([host.id for host in hosts] * 2)


async def test_a_database_that_is_away_costs_no_host_its_turn(past: tuple[str, list[Host]]) -> None:
    desk, clock = Desk(past[1]), Clock()
    away = open_database(past[0])
    round_ = HistoryRound(away, desk, clock_ms=clock)
    away.close()
    for _ in range(3):
        with pytest.raises(DatabaseUnavailableError):
            await round_.step()
    assert not desk.judged


async def test_a_host_whose_history_is_damaged_takes_none_along(past: tuple[str, list[Host]], tmp_path: Path) -> None:
    copy = tmp_path / "damaged.db"
    shutil.copy(past[0].removeprefix("sqlite:///"), copy)
    with closing(sqlite3.connect(copy)) as connection:
        connection.execute("UPDATE chunks SET frame = x'00' WHERE host_id = ?", (past[1][0].id,))
        connection.commit()
    desk, clock = Desk(past[1]), Clock()
    with closing(open_database(f"sqlite:///{copy}")) as damaged:
        # Both at once, so that one read is for both.
        round_ = HistoryRound(damaged, desk, clock_ms=clock)
        await go_round(round_, clock, for_s=60)
    assert {host_id for host_id, _, _, _ in desk.judged} == {past[1][1].id}


async def test_rules_that_look_at_no_history_read_nothing(past: tuple[str, list[Host]]) -> None:
    desk, clock = Desk(past[1]), Clock()
    desk.rules = (AppliedRule(rule=replace(FULL_SOON, signal=Signal(metric="load1")), warning=Level(1.0)),)
    away = open_database(past[0])
    away.close()
    await go_round(HistoryRound(away, desk, clock_ms=clock), clock, for_s=30)
    assert not desk.judged
