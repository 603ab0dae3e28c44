"""Real pollers that share hosts on a real PostgreSQL: whichever is killed, what fires goes on, and is told once."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from alerts.rules.rule import Level
from storage.alerting.alert_row import AlertRow
from storage.alerting.alert_rows import AlertQuery, find_alerts, transitions_of
from storage.alerting.rule_rows import remove_rule
from storage.database import Database
from tests.eventually import eventually
from tests.poller.alerting.made_rules import ALWAYS, edit, only
from tests.real_postgresql import RealPostgresql
from tests.several_pollers import SharedFleet, pollers_of
from tests.socket_proxy import SocketProxy

pytestmark = pytest.mark.timeout(600)
WORSE = replace(ALWAYS, critical=Level(0.0))


def alerts(database: Database) -> list[AlertRow]:
    with database.reading() as connection:
        return find_alerts(connection, AlertQuery())


def all_of(fleet: SharedFleet, holds: Callable[[AlertRow], bool]) -> Callable[[], bool]:
    """Whether there is one alert of each host, and all of them are so."""

    def look() -> bool:
        found = alerts(fleet.database)
        return {row.host_id for row in found} == set(fleet.hosts) and all(map(holds, found))

    return look


def test_whichever_poller_is_killed_what_fires_goes_on_in_another_and_is_told_once(
    postgresql_database: Database, home: Path
) -> None:
    database, fleet = postgresql_database, SharedFleet(postgresql_database)
    url, (rule,) = database.url, only(database, ALWAYS)
    with pollers_of(home) as pollers:
        first, second, third = pollers.start(first=url, second=url, third=url)
        eventually(lambda: fleet.is_shared_by("first", "second", "third"))
        eventually(all_of(fleet, lambda row: row.severity == "warning"))
        fired = {row.id: row.fired_at for row in alerts(database)}

        first.process.kill()
        eventually(lambda: fleet.is_shared_by("second", "third"))
        edit(database, rule, WORSE)
        eventually(all_of(fleet, lambda row: row.severity == "critical"))

        second.process.kill()
        eventually(lambda: fleet.is_shared_by("third"))
        edit(database, rule, ALWAYS)
        eventually(all_of(fleet, lambda row: row.severity == "warning"))

        pollers.start(first=url)
        eventually(lambda: fleet.is_shared_by("first", "third"))
        third.process.kill()
        eventually(lambda: fleet.is_shared_by("first"))
        with database.writing() as connection:
            remove_rule(connection, rule.id)
        eventually(all_of(fleet, lambda row: row.resolution == "rule_removed"))

    assert {row.id: row.fired_at for row in alerts(database)} == fired
    with database.reading() as connection:
        for alert_id in fired:
            kinds = [each.kind for each in transitions_of(connection, alert_id)]
            assert kinds == ["fired", "worse", "better", "resolved"]


def test_a_poller_that_is_cut_off_neither_ends_nor_repeats_what_another_watches_by_now(
    postgresql_server: RealPostgresql, postgresql_database: Database, home: Path
) -> None:
    database, fleet = postgresql_database, SharedFleet(postgresql_database)
    url, (rule,) = database.url, only(database, ALWAYS)
    with SocketProxy(postgresql_server) as proxy, pollers_of(home) as pollers:
        _, lonely = pollers.start(stays=url, lonely=proxy.url(url))
        eventually(lambda: fleet.is_shared_by("stays", "lonely"))
        eventually(all_of(fleet, lambda row: row.severity == "warning"))
        fired = {row.id: row.fired_at for row in alerts(database)}
        proxy.stop_forwarding()
        eventually(lambda: fleet.is_shared_by("stays"))
        edit(database, rule, WORSE)
        eventually(all_of(fleet, lambda row: row.severity == "critical"))
        proxy.forward_again()
        eventually(lambda: fleet.is_shared_by("stays", "lonely"))
        edit(database, rule, ALWAYS)
        eventually(all_of(fleet, lambda row: row.severity == "warning"))
        assert lonely.process.poll() is None
    assert {row.id: row.fired_at for row in alerts(database)} == fired
    with database.reading() as connection:
        for alert_id in fired:
            assert [each.kind for each in transitions_of(connection, alert_id)] == ["fired", "worse", "better"]
