import pytest

from poller.health.judgement import Judgement, Signs, judge
from poller.health.trouble_text import TROUBLE_TEXT
from storage.poller_figures import PollerHealth, PollerTrouble

DEGRADING = [
    (Signs(is_database_away=True), PollerTrouble.DATABASE_AWAY),
    (Signs(lost_ago_s=599.0), PollerTrouble.READINGS_LOST),
    (Signs(workers_dead=1), PollerTrouble.WORKERS_DEAD),
    (Signs(are_descriptors_few=True), PollerTrouble.FEW_DESCRIPTORS),
    (Signs(directory_down=1), PollerTrouble.DIRECTORY_DOWN),
    (Signs(hosts=1000, failing=500), PollerTrouble.HOSTS_UNREACHABLE),
    (Signs(hosts=3, failing=3), PollerTrouble.HOSTS_UNREACHABLE),
    (Signs(secrets_lacking=2), PollerTrouble.SECRETS_LACKING),
    (Signs(spool_rows=1), PollerTrouble.SPOOL_IN_USE),
    (Signs(queue=2_001), PollerTrouble.QUEUE_LONG),
    (Signs(queue=6_001, scrapes_per_s=200.0), PollerTrouble.QUEUE_LONG),
    (Signs(delay_p99_ms=10_000), PollerTrouble.DELAY_HIGH),
    (Signs(sealing_lag_s=3_600), PollerTrouble.SEALING_BEHIND),
]
WELL = [
    Signs(),
    Signs(lost_ago_s=600.0),
    Signs(hosts=1000, failing=499),
    Signs(hosts=2, failing=2),
    Signs(queue=2_000),
    Signs(queue=6_000, scrapes_per_s=200.0),
    Signs(delay_p99_ms=9_999),
    Signs(sealing_lag_s=3_599),
    Signs(loop_age_s=29.9),
    Signs(unstored_s=59.9),
]


@pytest.mark.parametrize("signs", WELL, ids=str)
def test_what_is_within_its_limits_is_well(signs: Signs) -> None:
    assert judge(signs) == Judgement(PollerHealth.READY)


@pytest.mark.parametrize(("signs", "trouble"), DEGRADING, ids=str)
def test_what_is_not_as_it_should_be_is_named_and_the_poller_goes_on(signs: Signs, trouble: PollerTrouble) -> None:
    judgement = judge(signs)
    assert judgement == Judgement(PollerHealth.DEGRADED, (trouble,))
    assert judgement.is_serving


@pytest.mark.parametrize(
    ("signs", "health", "trouble"),
    [
        (Signs(is_ready=False), PollerHealth.STARTING, PollerTrouble.STARTING),
        (Signs(is_stopping=True), PollerHealth.FAILING, PollerTrouble.STOPPING),
        (Signs(loop_age_s=30.0), PollerHealth.FAILING, PollerTrouble.LOOP_STUCK),
        (Signs(is_ready=False, loop_age_s=30.0), PollerHealth.FAILING, PollerTrouble.LOOP_STUCK),
        (Signs(unstored_s=60.0), PollerHealth.FAILING, PollerTrouble.NOTHING_STORED),
    ],
    ids=str,
)
def test_a_poller_that_does_not_work_says_why(signs: Signs, health: PollerHealth, trouble: PollerTrouble) -> None:
    judgement = judge(signs)
    assert judgement == Judgement(health, (trouble,))
    assert not judgement.is_serving


@pytest.mark.parametrize("away", [Signs(is_database_away=True, unstored_s=9e4), Signs(spool_rows=5, unstored_s=9e4)])
def test_a_database_that_is_away_is_no_reason_to_start_the_poller_anew(away: Signs) -> None:
    assert judge(away).is_serving


def test_a_directory_that_is_down_explains_why_half_of_the_hosts_refuse() -> None:
    assert judge(Signs(hosts=10, failing=9, directory_down=1)).troubles == (PollerTrouble.DIRECTORY_DOWN,)


def test_what_waits_on_the_disk_explains_why_it_comes_late() -> None:
    assert judge(Signs(spool_rows=9, delay_p99_ms=9e6, queue=9_000)).troubles == (PollerTrouble.SPOOL_IN_USE,)


def test_the_gravest_comes_first() -> None:
    signs = Signs(sealing_lag_s=9e9, is_database_away=True, spool_rows=3, secrets_lacking=1)
    assert judge(signs).troubles[0] is PollerTrouble.DATABASE_AWAY


def test_every_trouble_has_a_sentence() -> None:
    assert set(TROUBLE_TEXT) == set(PollerTrouble)
