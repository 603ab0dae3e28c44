import json

import pytest

from poller.crew.counts import Counts
from poller.health.answers import HealthAnswers, health_answer
from poller.health.http_request import Request
from poller.health.judgement import Judgement
from poller.health.watch import HealthWatch
from storage.poller_figures import PollerHealth, PollerTrouble
from tests.poller.health.sources import Parts


class Clock:
    s = 0.0

    def __call__(self) -> float:
        return self.s


@pytest.mark.parametrize(
    ("health", "status"),
    [
        (PollerHealth.READY, 200),
        (PollerHealth.DEGRADED, 200),
        (PollerHealth.STARTING, 503),
        (PollerHealth.FAILING, 503),
    ],
)
def test_who_asks_learns_by_the_status_whether_it_does_its_work(health: PollerHealth, status: int) -> None:
    assert health_answer(Judgement(health)).status == status


def test_reasons_come_as_codes_and_in_words() -> None:
    answer = health_answer(Judgement(PollerHealth.DEGRADED, (PollerTrouble.SPOOL_IN_USE,)))
    assert json.loads(answer.body) == {
        "status": "degraded",
        "reasons": [{"code": "spool_in_use", "text": "Readings wait on the disk."}],
    }
    assert answer.content_type == "application/json"


def test_metrics_are_made_once_a_second_however_often_somebody_asks() -> None:
    clock, parts = Clock(), Parts()
    watch = HealthWatch(parts.sources(), version="1")
    answers = HealthAnswers(watch, clock)
    clock.s = 10.0
    watch.look()
    first = answers(Request("GET", "/metrics"))
    parts.hosts = Counts(scrapes=5)
    watch.look()
    assert answers(Request("GET", "/metrics")) is first
    openmetrics = answers(Request("GET", "/metrics", "application/openmetrics-text; version=1.0.0"))
    assert openmetrics.content_type != first.content_type
    clock.s = 11.0
    assert b"watchpost_poller_scrapes_total 5.0" in answers(Request("GET", "/metrics")).body


def test_other_paths_say_what_there_is() -> None:
    answers = HealthAnswers(HealthWatch(Parts().sources(), version="1"))
    assert answers(Request("GET", "/")).status == 200
    assert answers(Request("GET", "/../etc/passwd")).status == 404
    assert b"/healthz" in answers(Request("GET", "/x")).body
