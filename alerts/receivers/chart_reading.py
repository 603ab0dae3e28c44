"""Reads from the database what the chart of a message shows."""

import asyncio
from collections.abc import Awaitable, Callable

import numpy as np

from alerts.notifier.message import Message, MessageAlert
from alerts.receivers.chart_series import POINTS_LIMIT, SPAN_MS, ChartSeries, Limit
from alerts.receivers.message_text import label_pairs
from storage.catalogue import CATALOGUE
from storage.connection import Connection
from storage.database import Database
from storage.queries import SeriesPoints, read_series
from storage.rollup import Interval

_GAP_MINIMUM_MS = 60_000


def chart_reader(database: Database) -> Callable[[Message], Awaitable[ChartSeries | None]]:
    """For a `Courier`: reads in a thread."""

    def read(message: Message) -> ChartSeries | None:
        with database.reading() as connection:
            return read_chart(connection, message)

    return lambda message: asyncio.to_thread(read, message)


def read_chart(connection: Connection, message: Message) -> ChartSeries | None:
    """The last hours of the first alert that has a metric to be drawn; None where there is nothing of it."""
    for alert in message.alerts[:1]:
        if alert.metric in CATALOGUE:
            points = _points(connection, alert, message.at, Interval.RAW)
            if points is not None and len(points.ts) > POINTS_LIMIT:
                points = _points(connection, alert, message.at, Interval.M1)
            return None if points is None else chart_of(points, alert, message.at)
    return None


def chart_of(points: SeriesPoints, alert: MessageAlert, at: int) -> ChartSeries:
    """A series as it is drawn, with the level of its alert. Pure."""
    usual_ms = int(np.median(np.diff(points.ts))) if len(points.ts) > 1 else 0
    # What is worked out has a level in another unit.
    drawn = alert.limit is not None and alert.explanation is None
    return ChartSeries(
        metric=alert.metric,
        start=at - SPAN_MS,
        end=at,
        ts=tuple(points.ts.tolist()),
        values=tuple(points.value.tolist()),
        gap_ms=max(_GAP_MINIMUM_MS, 3 * usual_ms),
        limits=(Limit(alert.limit, alert.severity),) if drawn and alert.limit is not None else (),
    )


def _points(connection: Connection, alert: MessageAlert, at: int, interval: Interval) -> SeriesPoints | None:
    labels = dict(label_pairs(alert.series))
    found = read_series(
        connection,
        host_ids=[alert.host_id],
        metric=alert.metric,
        start=at - SPAN_MS,
        end=at,
        interval=interval,
        labels=labels,
    )
    return next((each for each in found if dict(each.key.labels) == labels), None)
