"""Before and after, read out of a database."""

from collections.abc import Iterable

import pytest

from fleet.around import Around, Compared, compare_around, spans_around
from fleet.before_after import Verdict
from storage.catalogue import Unit
from storage.database import Database
from storage.errors import InvalidInputError
from storage.host import Host, NewHost
from storage.hosts import add_hosts
from storage.rollup import Interval
from storage.sealing.upkeep import Upkeep
from tests.recorded import key, record, visit

HOUR_MS = 3_600_000
MOMENT = 1_790_000_040_000
AROUND = Around((MOMENT - HOUR_MS, MOMENT), (MOMENT, MOMENT + HOUR_MS))


@pytest.fixture
def hosts(database: Database) -> list[Host]:
    with database.writing() as connection:
        return add_hosts(connection, [NewHost(name=name, address=name) for name in ("a", "b", "c")], 0)


def load(database: Database, host: Host, value: float, *, minutes: Iterable[int]) -> None:
    """A reading every 20 s in these minutes, counted from the moment on."""
    moments = [MOMENT + minute * 60_000 + third * 20_000 for minute in minutes for third in range(3)]
    record(database, *(visit(host.id, ts, {key("load1"): value}) for ts in moments))


def compare(database: Database, hosts: list[Host], *metrics: str, around: Around = AROUND) -> list[Compared]:
    with database.reading() as connection:
        return compare_around(connection, hosts, metrics, around)


def test_what_changed_is_told_for_all_hosts_and_for_each(database: Database, hosts: list[Host]) -> None:
    for host, after in zip(hosts, (3.0, 5.0, 1.0), strict=True):
        load(database, host, 1.0, minutes=range(-60, 0))
        load(database, host, after, minutes=range(60))
    (found,) = compare(database, hosts, "load1")
    assert (found.series, found.unit, found.interval) == (key("load1"), Unit.COUNT, Interval.RAW)
    assert (found.change.difference, found.change.verdict) == (2.0, Verdict.CHANGED)
    assert {name: change.difference for name, change in found.of_host.items()} == {"a": 2.0, "b": 4.0, "c": 0.0}
    assert found.change.before.covered == pytest.approx(1.0, abs=0.01)
    assert found.change.before.readings == 3 * 180
    assert found.only_one_side == ()


def test_the_moment_itself_belongs_to_the_time_after(database: Database, hosts: list[Host]) -> None:
    record(database, visit(hosts[0].id, MOMENT - 1, {key("load1"): 1.0}))
    record(database, visit(hosts[0].id, MOMENT, {key("load1"): 2.0}))
    (found,) = compare(database, hosts, "load1")
    assert (found.change.before.maximum, found.change.after.maximum) == (1.0, 2.0)


def test_a_host_that_has_one_side_only_is_named_and_left_out(database: Database, hosts: list[Host]) -> None:
    load(database, hosts[0], 1.0, minutes=range(-60, 60))
    load(database, hosts[1], 100.0, minutes=range(60))
    (found,) = compare(database, hosts, "load1")
    assert found.only_one_side == ("b",)
    assert found.change.after.mean == 1.0
    assert found.of_host["b"].after.mean == 100.0
    assert "c" not in found.of_host


def test_where_no_host_has_both_sides_they_are_not_set_against_each_other(
    database: Database, hosts: list[Host]
) -> None:
    load(database, hosts[0], 1.0, minutes=range(-60, 0))
    (found,) = compare(database, hosts, "load1")
    assert (found.change.before.mean, found.change.after.mean) == (1.0, None)
    load(database, hosts[1], 9.0, minutes=range(60))
    (found,) = compare(database, hosts, "load1")
    assert (found.change.before.mean, found.change.after.mean) == (None, None)
    assert found.change.verdict is Verdict.NOT_ENOUGH_DATA


def test_a_gap_is_told(database: Database, hosts: list[Host]) -> None:
    load(database, hosts[0], 1.0, minutes=range(-60, 0))
    load(database, hosts[0], 1.0, minutes=[*range(15), *range(45, 60)])
    (found,) = compare(database, hosts[:1], "load1")
    assert found.change.after.covered == pytest.approx(0.5, abs=0.01)
    assert found.change.before.covered == pytest.approx(1.0, abs=0.01)


def test_what_has_no_reading_is_left_out_and_the_others_keep_their_order(database: Database, hosts: list[Host]) -> None:
    checks = {key("check_up", check="b"): 1.0, key("check_up", check="a"): 1.0}
    record(database, visit(hosts[0].id, MOMENT, {key("load5"): 1.0}, checks))
    found = compare(database, hosts, "load15", "check_up", "load5")
    assert [str(each.series) for each in found] == ['check_up{check="a"}', 'check_up{check="b"}', "load5"]


@pytest.mark.parametrize(
    ("span_h", "interval"), [(1, Interval.RAW), (24, Interval.RAW), (48, Interval.M1), (24 * 20, Interval.M5)]
)
def test_long_spans_are_compared_by_buckets(
    database: Database, hosts: list[Host], span_h: int, interval: Interval
) -> None:
    load(database, hosts[0], 1.0, minutes=range(-60, 60))
    around = spans_around(MOMENT, MOMENT, span_ms=span_h * HOUR_MS, now_ms=MOMENT * 2)
    (found,) = compare(database, hosts, "load1", around=around)
    assert found.interval is interval
    assert found.change.difference == 0


def test_what_is_only_kept_as_buckets_is_compared_by_the_finest_of_them(database: Database, hosts: list[Host]) -> None:
    load(database, hosts[0], 1.0, minutes=range(-360, 0))
    load(database, hosts[0], 2.0, minutes=range(360))
    upkeep = Upkeep(database)
    around = Around((MOMENT - 6 * HOUR_MS, MOMENT), (MOMENT, MOMENT + 6 * HOUR_MS))
    found = []
    for days in (4, 12):
        # An hour seals, another one rolls up, and the last one drops what is too old.
        for hours in range(3):
            while upkeep.step(MOMENT + (24 * days + 12 + hours) * HOUR_MS, 1.0):
                pass
        (compared,) = compare(database, hosts[:1], "load1", around=around)
        found.append((compared.interval, compared.change.difference, compared.change.verdict))
    assert found == [
        (Interval.M1, 1.0, Verdict.CHANGED),
        (Interval.H1, 1.0, Verdict.NOT_ENOUGH_DATA),
    ]


@pytest.mark.parametrize(("metric", "said"), [("load2", "load1"), ("network_receive_bytes_total", "_per_second")])
def test_what_cannot_be_compared_is_refused(database: Database, hosts: list[Host], metric: str, said: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        compare(database, hosts, metric)
    assert said in refused.value.hint


def test_the_time_after_ends_now_at_the_latest() -> None:
    assert spans_around(100, 200, span_ms=50, now_ms=220) == Around((50, 100), (200, 220))
    assert spans_around(100, 200, span_ms=50, now_ms=900) == Around((50, 100), (200, 250))
    assert spans_around(10, 10, span_ms=50, now_ms=900).before == (0, 10)


@pytest.mark.parametrize("end", [100, 101])
def test_what_is_not_over_cannot_be_compared(end: int) -> None:
    with pytest.raises(InvalidInputError) as refused:
        spans_around(50, end, span_ms=50, now_ms=100)
    assert "--to now" in refused.value.hint
