"""Series as CSV."""

import csv
import io
import math
import struct
from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage.database import Database
from storage.errors import InvalidInputError
from storage.host import Host, NewHost
from storage.hosts import add_host, list_hosts
from storage.rollup import Interval
from storage.settings import write_setting
from storage.transfer.csv_export import write_csv
from tests.recorded import key, record, visit

START = 1_790_000_040_000
END = START + 3_600_000
LOAD = key("load1")


def export(
    database: Database, metrics: Sequence[str], interval: Interval = Interval.RAW
) -> tuple[int, list[list[str]]]:
    """The number of rows that was returned, and all lines, the header first."""
    out = io.StringIO(newline="")
    with database.reading() as connection:
        hosts = list_hosts(connection)
        rows = write_csv(out, connection, hosts=hosts, metrics=metrics, start=START, end=END, interval=interval)
    return rows, list(csv.reader(io.StringIO(out.getvalue(), newline="")))


def test_raw_readings_are_rows_with_their_time_in_utc(database: Database, host_id: int) -> None:
    record(database, visit(host_id, START, {LOAD: 0.1}), visit(host_id, START + 5_250, {LOAD: 2.0}))
    rows, lines = export(database, ["load1"])
    assert rows == 2
    assert lines == [
        ["timestamp", "host", "metric", "labels", "value"],
        ["2026-09-21T14:14:00.000Z", "db1", "load1", "", "0.1"],
        ["2026-09-21T14:14:05.250Z", "db1", "load1", "", "2.0"],
    ]


def test_roll_ups_have_their_extremes_and_count(database: Database, host_id: int) -> None:
    record(database, *(visit(host_id, START + second * 1000, {LOAD: float(second)}) for second in (0, 30, 60)))
    rows, lines = export(database, ["load1"], Interval.M1)
    assert rows == 2
    assert lines == [
        ["timestamp", "host", "metric", "labels", "value", "min", "max", "count"],
        ["2026-09-21T14:14:00.000Z", "db1", "load1", "", "15.0", "0.0", "30.0", "2"],
        ["2026-09-21T14:15:00.000Z", "db1", "load1", "", "60.0", "60.0", "60.0", "1"],
    ]


def test_auto_is_settled_before_the_header_is_written(database: Database, host_id: int) -> None:
    record(database, visit(host_id, START, {LOAD: 1.0}))
    assert "count" not in export(database, ["load1"], Interval.AUTO)[1][0]


def test_rows_come_by_host_and_metric_in_the_order_asked_for(database: Database, host_id: int) -> None:
    with database.writing() as connection:
        other = add_host(connection, NewHost(name="db2", address="db2"), 0).id
    for host in (host_id, other):
        record(database, visit(host, START, {LOAD: 1.0, key("load5"): 2.0}))
    lines = export(database, ["load5", "load1", "load5"])[1]
    assert [line[1:3] for line in lines[1:]] == [["db1", "load5"], ["db1", "load1"], ["db2", "load5"], ["db2", "load1"]]


def test_derived_metrics_and_labels_are_exported(database: Database, host_id: int) -> None:
    received = key("network_receive_bytes_total", interface='a"b')
    record(database, *(visit(host_id, START + ms, {received: ms / 10}) for ms in (0, 5_000)))
    (line,) = export(database, ["network_receive_bytes_per_second"])[1][1:]
    assert line[3:] == [r'interface="a\"b"', "100.0"]


def test_absent_values_have_no_row(database: Database, host_id: int) -> None:
    record(database, visit(host_id, START, {LOAD: math.nan}), visit(host_id, START + 5_000, {LOAD: 1.0}))
    assert export(database, ["load1"])[0] == 1


def test_a_host_that_is_read_rarely_has_rates(database: Database, host_id: int) -> None:
    record(database, *(visit(host_id, START + ms, {key("interrupts_total"): ms}) for ms in (0, 300_000)))
    assert export(database, ["interrupts_per_second"])[0] == 0
    with database.writing() as connection:
        write_setting(connection, "interval_s", 300.0)
    assert export(database, ["interrupts_per_second"])[0] == 1


def test_checks_that_are_made_rarely_give_rates_of_the_users_own_counters(database: Database, host_id: int) -> None:
    with database.writing() as connection:
        write_setting(connection, "checks_interval_s", 300)
    served = key("custom_total", check="api", series='served_total{code="200"}')
    record(database, visit(host_id, START, {served: 0.0}), visit(host_id, START + 300_000, {served: 600.0}))
    _, (_, row) = export(database, ["custom_per_second"])
    assert row[2:] == ["custom_per_second", 'check="api",series="served_total{code=\\"200\\"}"', "2.0"]


def test_no_readings_give_a_header_alone(database: Database, host_id: int) -> None:
    assert export(database, ["load1"]) == (0, [["timestamp", "host", "metric", "labels", "value"]])


def test_an_unknown_metric_is_refused_before_anything_is_written(database: Database, host_id: int) -> None:
    out = io.StringIO()
    with database.reading() as connection, pytest.raises(InvalidInputError):
        write_csv(out, connection, hosts=list_hosts(connection), metrics=["load1", "lode5"], start=START, end=END)
    assert out.getvalue() == ""


def test_progress_counts_hosts_and_metrics_and_may_give_up(database: Database, host_id: int) -> None:
    class GivenUpError(Exception):
        pass

    seen = []

    def on_progress(done: int, total: int) -> None:
        seen.append((done, total))
        if done == 2:
            raise GivenUpError

    with database.reading() as connection, pytest.raises(GivenUpError):
        write_csv(
            io.StringIO(),
            connection,
            hosts=list_hosts(connection),
            metrics=["load1", "load5", "load15"],
            start=START,
            end=END,
            on_progress=on_progress,
        )
    assert seen == [(1, 3), (2, 3)]


def test_a_host_named_like_a_formula_is_a_text_and_a_negative_number_stays_one(database: Database) -> None:
    with database.writing() as connection:
        host = add_host(connection, NewHost(name="=HYPERLINK(1)", address="x"), 0)
    record(database, visit(host.id, START, {LOAD: -1.5}))
    assert export(database, ["load1"])[1][1][1:] == ["'=HYPERLINK(1)", "load1", "", "-1.5"]


FLOATS = st.floats(allow_nan=False, width=64)


@given(values=st.lists(FLOATS, min_size=1, max_size=20))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=30)
def test_every_number_reads_back_bit_for_bit(database: Database, values: list[float]) -> None:
    with database.writing() as connection:
        hosts = list_hosts(connection)
        name = f"h{len(hosts)}"
        host: Host = add_host(connection, NewHost(name=name, address="x"), 0)
    record(database, *(visit(host.id, START + place, {LOAD: value}) for place, value in enumerate(values)))
    out = io.StringIO(newline="")
    with database.reading() as connection:
        write_csv(out, connection, hosts=[host], metrics=["load1"], start=START, end=END)
    read_back = [float(row["value"]) for row in csv.DictReader(io.StringIO(out.getvalue(), newline=""))]
    assert [struct.pack("<d", value) for value in read_back] == [struct.pack("<d", value) for value in values]
