"""Asking every poller to try hosts now."""

from storage.database import Database
from storage.pollers import ALIVE_MS, mark_stopped, register_poller
from storage.requests import RequestKind, pending_requests
from storage.retry_requests import request_retry

NOW = 1_700_000_000_000


def test_each_living_poller_gets_a_request_of_its_own(database: Database) -> None:
    with database.writing() as connection:
        for name, at in (("a", NOW), ("b", NOW), ("dead", NOW - ALIVE_MS), ("ended", NOW)):
            run = register_poller(connection, poller_id=name, machine="db1", pid=1, version="1", now_ms=at)
        mark_stopped(connection, run, NOW)
        assert len(request_retry(connection, {"all": True}, NOW)) == 2
        asked = pending_requests(connection)
    assert {each.kind for each in asked} == {RequestKind.RETRY_HOSTS}
    assert sorted(each.payload["poller_id"] for each in asked) == ["a", "b"]


def test_without_a_living_poller_nothing_is_asked(database: Database) -> None:
    with database.writing() as connection:
        assert request_retry(connection, {"all": True}, NOW) == []
