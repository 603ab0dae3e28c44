"""What fires on this machine while a whole poller reads it: told, kept over restarts, and ended with its cause."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import replace

import pytest
from structlog.testing import capture_logs

from alerts.rules.rule import Comparison, Level
from alerts.rules.signal import Signal
from storage.alerting.alert_row import AlertRow
from storage.alerting.alert_rows import AlertQuery, Resolution, find_alerts, transitions_of
from storage.alerting.rule_rows import remove_rule
from storage.database import Database
from storage.host import Host, NewHost, Transport
from storage.hosts import add_host, edit_host, remove_host
from tests.poller.alerting.made_rules import ALWAYS, UNREACHABLE, edit, only
from tests.poller.test_engine import polling, until

pytestmark = pytest.mark.timeout(300)


def add(database: Database, name: str = "this", address: str = "") -> Host:
    host = NewHost(name=name, address=address, port=1) if address else NewHost(name=name, transport=Transport.LOCAL)
    with database.writing() as connection:
        return add_host(connection, host, 0)


def found(database: Database, *, firing: bool) -> Callable[[], AlertRow | None]:
    def look() -> AlertRow | None:
        with database.reading() as connection:
            rows = find_alerts(connection, AlertQuery(firing=firing))
        return rows[0] if rows else None

    return look


def every(database: Database) -> list[AlertRow]:
    with database.reading() as connection:
        return find_alerts(connection, AlertQuery())


@pytest.mark.parametrize("workers", [0, 1])
async def test_what_fires_is_written_and_goes_on_over_a_restart(database: Database, workers: int) -> None:
    host, (rule,) = add(database), only(database, ALWAYS)
    with capture_logs() as logs:
        async with polling(database, workers=workers):
            fired = await until(found(database, firing=True))
    assert (fired.host_id, fired.rule_id, fired.rule_name) == (host.id, rule.id, ALWAYS.name)
    assert (fired.metric, fired.severity, fired.series) == ("load1", "warning", "")
    assert abs(fired.fired_at / 1000 - time.time()) < 300
    assert [log["host"] for log in logs if log["event"] == "alert_fired"] == ["this"]

    # It gets worse in the next life, and is the same one.
    edit(database, rule, replace(ALWAYS, critical=Level(0.0)))
    with capture_logs() as logs:
        async with polling(database, workers=workers):
            await until(lambda: True if every(database)[0].severity == "critical" else None)
    assert not [log for log in logs if log["event"] == "alert_fired"]
    (row,) = every(database)
    assert (row.id, row.fired_at, row.resolved_at) == (fired.id, fired.fired_at, None)
    with database.reading() as connection:
        assert [each.kind for each in transitions_of(connection, row.id)] == ["fired", "worse"]


async def test_an_alert_ends_with_its_rule_and_says_so(database: Database) -> None:
    add(database)
    (rule,) = only(database, ALWAYS)
    async with polling(database):
        await until(found(database, firing=True))
        edit(database, rule, replace(ALWAYS, signal=Signal(metric="load5"), comparison=Comparison.AT_LEAST))
        changed = await until(found(database, firing=False))
        assert changed.resolution == Resolution.RULE_CHANGED
        fired = await until(found(database, firing=True))
        assert fired.metric == "load5"
        with database.writing() as connection:
            remove_rule(connection, rule.id)
        await until(lambda: True if found(database, firing=True)() is None else None)
    assert {row.resolution for row in every(database)} == {Resolution.RULE_CHANGED, Resolution.RULE_REMOVED}


@pytest.mark.parametrize("running", [True, False], ids=["while it is read", "while no poller runs"])
@pytest.mark.parametrize("way", [Resolution.HOST_REMOVED, Resolution.HOST_DISABLED])
async def test_an_alert_ends_with_its_host_and_says_so(database: Database, way: Resolution, running: bool) -> None:
    host = add(database)
    only(database, ALWAYS)

    def take_away() -> None:
        with database.writing() as connection:
            if way is Resolution.HOST_REMOVED:
                remove_host(connection, host.name, 0)
            else:
                edit_host(connection, host.name, {"enabled": False})

    async with polling(database):
        await until(found(database, firing=True))
        if running:
            take_away()
            assert (await until(found(database, firing=False))).resolution == way
    if not running:
        take_away()
        async with polling(database):
            assert (await until(found(database, firing=False))).resolution == way
    assert [row.resolved_at is not None for row in every(database)] == [True]


async def test_a_host_that_cannot_be_read_is_told_of_until_it_is_read_again(database: Database) -> None:
    host = add(database, address="127.0.0.1")
    only(database, UNREACHABLE)
    async with polling(database):
        fired = await until(found(database, firing=True))
        assert (fired.metric, fired.severity, fired.explanation and fired.explanation["code"]) == (
            "up",
            "critical",
            "unreachable",
        )
        assert fired.explanation is not None
        assert fired.explanation["reason"] == "refused"
        with database.writing() as connection:
            edit_host(connection, host.name, {"transport": Transport.LOCAL, "address": "", "port": None})
        over = await until(found(database, firing=False))
    assert (over.id, over.resolution) == (fired.id, Resolution.WELL)


async def test_a_rule_that_comes_while_hosts_are_read_holds_at_once(database: Database) -> None:
    add(database)
    only(database)
    async with polling(database, workers=1):
        await asyncio.sleep(0)
        only(database, ALWAYS)
        assert (await until(found(database, firing=True))).rule_name == ALWAYS.name
