"""How far apart two readings may lie that still give a rate."""

import pytest

from storage.database import Database
from storage.rhythm import Rhythm, read_rhythm
from storage.scrape import Cadence
from storage.settings import write_setting


@pytest.mark.parametrize(
    ("checks_interval_s", "own", "of_checks", "of_the_rest"),
    [(30.0, None, 90.0, 60.0), (300.0, None, 900.0, 60.0), (5.0, None, 60.0, 60.0), (30.0, 60.0, 180.0, 180.0)],
)
def test_answers_to_checks_may_lie_further_apart_than_readings(
    checks_interval_s: float, own: float | None, of_checks: float, of_the_rest: float
) -> None:
    rhythm = Rhythm(5.0, checks_interval_s)
    assert {cadence: rhythm.gap_s(cadence, own) for cadence in Cadence} == {
        Cadence.FAST: of_the_rest,
        Cadence.PROCESSES: of_the_rest,
        Cadence.SLOW: of_the_rest,
        Cadence.CHECKS: of_checks,
    }


def test_it_is_what_is_set(database: Database) -> None:
    with database.writing() as connection:
        assert read_rhythm(connection) == Rhythm(5.0, 30.0)
        write_setting(connection, "checks_interval_s", 300)
        write_setting(connection, "interval_s", 10)
        assert read_rhythm(connection) == Rhythm(10.0, 300.0)
