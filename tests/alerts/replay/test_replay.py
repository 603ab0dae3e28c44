"""Today's rules over stored history."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC

import numpy as np
import pytest

from alerts.replay.replay import Fired, Replayed, counts, replay
from alerts.rules.applied_rule import AppliedRule
from alerts.rules.rule import Comparison, Level, Rule
from alerts.rules.signal import Function, Signal
from storage.database import Database
from storage.host import Host, NewHost
from storage.hosts import add_host
from storage.rhythm import read_rhythm
from storage.rollup import Interval
from tests.alerts.replay.written_load import HOUR, START, drop_readings, write

HIGH_LOAD = Rule(
    id=1, revision=1, name="High load", signal=Signal(metric="load1"), warning=Level(8.0), critical=Level(12.0, 10.0),
    hold_s=300, keep_firing_s=60,
)  # fmt: skip
AWAY = Rule(
    id=2, revision=1, name="Away", signal=Signal(metric="up", function=Function.UNREACHABLE), critical=Level(60.0),
    hold_s=0,
)  # fmt: skip


def applied(rule: Rule) -> AppliedRule:
    return AppliedRule(rule=rule, warning=rule.warning, critical=rule.critical, hold_s=rule.hold_s)


def run(database: Database, *hosts: Host, rules: tuple[Rule, ...] = (HIGH_LOAD,), hours: float = 12) -> Replayed:
    with database.reading() as connection:
        return replay(
            connection,
            hosts,
            {host.id: tuple(applied(rule) for rule in rules) for host in hosts},
            span=(START, START + round(hours * HOUR)),
            rhythm=read_rhythm(connection),
            zone=UTC,
        )


def minutes(ts: int | None) -> float | None:
    return None if ts is None else round((ts - START) / 60_000, 1)


def summary(fired: Fired) -> tuple[str, float | None, float | None, str, float | None]:
    return fired.first.rule_name, minutes(fired.first.ts), minutes(fired.resolved_at), fired.severity, fired.worst_value


def test_it_says_when_for_how_long_and_how_bad(database: Database) -> None:
    host = write(database, "web-1", {(60, 64): 20.0, (120, 140): 9.0, (130, 138): 15.0})
    done = run(database, host)
    # The first four minutes are too short for the rule.
    assert [summary(fired) for fired in done.fired] == [("High load", 125.0, 141.0, "critical", 15.0)]
    assert done.fired[0].first.severity == "warning"
    assert counts(done.fired) == {"High load": 1}
    assert (done.from_buckets, done.nothing) == ({}, [])


def test_what_still_fires_at_the_end_goes_on(database: Database) -> None:
    host = write(database, "web-1", {(700, 720): 9.0})
    assert [summary(fired)[:3] for fired in run(database, host).fired] == [("High load", 705.0, None)]


def test_hosts_do_not_get_in_each_others_way(database: Database) -> None:
    hosts = [write(database, f"web-{place}", {(60 + place, 90): 9.0}) for place in range(17)]
    found = [(fired.first.host_id, minutes(fired.first.ts)) for fired in run(database, *hosts).fired]
    assert found == [(host.id, 65.0 + place) for place, host in enumerate(hosts)]


def test_a_gap_counts_as_a_host_that_cannot_be_reached(database: Database) -> None:
    host = write(database, "web-1", {(60, 70): np.nan, (200, 200.8): np.nan, (300, 800): np.nan})
    done = run(database, host, rules=(AWAY,))
    assert [summary(fired)[3] for fired in done.fired] == ["critical", "critical"]
    # It is looked at every five seconds.
    assert [minutes(fired.first.ts) for fired in done.fired] == pytest.approx([61.0, 301.0], abs=0.2)
    assert minutes(done.fired[0].resolved_at) == pytest.approx(70.0, abs=0.2)
    assert done.fired[1].resolved_at is None


def test_where_readings_are_gone_roll_ups_stand_in_and_it_says_so(database: Database) -> None:
    host = write(database, "web-1", {(60, 64): 20.0, (120, 140): 9.0})
    by_readings = run(database, host).fired[0]
    drop_readings(database)
    done = run(database, host, rules=(HIGH_LOAD, AWAY))
    (fired,) = done.fired
    assert fired.first.rule_name == "High load"
    assert abs(fired.first.ts - by_readings.first.ts) <= 60_000
    assert abs((fired.resolved_at or 0) - (by_readings.resolved_at or 0)) <= 120_000
    assert done.from_buckets == {host.id: {Interval.M1: 12 * HOUR}}


def test_a_host_without_history_is_named(database: Database) -> None:
    with database.writing() as connection:
        host = add_host(connection, NewHost(name="new", address="x"), START)
    done = run(database, host, rules=(HIGH_LOAD, AWAY))
    assert (done.fired, done.nothing) == ([], [host.id])


def test_rules_of_history_are_replayed_too(database: Database) -> None:
    growing = {(place * 10.0, place * 10.0 + 10): place / 10 for place in range(12 * 6)}
    host = write(database, "web-1", growing, step_s=30)
    rule = replace(
        HIGH_LOAD,
        signal=Signal(metric="load1", function=Function.FORECAST, window_s=4 * 3600, horizon_s=4 * 3600),
        comparison=Comparison.AT_LEAST,
        warning=Level(8.0),
        critical=None,
    )
    (fired,) = run(database, host, rules=(rule,)).fired
    # A tenth in ten minutes: from 5.6 on it will be 8 within four hours, so after 9 h 20 min, and 5 min to hold.
    assert minutes(fired.first.ts) == pytest.approx(560, abs=25)
    assert fired.first.explanation is not None
    assert fired.first.explanation["code"] == "reaches_in"
    assert fired.first.explanation["seconds"] < 4 * 3600


def test_nothing_is_written(database: Database) -> None:
    host = write(database, "web-1", {(120, 140): 9.0})
    path = database.url.removeprefix("sqlite:///")
    with closing(sqlite3.connect(path)) as connection:
        before = list(connection.iterdump())
        assert run(database, host).fired
        assert list(connection.iterdump()) == before


def test_progress_is_told_up_to_the_end(database: Database) -> None:
    host = write(database, "web-1", {})
    told: list[tuple[int, int]] = []
    with database.reading() as connection:
        replay(
            connection, [host], {}, span=(START, START + 12 * HOUR), rhythm=read_rhythm(connection), zone=UTC,
            on_progress=lambda part, parts: told.append((part, parts)),
        )  # fmt: skip
    assert told == [(1, 2), (2, 2)]
