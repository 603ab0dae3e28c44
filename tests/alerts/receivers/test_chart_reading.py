"""What the chart shows, read from a database with readings in it."""

import numpy as np
import pytest

from alerts.notifier.message import Message
from alerts.receivers.chart_reading import chart_of, chart_reader
from alerts.receivers.chart_series import POINTS_LIMIT, SPAN_MS, Limit
from alerts.thresholds import Severity
from storage.database import Database
from storage.host import NewHost
from storage.hosts import add_host
from storage.queries import SeriesPoints
from storage.rollup import Interval
from storage.series import SeriesKey
from tests.alerts.receivers.made_message import AT, made, made_alert
from tests.recorded import key, record, visit

STEP_MS = 60_000


@pytest.fixture
def filling(database: Database) -> Message:
    """The message of a host whose /srv has filled up, and whose /var has not."""
    with database.writing() as connection:
        host_id = add_host(connection, NewHost(name="db1", address="db1"), 0).id
    start = AT - 2 * SPAN_MS
    record(
        database,
        *(
            visit(
                host_id,
                ts,
                {
                    key(f"filesystem_{what}_bytes", mount=mount): value
                    for mount, free in (("/srv", 1000.0 * (AT - ts) / (2 * SPAN_MS)), ("/var", 900.0))
                    for what, value in (("size", 1000.0), ("free", free), ("available", free))
                },
                session_at=start,
            )
            for ts in range(start, AT, STEP_MS)
        ),
    )
    return made(made_alert(host_id=host_id))


async def test_the_last_hours_of_the_series_are_read_with_its_level(database: Database, filling: Message) -> None:
    chart = await chart_reader(database)(filling)
    assert chart is not None
    assert (chart.metric, chart.start, chart.end) == ("filesystem_used_percent", AT - SPAN_MS, AT)
    assert len(chart.ts) == SPAN_MS // STEP_MS
    assert chart.values[0] == pytest.approx(50, abs=1)
    assert chart.values[-1] == pytest.approx(100, abs=1)
    assert chart.limits == (Limit(90.0, Severity.CRITICAL),)
    assert chart.gap_ms == 3 * STEP_MS


@pytest.mark.parametrize(
    "changed",
    [{"metric": "up", "series": ""}, {"metric": "nonsense"}, {"host_id": 4711}, {"series": 'mount="/nowhere"'}],
)
async def test_where_there_is_nothing_to_show_there_is_no_chart(
    database: Database, filling: Message, changed: dict[str, object]
) -> None:
    host_id = filling.alerts[0].host_id
    assert await chart_reader(database)(made(made_alert(**{"host_id": host_id} | changed))) is None  # type: ignore[arg-type]
    assert await chart_reader(database)(made(alerts=(), test=True)) is None


def points(ts: list[int]) -> SeriesPoints:
    values = np.zeros(len(ts))
    return SeriesPoints(
        1, SeriesKey("load1"), Interval.RAW, np.array(ts), values, values, values, np.ones(len(ts), dtype=np.int64)
    )


def test_what_counts_as_a_gap_follows_from_how_often_it_is_measured() -> None:
    assert chart_of(points([0, 5000, 10_000, 900_000]), made_alert(), AT).gap_ms == 60_000
    assert chart_of(points([0, 300_000, 600_000]), made_alert(), AT).gap_ms == 900_000
    assert chart_of(points([0]), made_alert(), AT).gap_ms == 60_000


def test_the_level_of_a_value_that_was_worked_out_is_in_no_chart() -> None:
    forecast = made_alert(explanation={"code": "full_in", "seconds": 60.0})
    assert chart_of(points([0, 1]), forecast, AT).limits == ()
    assert chart_of(points([0, 1]), made_alert(limit=None), AT).limits == ()


async def test_a_series_that_is_measured_every_second_is_drawn_by_the_minute(database: Database) -> None:
    with database.writing() as connection:
        host_id = add_host(connection, NewHost(name="db2", address="db2"), 0).id
    start = AT - (POINTS_LIMIT + 500) * 1000
    record(database, *(visit(host_id, ts, {key("load1"): 1.0}, session_at=start) for ts in range(start, AT, 1000)))
    message = made(made_alert(host_id=host_id, metric="load1", series=""))
    chart = await chart_reader(database)(message)
    assert chart is not None
    assert 0 < len(chart.ts) <= SPAN_MS // 60_000 + 1
