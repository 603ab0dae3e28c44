"""Series over a range."""

from collections.abc import Mapping

import numpy as np
import pytest

from storage.catalogue import CATALOGUE
from storage.database import Database
from storage.errors import InvalidInputError
from storage.host import NewHost
from storage.hosts import add_host
from storage.queries import SeriesPoints, read_series
from storage.rollup import Interval
from storage.schema import chunks
from storage.scrape import Scrape
from storage.tier import Tier
from tests.recorded import cpu, key, record, visit, whole_catalogue
from tests.sealed import roll, seal

START = 1_790_000_040_000
"""A full minute."""
RECEIVED = key("network_receive_bytes_total", interface="eth0")
SENT = key("network_receive_bytes_total", interface="eth1")
END = START + 3_600_000


def read(
    database: Database,
    host_id: int,
    metric: str,
    *,
    end: int = END,
    interval: Interval = Interval.RAW,
    labels: Mapping[str, str] | None = None,
    width: int = 1000,
    max_gap_s: float = 60.0,
) -> list[SeriesPoints]:
    with database.reading() as connection:
        return read_series(
            connection,
            host_ids=[host_id],
            metric=metric,
            start=START,
            end=end,
            interval=interval,
            labels=labels,
            width=width,
            max_gap_s=max_gap_s,
        )


def points(series: SeriesPoints) -> list[tuple[int, float]]:
    """Seconds after the start, and values."""
    return list(zip(((series.ts - START) // 1000).tolist(), series.value.tolist(), strict=True))


def received(host_id: int, *readings: tuple[int, float], session_at: int = 0) -> list[Scrape]:
    return [
        visit(host_id, START + second * 1000, {RECEIVED: value}, session_at=session_at) for second, value in readings
    ]


def test_a_gauge_is_read_as_it_was_stored(database: Database, host_id: int) -> None:
    record(database, *(visit(host_id, START + ms, {key("load1"): ms / 7}) for ms in (0, 5_000, 10_000)))
    (series,) = read(database, host_id, "load1")
    assert (series.host_id, series.key, series.interval) == (host_id, key("load1"), Interval.RAW)
    assert points(series) == [(0, 0.0), (5, 5_000 / 7), (10, 10_000 / 7)]
    assert series.minimum.tolist() == series.maximum.tolist() == series.value.tolist()
    assert series.count.tolist() == [1, 1, 1]


def test_a_counter_is_read_as_it_was_stored(database: Database, host_id: int) -> None:
    record(database, *received(host_id, (0, 100), (5, 90)))
    assert points(read(database, host_id, RECEIVED.name)[0]) == [(0, 100), (5, 90)]


def test_the_end_is_outside(database: Database, host_id: int) -> None:
    record(database, *received(host_id, (0, 1), (5, 2)))
    assert points(read(database, host_id, RECEIVED.name, end=START + 5_000)[0]) == [(0, 1)]


def test_the_rate_at_the_start_comes_from_the_reading_before_it(database: Database, host_id: int) -> None:
    record(database, *received(host_id, (-10, 0), (-5, 50), (0, 100), (5, 200)))
    assert points(read(database, host_id, "network_receive_bytes_per_second")[0]) == [(0, 10), (5, 20)]


def test_a_reading_too_far_before_the_start_gives_no_rate(database: Database, host_id: int) -> None:
    record(database, *received(host_id, (-61, 0), (0, 100), (5, 200)))
    assert points(read(database, host_id, "network_receive_bytes_per_second")[0]) == [(5, 20)]


def test_a_host_that_is_read_every_five_minutes_has_rates_when_gaps_may_be_longer(
    database: Database, host_id: int
) -> None:
    record(database, *received(host_id, (0, 0), (300, 600)))
    assert read(database, host_id, "network_receive_bytes_per_second") == []
    (series,) = read(database, host_id, "network_receive_bytes_per_second", max_gap_s=900.0)
    assert points(series) == [(300, 2)]


def test_no_rate_crosses_sessions(database: Database, host_id: int) -> None:
    record(database, *received(host_id, (0, 0), (5, 50)), *received(host_id, (10, 60), (15, 70), session_at=9))
    assert points(read(database, host_id, "network_receive_bytes_per_second")[0]) == [(5, 10), (15, 2)]


def test_late_lines_of_the_session_before_are_put_in_order(database: Database, host_id: int) -> None:
    late, fresh = ((0, 0.0), (5, 50.0), (15, 50.0)), ((10, 5.0), (12, 5.0), (20, 5.0))
    record(database, *received(host_id, *late), *received(host_id, *fresh, session_at=9))
    assert points(read(database, host_id, "network_receive_bytes_per_second")[0]) == [
        (5, 10),
        (12, 0),
        (15, 0),
        (20, 0),
    ]


def test_a_reset_is_a_gap(database: Database, host_id: int) -> None:
    record(database, *received(host_id, (0, 0), (5, 50), (10, 0), (15, 50)))
    assert points(read(database, host_id, "network_receive_bytes_per_second")[0]) == [(5, 10), (15, 10)]


def test_a_rate_goes_on_while_an_interface_comes_and_goes(database: Database, host_id: int) -> None:
    record(
        database,
        visit(host_id, START, {RECEIVED: 0.0}),
        visit(host_id, START + 5_000, {SENT: 0.0, RECEIVED: 50.0}),
        visit(host_id, START + 10_000, {SENT: 5.0, RECEIVED: 100.0}),
        visit(host_id, START + 15_000, {RECEIVED: 150.0}),
    )
    found = read(database, host_id, "network_receive_bytes_per_second")
    by_interface = {dict(series.key.labels)["interface"]: points(series) for series in found}
    assert by_interface == {"eth0": [(5, 10), (10, 10), (15, 10)], "eth1": [(10, 1)]}


def test_a_session_with_fewer_cpu_modes_is_computed_from_those(database: Database, host_id: int) -> None:
    record(
        database,
        visit(host_id, START, cpu(user=0, idle=0, steal=0), session_at=1),
        visit(host_id, START + 5_000, cpu(user=1, idle=3, steal=1), session_at=1),
        visit(host_id, START + 10_000, cpu(user=0, idle=0), session_at=2),
        visit(host_id, START + 15_000, cpu(user=1, idle=4), session_at=2),
    )
    (series,) = read(database, host_id, "cpu_usage_percent")
    assert series.ts.tolist() == [START + 5_000, START + 15_000]
    assert series.value.tolist() == pytest.approx([40, 20])


def test_labels_choose_among_the_series(database: Database, host_id: int) -> None:
    record(database, visit(host_id, START, {RECEIVED: 1.0, SENT: 2.0}))
    (series,) = read(database, host_id, RECEIVED.name, labels={"interface": "eth1"})
    assert series.key == SENT
    assert read(database, host_id, RECEIVED.name, labels={"device": "eth1"}) == []


def test_slow_groups_are_read_too(database: Database, host_id: int) -> None:
    space = {
        key("filesystem_size_bytes", mount="/"): 100.0,
        key("filesystem_free_bytes", mount="/"): 40.0,
        key("filesystem_available_bytes", mount="/"): 40.0,
    }
    record(database, visit(host_id, START, {key("load1"): 1.0}, space))
    assert points(read(database, host_id, "filesystem_used_percent")[0]) == [(0, 60)]


def test_a_roll_up_has_buckets_at_full_minutes(database: Database, host_id: int) -> None:
    record(database, *(visit(host_id, START + second * 1000, {key("load1"): second}) for second in (0, 30, 60, 200)))
    (series,) = read(database, host_id, "load1", interval=Interval.M1)
    assert series.interval is Interval.M1
    assert points(series) == [(0, 15), (60, 60), (180, 200)]
    assert series.minimum.tolist() == [0, 60, 200]
    assert series.maximum.tolist() == [30, 60, 200]
    assert series.count.tolist() == [2, 1, 1]


def test_auto_looks_at_the_room_there_is(database: Database, host_id: int) -> None:
    record(database, visit(host_id, START, {key("load1"): 1.0}))
    intervals = [
        read(database, host_id, "load1", interval=Interval.AUTO, width=width)[0].interval for width in (720, 60, 5)
    ]
    assert intervals == [Interval.RAW, Interval.M1, Interval.H1]


def test_hosts_come_in_the_order_asked_for_and_without_those_that_have_nothing(
    database: Database, host_id: int
) -> None:
    with database.writing() as connection:
        other, empty = (add_host(connection, NewHost(name=name, address=name), 0).id for name in ("b", "c"))
    record(database, visit(host_id, START, {key("load1"): 1.0}), visit(other, START, {key("load1"): 2.0}))
    with database.reading() as connection:
        found = read_series(connection, host_ids=[empty, other, host_id], metric="load1", start=START, end=END)
    assert [series.host_id for series in found] == [other, host_id]


@pytest.mark.parametrize("metric", CATALOGUE)
def test_every_metric_of_the_catalogue_can_be_read(database: Database, host_id: int, metric: str) -> None:
    cadence = CATALOGUE[metric].cadence
    layout = whole_catalogue(cadence)
    # Everything grows by other amounts, and what is free stays below what there is.
    steps = {
        series: 1.0 if "free" in series.name or "available" in series.name else 3.0 + place
        for place, series in enumerate(layout.series)
    }
    record(
        database,
        *(visit(host_id, START + turn * 5_000, {s: v * (turn + 1) for s, v in steps.items()}) for turn in range(3)),
    )
    found = read(database, host_id, metric)
    assert {series.key.name for series in found} == {metric}
    assert all(np.isfinite(series.value).all() and len(series.ts) >= 2 for series in found)


def test_a_metric_that_does_not_exist_is_answered_with_similar_ones(database: Database, host_id: int) -> None:
    with pytest.raises(InvalidInputError, match="cpu_usage_procent") as caught:
        read(database, host_id, "cpu_usage_procent")
    assert "cpu_usage_percent" in caught.value.hint


def test_nonsense_as_a_metric_still_gets_a_hint(database: Database, host_id: int) -> None:
    with pytest.raises(InvalidInputError) as caught:
        read(database, host_id, "\x1b[31m" + "x" * 1_000)
    assert "cpu_usage_percent" in caught.value.hint
    assert "\x1b" not in caught.value.message
    assert len(caught.value.message) < 200


def test_auto_takes_what_is_still_kept(database: Database, host_id: int) -> None:
    record(database, *(visit(host_id, START + second * 1000, {key("load1"): second}) for second in (0, 30)))
    seal(database, host_id, START)
    roll(database, host_id, START)
    with database.writing() as connection:
        connection.execute(chunks.delete().where(chunks.c.tier == int(Tier.RAW)))
    record(database, visit(host_id, END - 5_000, {key("load1"): 7.0}))
    (series,) = read(database, host_id, "load1", interval=Interval.AUTO)
    assert series.interval is Interval.M1
    assert points(series) == [(0, 15), (3_540, 7)]


def test_many_hosts_are_read_a_part_at_a_time(
    database: Database, host_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.queries._HOSTS_AT_ONCE", 2)
    with database.writing() as connection:
        ids = [host_id, *(add_host(connection, NewHost(name=name, address=name), 0).id for name in "abcd")]
    record(database, *(visit(each, START, {key("load1"): float(each)}) for each in ids))
    with database.reading() as connection:
        found = read_series(connection, host_ids=ids[::-1], metric="load1", start=START, end=END)
    assert [(series.host_id, series.value.tolist()) for series in found] == [
        (each, [float(each)]) for each in ids[::-1]
    ]
