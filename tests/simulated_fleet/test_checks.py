"""Answers to checks: in the probe's own order, plausible, the same each time, and worse when a host is in trouble."""

import msgspec
import numpy as np
import pytest

from poller.stream.decode import Decoder
from remote_probe.checks import Checks
from remote_probe.options import Options
from simulated_fleet.checks import Bearing, Check, Value, answers, layout_line
from simulated_fleet.scenario import ScenarioKind
from simulated_fleet.strain import CALM, Strain
from simulated_fleet.world import Due, World
from storage.scrape import Cadence, Scrape
from tests.simulated_fleet.small_worlds import HOUR_S, START_MS, scenario, world

T_S = START_MS / 1000
ASKED: tuple[Check, ...] = (
    ("database", "tcp", "db.internal:5432"),
    ("nginx", "unit", "nginx.service"),
    ("login", "http", "https://localhost/login"),
    ("once more", "unit", "nginx.service"),
    ("queue length", "command", "redis-cli llen jobs"),
    ("app", "prometheus", "http://localhost:8080/metrics"),
)
WORLD = world()


def names(checks: tuple[Check, ...] = ASKED) -> list[tuple[str, ...]]:
    return [tuple(row) for row in msgspec.json.decode(layout_line(checks))["series"]]


def bearing(strain: Strain = CALM, t_s: float = T_S, host: str = "7/1") -> Bearing:
    return Bearing(host, t_s, 1.0, 100_000.0, strain)


def asked(of: World, after_s: list[float], index: int = 1) -> list[list[Value]]:
    """What a host answers at these moments."""
    due = [Due(index, n, of.steady_s(index, T_S + at), T_S + at, checks=ASKED) for n, at in enumerate(after_s)]
    return [msgspec.json.decode(line)["checks"][1] for line in of.scrapes(due)]


def column(of: World, name: str, after_s: list[float], index: int = 1) -> list[Value]:
    """One of these answers over time."""
    place = next(place for place, row in enumerate(names()) if row[0] == name)
    return [values[place] for values in asked(of, after_s, index)]


def test_they_are_named_and_ordered_as_the_probe_does_it() -> None:
    probe = Checks(Options({"checks": ASKED, "checks_s": 30.0}))  # type: ignore[no-untyped-call]
    its_own = [flat for question in probe._questions for flat in question.series]
    # What programs print is not known before they ran.
    assert [row for row in names() if not row[0].startswith("custom")] == its_own


def test_each_series_has_a_value() -> None:
    for strain in (CALM, Strain(fails=1.0), Strain(loses=1.0), Strain(breaks=1.0), Strain(slower=1e6)):
        assert len(answers(ASKED, bearing(strain))) == len(names())


def test_a_poller_understands_all_of_it() -> None:
    decoder = Decoder(1)
    decoder.decode(WORLD.hello(1, WORLD.steady_s(1, T_S), T_S), T_S)
    for line in WORLD.layouts(1, ASKED):
        decoder.decode(line, T_S)
    (line,) = WORLD.scrapes([Due(1, 0, WORLD.steady_s(1, T_S), T_S, checks=ASKED)])
    scrape = decoder.decode(line, T_S)
    assert isinstance(scrape, Scrape)
    vectors = {vector.cadence: vector for vector in scrape.vectors}
    assert len(vectors[Cadence.CHECKS].layout.series) == len(names())


def test_who_is_not_asked_says_nothing_of_it() -> None:
    (line,) = WORLD.scrapes([Due(1, 0, WORLD.steady_s(1, T_S), T_S)])
    assert b"checks" not in line
    assert len(WORLD.layouts(1)) == 3


def test_a_kind_that_is_not_known_is_passed_over() -> None:
    assert names((("odd", "telepathy", "x"), ("nginx", "unit", "nginx"))) == [("unit_up", "unit", "nginx")]


def test_they_are_the_same_each_time_and_others_on_another_host_and_by_another_seed() -> None:
    assert answers(ASKED, bearing()) == answers(ASKED, bearing())
    assert len({tuple(answers(ASKED, bearing(host=host))) for host in ("7/1", "7/2", "8/1")}) == 3


def test_all_is_well_on_a_host_that_nothing_happens_to() -> None:
    rounds = [30.0 * number for number in range(2880)]
    assert set(column(WORLD, "unit_up", rounds)) == {1}
    assert set(column(WORLD, "check_up", rounds)) == {1}
    assert set(column(WORLD, "check_http_status", rounds)) == {200}
    seconds = np.array(column(WORLD, "check_seconds", rounds), dtype=float)
    assert seconds.min() > 0
    assert seconds.max() < 1
    assert len(set(seconds.tolist())) > 100


def test_counters_never_run_backwards() -> None:
    counted = np.array(column(WORLD, "custom_total", [10.0 * number for number in range(2000)]), dtype=float)
    assert (np.diff(counted) >= 0).all()
    assert counted[-1] > counted[0]


@pytest.mark.parametrize(
    ("kind", "what", "worse"),
    [
        (ScenarioKind.CPU_SATURATION, "check_http_status", 503),
        (ScenarioKind.SWAP_STORM, "check_http_status", None),
        (ScenarioKind.NETWORK_ERRORS, "check_up", 0),
        (ScenarioKind.MEMORY_LEAK, "unit_up", 0),
        (ScenarioKind.DISK_FILLING, "check_http_status", 503),
    ],
)
def test_a_host_in_trouble_fails_some_of_them_and_none_afterwards(
    kind: ScenarioKind, what: str, worse: int | None
) -> None:
    lasts_s = 20 * HOUR_S
    of = world(scenario(kind, 1, after_s=600, lasts_s=lasts_s))
    before, after = [30.0 * number for number in range(20)], [600 + lasts_s + 30 * number for number in range(100)]
    late = [600 + lasts_s - 30.0 * number for number in range(1, 200)]
    assert worse in column(of, what, late)
    assert not {0, None, 503} & {*column(of, what, before), *column(of, what, after)}
    assert column(of, what, late, index=2) == column(WORLD, what, late, index=2)


def test_a_unit_stays_up_on_a_machine_that_is_only_busy() -> None:
    of = world(scenario(ScenarioKind.CPU_SATURATION, 1, after_s=0, lasts_s=HOUR_S))
    assert set(column(of, "unit_up", [30.0 * number for number in range(120)])) == {1}


def test_what_takes_too_long_is_no_answer() -> None:
    up, seconds = answers((ASKED[0],), bearing(Strain(slower=1e6)))
    assert (up, seconds) == (0, None)
